namespace TokenExchange.Core.Protocol;

/// <summary>Names of security event tokens, RFC 8417, that the server, its relying apps and identity providers share.</summary>
public static class SecurityEventNames
{
    /// <summary>The <c>typ</c> header, RFC 8417 §2.3; with <c>application/</c> before it the media type, §7.2.</summary>
    public const string TokenHeader = "secevent+jwt";

    /// <summary>CAEP 1.0 §3.1: a session, or here whatever was lent, is over.</summary>
    public const string SessionRevoked = "https://schemas.openid.net/secevent/caep/event-type/session-revoked";

    /// <summary>Ours: the configuration was changed. An event type is named by a URI of whoever defines it.</summary>
    public static string PoliciesChanged(string issuer) => $"{issuer}/events/policies-changed";
}
