namespace TokenExchange.Server.Events;

/// <summary>Names that OpenID SSF 1.0, CAEP 1.0, RFC 8417, RFC 8935 and RFC 8936 give.</summary>
internal static class SsfNames
{
    /// <summary>The <c>typ</c> of a security event token (RFC 8417 §2.3).</summary>
    public const string TokenType = "secevent+jwt";

    /// <summary>Its media type (RFC 8417 §7.2).</summary>
    public const string MediaType = "application/secevent+jwt";

    /// <summary>Delivery by push.</summary>
    public const string Push = "urn:ietf:rfc:8935";

    /// <summary>Delivery by poll.</summary>
    public const string Poll = "urn:ietf:rfc:8936";

    /// <summary>CAEP 1.0: something that was lent is revoked.</summary>
    public const string SessionRevoked = "https://schemas.openid.net/secevent/caep/event-type/session-revoked";

    /// <summary>SSF 1.0: the answer to a verification request.</summary>
    public const string Verification = "https://schemas.openid.net/secevent/ssf/event-type/verification";

    /// <summary>Ours: the configuration was changed. An event type is named by a URI of whoever defines it.</summary>
    public static string PoliciesChanged(string issuer) => $"{issuer}/events/policies-changed";

    /// <summary>The types a receiver can ask for; what concerns the stream itself it gets unasked.</summary>
    public static IReadOnlyList<string> Supported(string issuer) => [SessionRevoked, PoliciesChanged(issuer)];
}
