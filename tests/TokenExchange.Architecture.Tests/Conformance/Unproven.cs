namespace TokenExchange.Architecture.Tests.Conformance;

/// <summary>A requirement that no test shows.</summary>
/// <param name="Specification">The specification.</param>
/// <param name="Section">Its section.</param>
/// <param name="Text">What is required, in our words.</param>
/// <param name="Because">Why it does not apply, or how it is today.</param>
internal sealed record UnprovenRequirement(string Specification, string Section, string Text, string Because);

/// <summary>What is said by hand, so that the page leaves nothing out: requirements that do not apply, and those that apply and are not met or not shown.</summary>
internal static class Unproven
{
    private const string NoAuthorizationEndpoint = "there is no authorization endpoint, and so no redirect or code of this server's own: users sign in at their identity provider";
    private const string NoRefreshToken = "refresh tokens are never issued; a new token needs the session assertion or a token in hand";

    public static IReadOnlyList<UnprovenRequirement> NotApplicable { get; } =
    [
        new("RFC 8693", "2.1", "Refresh tokens and SAML assertions as subject tokens", "neither is a statement of a living session in a form that is served; both types are refused"),
        new("RFC 8693", "2.2.1", "A refresh token in the answer", NoRefreshToken),
        new("RFC 6749", "2.1", "Public clients", "every client is confidential"),
        new("RFC 6749", "3.1", "The authorization endpoint", NoAuthorizationEndpoint),
        new("RFC 6749", "6", "Refreshing a token", NoRefreshToken),
        new("RFC 8707", "2.1", "Resources at the authorization endpoint", NoAuthorizationEndpoint),
        new("RFC 9068", "2.2.2", "Claims that describe the user", "a token identifies the user and says nothing else of them"),
        new("RFC 9068", "2.2.3.1", "Groups, roles and entitlements", "what a token permits is its scopes and its purpose"),
        new("RFC 9068", "3", "A default audience where no resource is asked for", "a request without resource is refused"),
        new("RFC 9701", "5", "Encrypted answers", "an answer travels over TLS to the one that asked and holds no more than the token it asked with"),
        new("RFC 7009", "2", "Revocation of refresh tokens", NoRefreshToken),
        new("RFC 7009", "2.3", "Cross-origin requests", "agents are no pages in a browser; no answer allows another origin"),
        new("RFC 8414", "2.1", "Signed metadata", "the document comes over TLS from the issuer itself"),
        new("RFC 8414", "3", "Issuers with a path", "an issuer here is scheme, host and port"),
        new("RFC 9728", "2.2", "Signed metadata", "the document comes over TLS from the app itself"),
        new("RFC 7523", "2.1", "Assertions as authorization grants", "assertions are exchanged as subject tokens; that grant type is not served"),
        new("RFC 8705", "2.2", "Self-signed certificates", "a client whose key nobody vouches for registers it for private_key_jwt"),
        new("RFC 8705", "4", "Public clients with certificates", "every client is confidential"),
        new("RFC 9470", "4", "Step-up at the authorization endpoint", NoAuthorizationEndpoint),
        new("RFC 9700", "2.1", "Redirects, codes, PKCE, implicit grant, mix-up, forged cross-site requests", NoAuthorizationEndpoint),
        new("RFC 9700", "4.12", "Redirects that repeat credentials", "nothing that is posted is answered with a redirect to elsewhere"),
        new("RFC 9700", "4.14", "Refresh tokens", NoRefreshToken),
        new("RFC 9700", "4.17", "Notifications between windows of a browser", NoAuthorizationEndpoint),
        new("RFC 8725", "3.6", "Compression before encryption", "tokens are not encrypted, and zip in a header is refused"),
        new("ASVS 5.0", "V10.4.1", "Redirect URIs", NoAuthorizationEndpoint),
        new("ASVS 5.0", "V10.4.2", "Codes are used once", NoAuthorizationEndpoint),
        new("ASVS 5.0", "V10.4.3", "Codes are short-lived", NoAuthorizationEndpoint),
        new("ASVS 5.0", "V10.4.5", "Replayed refresh tokens", NoRefreshToken),
        new("ASVS 5.0", "V10.4.6", "PKCE", NoAuthorizationEndpoint),
        new("ASVS 5.0", "V10.4.7", "Dynamic registration of clients", "clients are registered in the configuration, by administrators"),
        new("ASVS 5.0", "V10.4.8", "Refresh tokens end", NoRefreshToken),
        new("ASVS 5.0", "V10.4.12", "Response modes", NoAuthorizationEndpoint),
        new("ASVS 5.0", "V10.4.13", "Pushed authorization requests", NoAuthorizationEndpoint),
        new("ASVS 5.0", "V10.5.5", "Back-channel logout at a client", "logout tokens are not taken; identity providers tell of sessions that are over by security events, which end sign-ins too"),
        new("ASVS 5.0", "V10.6.1", "Response modes of an OpenID provider", "this server is none"),
        new("ASVS 5.0", "V10.6.2", "Forced logout at an OpenID provider", "this server is none"),
    ];

    public static IReadOnlyList<UnprovenRequirement> NotYet { get; } =
    [
        new("RFC 8693", "2.1", "Other tokens than access tokens can be asked for", "only access tokens are issued; jwt and id-jag are refused"),
        new("RFC 8693", "2.2.1", "Tokens bound to a key say so in token_type", "every token is a bearer token"),
        new("RFC 8693", "4.1", "Whoever consumes a token decides by the current actor alone", "policies and guards of relying apps do; the server also counts the earlier actors and refuses one that comes twice, which permits nothing that would else be refused"),
        new("RFC 8693", "4.4", "The value of may_act is one JSON object", "for several receivers it is an array of such objects; decision 0008 says why"),
        new("RFC 8693", "6", "Tokens travel encrypted only", "the packages send none over plain http but to loopback, and the issuer is https outside Development; whether the TLS in front of the server is right is the operator's"),
        new("RFC 6749", "10.10", "Secrets cannot be guessed", "they are hashes of what an administrator generated; the configuration page says how, and nothing can check it"),
        new("RFC 9068", "2.1", "RS256 is supported", "tokens are signed with ES256 only; the relying-app package accepts RS256 where it is configured"),
        new("RFC 9701", "5", "A request without authentication is answered 400", "401, as RFC 7662 section 2.3 asks"),
        new("RFC 9701", "6", "A resource chooses the algorithm, RS256 where it chose none", "all answers are signed with ES256, which the metadata say"),
        new("RFC 9701", "8.2", "TLS 1.2 or later", "what the TLS in front of the server takes is the operator's"),
        new("RFC 7009", "2.1", "A client may end the whole grant", "only single tokens with what was derived from them; administrators revoke delegations, sessions and parties"),
        new("RFC 8414", "3.2", "Members without an element are left out", "response_types_supported is there and empty, because section 2 requires it"),
        new("RFC 8705", "2.1.2", "Certificates known by an address or a mail address", "san_ip and san_email are not offered; a client is known by subject, DNS name or URI"),
        new("RFC 8705", "3", "Tokens bound to a certificate", "not available; a token with cnf is refused"),
        new("RFC 8705", "5", "Separate addresses for clients with certificates", "not offered; where certificates are configured, every TLS connection asks for one and none requires it"),
        new("RFC 8705", "2.1", "Revoked certificates, at the discretion of the server", "revocation lists are not consulted; disable the client whose certificate is lost"),
        new("RFC 9470", "7", "The metadata list acr values", "not listed; they are those of the identity providers"),
        new("RFC 9700", "2.2.1", "Tokens are bound to their sender", "every token is a bearer token, good for minutes at one resource; DPoP and mTLS are not available"),
        new("RFC 9700", "4.13", "A proxy in front removes what only it may say", "the server believes X-Forwarded-* of the addresses in Proxies:Trusted only; the proxy itself is the operator's"),
        new("RFC 9700", "2.5", "Clients use asymmetric keys rather than secrets", "they can; a secret is not forbidden"),
        new("ASVS 5.0", "V10.3.4", "A relying app looks at the strength and age of the sign-in where it needs it", "policies of the server look; the package gives the app the claims and has no guard of its own"),
        new("ASVS 5.0", "V10.3.5", "Stolen tokens are of no use without a key", "every token is a bearer token"),
        new("ASVS 5.0", "V10.4.14", "Only tokens bound to a sender are issued", "every token is a bearer token"),
        new("ASVS 5.0", "V10.4.16", "Clients must use asymmetric keys", "they can; a secret is not forbidden"),
        new("ASVS 5.0", "V10.7.1", "A user agrees to what is lent", "the user's app lends the session, policies of an administrator bound it; approvals are not available"),
        new("ASVS 5.0", "V10.7.2", "A user is told what is lent before agreeing", "purposes and scopes have texts for users, which the page for users shows once it is lent and not before"),
    ];
}
