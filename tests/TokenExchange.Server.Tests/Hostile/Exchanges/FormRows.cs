using TokenExchange.Core.Protocol;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Hostile.Exchanges;

/// <summary>Parameters. Those that <c>ErrorTableTests</c> has are not here again.</summary>
internal static class FormRows
{
    private const string Injection = "\r\nSet-Cookie: a=b\r\n\r\n<script>alert(1)</script>";

    public static IReadOnlyList<HostileExchange> Rows { get; } =
    [
        .. new[] { " ", "\t", "\u00A0", "\u200B" }.Select(blank => HostileExchange.Form($"subject_token is blank (U+{(int)blank[0]:X4})", "subject_token_malformed", ("subject_token", blank))),
        .. new[]
        {
            " ", "jwt", "access_token", "urn:ietf:params:oauth:token-type:saml1", "urn:ietf:params:oauth:token-type:JWT", "URN:IETF:PARAMS:OAUTH:TOKEN-TYPE:JWT", "urn:ietf:params:oauth:token-type:jwt ",
            "urn:ietf:params:oauth:token-type:jwt#", "urn:ietf:params:oauth:token-type:access-token", "urn:ietf:params:oauth:token-type:id-jag", "urn:ietf:params:oauth:token-type:txn_token",
            "urn:openid:params:token-type:device-secret", "urn:example:unknown", TokenTypes.Jwt + Injection,
        }.Select((type, i) => HostileExchange.Form($"subject_token_type is a stranger ({i}: {type.Trim()[^Math.Min(12, type.Trim().Length)..]})", "token_type_unsupported", ("subject_token_type", type))),
        .. new[]
        {
            "urn:ietf:params:oauth:token-type:refresh_token", TokenTypes.IdToken, "urn:ietf:params:oauth:token-type:saml1", "urn:ietf:params:oauth:token-type:saml2", "urn:ietf:params:oauth:token-type:id-jag",
            "urn:ietf:params:oauth:token-type:txn_token", "urn:example:unknown", " ",
        }.Select(type => HostileExchange.Form($"requested_token_type is '{type}'", "token_type_unsupported", ("requested_token_type", type))),

        .. new[] { "subject_token", "subject_token_type", "actor_token", "actor_token_type", "requested_token_type", "authorization_details" }
            .Select(name => HostileExchange.Form($"{name} twice", "parameter_repeated", (name, "a"), (name, "b"))),
        .. new[] { "scope", "purpose" }.Select(name => HostileExchange.Form($"{name} twice, once encoded", "parameter_repeated", (name, "mail.read"), (name, "mail.read "))),
        .. new[]
        {
            "Scope", "SCOPE", "Purpose", "Resource", "Audience", "Actor_Token", "ACTOR_TOKEN_TYPE", "Requested_Token_Type", "Authorization_Details", "Subject_Token", "Subject_Token_Type", "Grant_Type",
            "Client_Id", "Client_Secret", "CLIENT_ASSERTION", "Client_Assertion_Type", "Token",
        }.SelectMany(name => new[]
        {
            Led($"{name}, empty, goes before", (name, "")), Led($"{name}, with a value, goes before", (name, "mail.read")),
        }),
        HostileExchange.Form("actor_token twice and no type", "parameter_repeated", ("actor_token", "a"), ("actor_token", "b")),

        .. new[]
        {
            "*", "/", "mail.example", "https://mail.example?x=1", "https://mail.example#x", "https://mail.example/inbox", "https://mail.example.", "https://mail.example.stranger.example", "https://mail.example@stranger.example",
            "https://user@mail.example", "http://mail.example", "https://mail.example:8443", "https://mаil.example", "javascript:alert(1)", "file:///etc/passwd", "urn:example:mail", "https://mail.example" + Injection,
            "https://mail.example https://calendar.example", " ",
        }.Select(resource => HostileExchange.Form($"resource is '{Short(resource)}'", "resource_not_permitted", ("resource", resource)).As(ErrorCodes.InvalidTarget)),
        HostileExchange.Form("resource is 5,000 characters long", "resource_not_permitted", ("resource", "https://mail.example/" + new string('x', 5000))).As(ErrorCodes.InvalidTarget),
        HostileExchange.Form("resource has a stranger besides", "resource_not_permitted", ("resource", World.Mail), ("resource", "https://stranger.example")).As(ErrorCodes.InvalidTarget),
        HostileExchange.Form("audience has a stranger besides", "resource_not_permitted", ("resource", null), ("audience", World.Mail), ("audience", "mail")).As(ErrorCodes.InvalidTarget),
        HostileExchange.Form("the right resource twice and another audience", "resource_not_permitted", ("resource", World.Mail), ("resource", World.Mail), ("audience", World.InboxAgent)).As(ErrorCodes.InvalidTarget),

        .. new[] { "mail.read\tmail.label", "mail.read\n", " mail.read", "mail.read ", "\"mail.read\"", "mail\\read", "mail.réad", "mail.read\u0085", " ", "mail.read" + Injection }
            .Select((scope, i) => HostileExchange.Form($"scope is no list of scopes ({i})", "parameter_malformed", ("scope", scope))),
        .. new[] { "*", "mail.*", "mail", "MAIL.READ", "openid", "mail.read mail.send", "calendar.read", "admin.write", "read", "mail.read,mail.label" }
            .Select(scope => HostileExchange.Form($"scope is '{scope}'", "scope_not_permitted", ("scope", scope)).As(ErrorCodes.InvalidScope)),

        .. new[] { "*", "INBOX.TRIAGE", "inbox", "inbox.triage ", "inbox.triage,mail.digest", "inbox.triage" + Injection, "' OR 1=1 --", "../inbox.triage" }
            .Select((purpose, i) => HostileExchange.Form($"purpose is '{Short(purpose)}' ({i})", "purpose_not_permitted", ("purpose", purpose))),
        HostileExchange.Form("purpose is 256 characters long", "parameter_malformed", ("purpose", new string('p', 256))),
        .. new[]
        {
            "[]", "[null]", "{}", "null", "\"inbox.triage\"", """{"type":"purpose","purpose":"inbox.triage"}""", """[{"type":"purpose"}]""", """[{"purpose":"inbox.triage"}]""", """[{"type":"purpose","purpose":7}]""",
            """[{"type":"purpose","purpose":["inbox.triage"]}]""", """[{"type":"purpose","purpose":"inbox.triage","actions":["send"]}]""", """[{"type":"purpose","purpose":"inbox.triage","purpose":"inbox.triage"}]""",
            """[{"type":"purpose","purpose":"inbox.triage"},{"type":"purpose","purpose":"inbox.triage"}]""", """[{"type":"purpose","purpose":"\ud800"}]""", """[{"type":"purpose","\ud800":"inbox.triage"}]""",
            """[{"type":"Purpose","purpose":"inbox.triage"}]""", """[{"type":"purpose","purpose":"inbox.triage"}] x""", """[[[[[[{"type":"purpose"}]]]]]]""", " ", new string('[', 10_000),
        }.Select((details, i) => HostileExchange.Form($"authorization_details is '{Short(details)}' ({i})", "parameter_malformed", ("authorization_details", details))),
    ];

    // The framework keeps the first spelling of names that differ in case only: there the right name would be gone.
    private static HostileExchange Led(string name, (string, string?) first) => new(name, "malformed_request", w => w.Server.PostAsync("/token", World.InboxAgent, World.Secret,
        first, ("grant_type", GrantTypes.TokenExchange), ("subject_token", w.Server.Assertion()), ("subject_token_type", TokenTypes.Jwt), ("resource", World.Mail), ("purpose", World.Triage), ("scope", "mail.read")));

    private static string Short(string text) => string.Concat(text.Where(c => !char.IsControl(c)).Take(60));
}
