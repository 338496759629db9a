using TokenExchange.Core.Protocol;

namespace TokenExchange.Server.Events;

/// <summary>Names that OpenID SSF 1.0, RFC 8935 and RFC 8936 give.</summary>
internal static class SsfNames
{
    /// <summary>Delivery by push.</summary>
    public const string Push = "urn:ietf:rfc:8935";

    /// <summary>Delivery by poll.</summary>
    public const string Poll = "urn:ietf:rfc:8936";

    /// <summary>SSF 1.0: the answer to a verification request.</summary>
    public const string Verification = "https://schemas.openid.net/secevent/ssf/event-type/verification";

    /// <summary>The types a receiver can ask for; what concerns the stream itself it gets unasked.</summary>
    public static IReadOnlyList<string> Supported(string issuer) => [SecurityEventNames.SessionRevoked, SecurityEventNames.PoliciesChanged(issuer)];
}
