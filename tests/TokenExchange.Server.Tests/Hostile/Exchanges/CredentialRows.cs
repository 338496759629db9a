using System.Text;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Tests.Fixtures;
using TokenExchange.Server.Tests.Wire;

namespace TokenExchange.Server.Tests.Hostile.Exchanges;

/// <summary>Who says he is which client. Those that <c>ClientAuthenticationTests</c> has are not here again.</summary>
internal static class CredentialRows
{
    private const string Fake = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJpbmJveC1hZ2VudCIsInN1YiI6ImluYm94LWFnZW50In0.AA";

    public static IReadOnlyList<HostileExchange> Rows { get; } =
    [
        Basic("the stored hash as the secret", World.InboxAgent, World.SecretHash),
        Basic("the secret with a space behind it", World.InboxAgent, World.Secret + " "),
        Basic("the secret in lower case", World.InboxAgent, World.Secret.ToLowerInvariant()),
        Basic("the secret but for its last character", World.InboxAgent, World.Secret[..^1]),
        Basic("the secret twice", World.InboxAgent, World.Secret + World.Secret),
        Basic("a secret of 10,000 characters", World.InboxAgent, new string('x', 10_000)),
        Basic("the client id in upper case", "INBOX-AGENT", World.Secret),
        Basic("the client id with a space behind it", World.InboxAgent + " ", World.Secret),
        Basic("a client id of SQL", "' OR '1'='1", World.Secret),
        Basic("a client id of %", "%", World.Secret),
        Basic("a client id with a line break", "inbox-agent\r\nX-Injected: 1", World.Secret),
        Basic("a client id of 10,000 characters", new string('x', 10_000), World.Secret),
        Basic("an empty client id", "", World.Secret),
        Basic("client id and secret swapped", World.Secret, World.InboxAgent),
        Basic("a user as the client", "alice", World.Secret),

        .. new[] { "X-Client-Id: inbox-agent", "X-SSL-Client-Verify: SUCCESS", "X-Forwarded-Client-Cert: Subject=\"CN=inbox-agent\"", "X-Forwarded-User: inbox-agent", $"Client-Assertion: {Fake}", $"OAuth-Client-Attestation: {Fake}", $"DPoP: {Fake}" }
            .Select(header => Header($"no credentials but {header.Split(':')[0]}", header, "client_id=inbox-agent&")),
        Header("Authorization Bearer with the secret", $"Authorization: Bearer {World.Secret}", "client_id=inbox-agent&"),
        Header("Authorization Digest", "Authorization: Digest username=\"inbox-agent\"", "client_id=inbox-agent&"),
        Header("Authorization Basic of nothing", "Authorization: Basic ", ""),
        Header("Authorization Basic without user", $"Authorization: Basic {Base64(":" + World.Secret)}", ""),
        Header("Authorization Basic that is no UTF-8", "Authorization: Basic /////w==", ""),
        Header("a wrong secret beside a fake assertion in a header", $"Client-Assertion: {Fake}", "client_id=inbox-agent&client_secret=wrong&"),

        Failed("a type of assertion and no assertion", w => Send(w, ("client_id", World.InboxAgent), ("client_assertion_type", TokenTypes.ClientAssertion))),
        Failed("an assertion and no type", w => Send(w, ("client_id", World.InboxAgent), ("client_assertion", Fake))),
        Form("a wrong secret beside a type of assertion", "malformed_request", ("client_id", World.InboxAgent), ("client_secret", "wrong"), ("client_assertion_type", TokenTypes.ClientAssertion)),
        Form("a wrong secret beside a fake assertion", "malformed_request", ("client_id", World.InboxAgent), ("client_secret", "wrong"), ("client_assertion", Fake), ("client_assertion_type", TokenTypes.ClientAssertion)),
        Form("the right secret beside a fake assertion", "malformed_request", ("client_id", World.InboxAgent), ("client_secret", World.Secret), ("client_assertion", Fake), ("client_assertion_type", TokenTypes.ClientAssertion)),
        Form("client_id twice", "malformed_request", ("client_id", World.InboxAgent), ("client_id", World.SummaryAgent), ("client_secret", World.Secret)),
        Form("client_secret twice", "malformed_request", ("client_id", World.InboxAgent), ("client_secret", World.Secret), ("client_secret", "wrong")),

        new("Basic beside a right assertion", "malformed_request", w => WithBasic(w, ClientAuthenticationTests.AssertionOf(w.Server, World.KeyAgent))),
        new("Basic beside a fake assertion", "malformed_request", w => WithBasic(w, ("client_assertion", Fake), ("client_assertion_type", TokenTypes.ClientAssertion))),
        new("Basic beside a secret in the form", "malformed_request", w => WithBasic(w, ("client_id", World.InboxAgent), ("client_secret", World.Secret))),
        new("a right assertion beside another one", "malformed_request", w => Send(w, [.. ClientAuthenticationTests.AssertionOf(w.Server, World.KeyAgent), ClientAuthenticationTests.AssertionOf(w.Server, World.KeyAgent)[1]])),

        Assertion("a session assertion", w => w.Server.Assertion()),
        Assertion("a session assertion in the name of a client", w => w.Server.Assertion(c => (c["iss"], c["sub"], c["aud"]) = (World.KeyAgent, World.KeyAgent, w.Server.Issuer))),
        Assertion("an actor token", w => w.OwnToken),
        Assertion("an assertion that another client signed", w => HostileWorld.OtherAgentKey.Sign(Jwt.Payload(ClientAuthenticationTests.AssertionOf(w.Server, World.KeyAgent)[1].Item2!))),
        Failed("an assertion of an unknown type", w => Send(w, [("client_assertion_type", "urn:example:unknown"), ClientAuthenticationTests.AssertionOf(w.Server, World.KeyAgent)[1]])),
        Failed("an assertion of type saml2-bearer", w => Send(w, [("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"), ClientAuthenticationTests.AssertionOf(w.Server, World.KeyAgent)[1]])),
    ];

    private static HostileExchange Failed(string name, Func<HostileWorld, Task<Answer>> act) => new HostileExchange(name, "client_authentication_failed", act).As(ErrorCodes.InvalidClient, 401);

    private static HostileExchange Basic(string name, string client, string secret) => Failed(name, w => w.Server.PostAsync("/token", client, secret, Request(w)));

    private static HostileExchange Header(string name, string header, string form) => Failed(name, w => w.Server.PostRawAsync("/token", form + Encode(Request(w)), request =>
        request.Headers.TryAddWithoutValidation(header[..header.IndexOf(':', StringComparison.Ordinal)], header[(header.IndexOf(':', StringComparison.Ordinal) + 2)..]).ShouldBeTrue()));

    private static HostileExchange Form(string name, string code, params (string, string?)[] form) => new(name, code, w => Send(w, form));

    private static HostileExchange Assertion(string name, Func<HostileWorld, string> assertion) =>
        Failed($"{name} as client assertion", w => Send(w, ("client_assertion_type", TokenTypes.ClientAssertion), ("client_assertion", assertion(w))));

    private static Task<Answer> WithBasic(HostileWorld world, params (string, string?)[] form) => world.Server.PostAsync("/token", World.InboxAgent, World.Secret, [.. Request(world), .. form]);

    private static Task<Answer> Send(HostileWorld world, params (string, string?)[] form) => world.Server.PostAsync("/token", null, null, [.. Request(world), .. form]);

    private static (string, string?)[] Request(HostileWorld world) =>
    [
        ("grant_type", GrantTypes.TokenExchange), ("subject_token", world.Server.Assertion()), ("subject_token_type", TokenTypes.Jwt), ("resource", World.Mail), ("purpose", World.Triage),
    ];

    private static string Encode((string Name, string? Value)[] form) => string.Join('&', form.Select(p => $"{p.Name}={Uri.EscapeDataString(p.Value!)}"));

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
