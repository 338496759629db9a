namespace TokenExchange.Server.Web.Admin.Policies;

/// <summary>The top of a purpose in a list.</summary>
/// <param name="Group">The purpose.</param>
/// <param name="Draft">The draft it stands in; null when it is or was published.</param>
/// <param name="Version">The earlier version it stands in; null for what is published now, and in a draft.</param>
public sealed record PurposeHead(PurposeGroup Group, string? Draft, long? Version);
