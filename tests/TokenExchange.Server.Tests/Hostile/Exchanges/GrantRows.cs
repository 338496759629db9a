using TokenExchange.Core.Protocol;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Hostile.Exchanges;

/// <summary>There is one grant, and no request slips into another one.</summary>
internal static class GrantRows
{
    public static IReadOnlyList<HostileExchange> Rows { get; } =
    [
        .. new[]
        {
            "refresh_token", "authorization_code", "password", "implicit", "none", "urn:ietf:params:oauth:grant-type:device_code", "urn:ietf:params:oauth:grant-type:jwt-bearer",
            "urn:ietf:params:oauth:grant-type:saml2-bearer", "urn:openid:params:grant-type:ciba", "urn:ietf:params:oauth:grant-type:uma-ticket", "URN:IETF:PARAMS:OAUTH:GRANT-TYPE:TOKEN-EXCHANGE",
            "urn:ietf:params:oauth:grant-type:token-exchange ", "token-exchange", "urn:ietf:params:oauth:grant-type:token-exchange\r\nX: y",
        }.Select(grant => new HostileExchange($"grant_type is '{string.Concat(grant.Where(c => !char.IsControl(c)))}' with a subject token", "unsupported_grant_type", w => Whole(w, grant, Everything(w))).As(ErrorCodes.UnsupportedGrantType)),
        new("grant_type is missing", "malformed_request", w => Whole(w, null, [])),
        new("grant_type twice, the same", "malformed_request", w => Whole(w, GrantTypes.TokenExchange, ("grant_type", GrantTypes.TokenExchange))),
        new("grant_type twice, another", "malformed_request", w => Whole(w, GrantTypes.TokenExchange, ("grant_type", "client_credentials"))),

        Without("nothing in its place"),
        Without("a refresh token", ("refresh_token", "x")),
        Without("a code", ("code", "x"), ("redirect_uri", "https://mail.example/cb"), ("code_verifier", "x")),
        Without("a password", ("username", "alice"), ("password", "x")),
        Without("an assertion", ("assertion", "x")),
        Without("a device code", ("device_code", "x")),
        Without("an actor token", ("actor_token", "x"), ("actor_token_type", TokenTypes.Jwt)),
        Without("a scope of everything", ("scope", "mail.read mail.label")),
        Without("its type empty", ("subject_token", ""), ("subject_token_type", "")),
        Without("a parameter that looks like it", ("subject_token[]", "x"), ("subject_token[0]", "x"), ("subject-token", "x"), (" subject_token", "x")),
    ];

    private static (string, string?)[] Everything(HostileWorld world) =>
    [
        ("refresh_token", world.OwnToken), ("code", "x"), ("redirect_uri", "https://mail.example/cb"), ("username", "alice"), ("password", "x"), ("assertion", world.Server.Assertion()), ("device_code", "x"), ("scope", "mail.read"),
    ];

    private static Task<Answer> Whole(HostileWorld world, string? grant, params (string, string?)[] more) => world.Server.PostAsync(
        "/token", World.InboxAgent, World.Secret, [("grant_type", grant), ("subject_token", world.Server.Assertion()), ("subject_token_type", TokenTypes.Jwt), ("resource", World.Mail), ("purpose", World.Triage), .. more]);

    private static HostileExchange Without(string instead, params (string, string?)[] form) =>
        HostileExchange.Form($"subject_token is left out, with {instead}", "parameter_missing", [("subject_token", null), .. form]);
}
