namespace TokenExchange.Storage.Events;

/// <summary>How far a stream is behind.</summary>
/// <param name="StreamId">The stream.</param>
/// <param name="ClientId">Whose it is.</param>
/// <param name="Delivery">How events reach its receiver.</param>
/// <param name="Events">Events after the last one up to which everything is acknowledged; not all of them need concern it.</param>
/// <param name="Since">When the first of these happened; null when it was deleted already.</param>
/// <param name="LastSeenAt">When its receiver was last heard of.</param>
public sealed record StreamLag(string StreamId, string ClientId, EventDelivery Delivery, long Events, DateTimeOffset? Since, DateTimeOffset LastSeenAt);
