namespace TokenExchange.Server.Settings;

/// <summary>The section <c>Policies</c>.</summary>
public sealed class PolicySettings
{
    /// <summary>Section name.</summary>
    public const string Section = "Policies";

    /// <summary>Whether two people are needed.</summary>
    [Setting("Whether a draft of the policies can be published only by somebody who has never written it. `true` or `false`. With `true`, purposes and policies change over HTTP through drafts alone, and accounts that write or publish them are made and let in again on the host or by the identity provider. The commands are not bound by it: whoever has the host has the database.",
        Default = "`false`")]
    public bool FourEyes { get; set; }
}
