using System.Text.Json.Nodes;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Wire;

/// <summary>The error table of docs/protocol.md, row by row: exact status and body, and the refusal on record under its code.</summary>
public sealed class ErrorTableTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string InvalidRequest = "invalid_request";

    public static TheoryData<string> Names => [.. Rows.Keys];

    private static Dictionary<string, Row> Rows { get; } = new(StringComparer.Ordinal)
    {
        ["subject_token is missing"] = Form("parameter_missing", "A required parameter is missing or empty.", ("subject_token", null)),
        ["subject_token is empty"] = Form("parameter_missing", "A required parameter is missing or empty.", ("subject_token", "")),
        ["subject_token_type is missing"] = Form("parameter_missing", "A required parameter is missing or empty.", ("subject_token_type", null)),
        ["resource is missing"] = Form("parameter_missing", "A required parameter is missing or empty.", ("resource", null)),
        ["actor_token without its type"] = Form("parameter_missing", "A required parameter is missing or empty.", ("actor_token", "a.b.c")),
        ["actor_token_type without its token"] = Form("parameter_missing", "A required parameter is missing or empty.", ("actor_token_type", TokenTypes.Jwt)),
        ["purpose is sent twice"] = Form("parameter_repeated", "A parameter that may appear once appears more than once.", ("purpose", "inbox.triage"), ("purpose", "inbox.triage")),
        ["scope is sent twice"] = Form("parameter_repeated", "A parameter that may appear once appears more than once.", ("scope", "mail.read"), ("scope", "mail.read")),
        ["scope has doubled spaces"] = Form("parameter_malformed", "A parameter has a value that cannot be read.", ("scope", "mail.read  mail.label")),
        ["authorization_details disagrees with purpose"] = Form("parameter_malformed", "A parameter has a value that cannot be read.", ("authorization_details", """[{"type":"purpose","purpose":"mail.digest"}]""")),
        ["authorization_details is not JSON"] = Form("parameter_malformed", "A parameter has a value that cannot be read.", ("authorization_details", "{")),
        ["authorization_details is of another type"] = Form("parameter_malformed", "A parameter has a value that cannot be read.", ("authorization_details", """[{"type":"payment","purpose":"inbox.triage"}]""")),
        ["subject_token_type is refresh_token"] = Form("token_type_unsupported", "The token type is not supported.", ("subject_token_type", "urn:ietf:params:oauth:token-type:refresh_token")),
        ["subject_token_type is saml2"] = Form("token_type_unsupported", "The token type is not supported.", ("subject_token_type", "urn:ietf:params:oauth:token-type:saml2")),
        ["requested_token_type is jwt"] = Form("token_type_unsupported", "The token type is not supported.", ("requested_token_type", TokenTypes.Jwt)),
        ["the subject token is no JWT"] = Form("subject_token_malformed", "The subject token is not a signed JWT of the accepted form.", ("subject_token", "nonsense")),
        ["the subject token is unsigned"] = Form("subject_token_malformed", "The subject token is not a signed JWT of the accepted form.", ("subject_token", "eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlIn0.")),

        ["the issuer is unknown"] = Token("issuer_not_trusted", "The subject token's issuer is not trusted for this.", c => c["iss"] = "https://other.example"),
        ["the issuer has a trailing slash"] = Token("issuer_not_trusted", "The subject token's issuer is not trusted for this.", c => c["iss"] = "https://idp.example/"),
        ["iss is missing"] = Token("subject_token_claims", "The subject token lacks a claim or has a malformed one.", c => c.Remove("iss")),
        ["sub is missing"] = Token("subject_token_claims", "The subject token lacks a claim or has a malformed one.", c => c.Remove("sub")),
        ["exp is missing"] = Token("subject_token_claims", "The subject token lacks a claim or has a malformed one.", c => c.Remove("exp")),
        ["iat is missing"] = Token("subject_token_claims", "The subject token lacks a claim or has a malformed one.", c => c.Remove("iat")),
        ["exp is a string"] = Token("subject_token_claims", "The subject token lacks a claim or has a malformed one.", c => c["exp"] = "9999999999"),
        ["exp has a fraction"] = Token("subject_token_claims", "The subject token lacks a claim or has a malformed one.", c => c["exp"] = 9999999999.5),
        ["exp is beyond all time"] = Token("subject_token_signature", "The subject token's signature cannot be verified.", c => c["exp"] = 1e308),
        ["may_act is a string"] = Token("subject_token_claims", "The subject token lacks a claim or has a malformed one.", c => c["may_act"] = "inbox-agent"),
        ["auth_time lies in the future"] = Token("subject_token_claims", "The subject token lacks a claim or has a malformed one.", c => c["auth_time"] = Seconds(60)),
        ["auth_time is a string"] = Token("subject_token_claims", "The subject token lacks a claim or has a malformed one.", c => c["auth_time"] = "yesterday"),
        ["the assertion is expired"] = Token("subject_token_expired", "The subject token is expired, too old, or not valid yet.", c => c["exp"] = Seconds(-60)),
        ["the assertion expires this second"] = Token("subject_token_expired", "The subject token is expired, too old, or not valid yet.", c => c["exp"] = Seconds(0)),
        ["the assertion is too old"] = Token("subject_token_expired", "The subject token is expired, too old, or not valid yet.", c => c["iat"] = Seconds(-601)),
        ["the assertion is from the future"] = Token("subject_token_expired", "The subject token is expired, too old, or not valid yet.", c => c["iat"] = Seconds(7)),
        ["the assertion is not valid yet"] = Token("subject_token_expired", "The subject token is expired, too old, or not valid yet.", c => c["nbf"] = Seconds(7)),
        ["the audience is another"] = Token("subject_token_audience", "The subject token was made for another audience.", c => c["aud"] = "https://elsewhere.example"),
        ["the audience holds a stranger"] = Token("subject_token_audience", "The subject token was made for another audience.", c => c["aud"] = new JsonArray("https://exchange.example", "https://elsewhere.example")),
        ["the audience is missing"] = Token("subject_token_audience", "The subject token was made for another audience.", c => c.Remove("aud")),
        ["the audience is a number"] = Token("subject_token_signature", "The subject token's signature cannot be verified.", c => c["aud"] = 5),
        ["a logout token"] = Token("subject_token_malformed", "The subject token is not a signed JWT of the accepted form.", c => c["events"] = new JsonObject { ["http://schemas.openid.net/event/backchannel-logout"] = new JsonObject() }),
        ["an introspection answer"] = Token("subject_token_malformed", "The subject token is not a signed JWT of the accepted form.", c => c["token_introspection"] = new JsonObject()),
        ["a refresh token of the issuer"] = Token("subject_token_malformed", "The subject token is not a signed JWT of the accepted form.", c => c["typ"] = "Refresh"),
        ["the assertion names an actor"] = Token("subject_token_bound", "The subject token names an actor or is bound to a key.", c => c["act"] = new JsonObject { ["sub"] = "somebody" }),
        ["the assertion is bound to a key"] = Token("subject_token_bound", "The subject token names an actor or is bound to a key.", c => c["cnf"] = new JsonObject { ["jkt"] = "x" }),
        ["the subject is a client id"] = Token("subject_ambiguous", "The subject cannot be told from another one.", c => c["sub"] = World.InboxAgent),
        ["may_act names another"] = Token("actor_not_named", "The subject token does not let this client act.", c => c["may_act"] = new JsonObject { ["sub"] = "summary-agent" }),
        ["may_act names the right sub at another issuer"] = Token("actor_not_named", "The subject token does not let this client act.", c => c["may_act"] = new JsonObject { ["sub"] = World.InboxAgent, ["iss"] = "https://idp.example" }),

        ["the resource is unknown"] = Form("resource_not_permitted", "The resource is unknown or not permitted.", "invalid_target", ("resource", "https://unknown.example")),
        ["the resource is no URI"] = Form("resource_not_permitted", "The resource is unknown or not permitted.", "invalid_target", ("resource", "mail")),
        ["the resource is not open to this agent"] = Form("resource_not_permitted", "The resource is unknown or not permitted.", "invalid_target", ("resource", World.Calendar)),
        ["two resources are named"] = Form("resource_not_permitted", "The resource is unknown or not permitted.", "invalid_target", ("resource", World.Mail), ("resource", World.Calendar)),
        ["resource and audience differ"] = Form("resource_not_permitted", "The resource is unknown or not permitted.", "invalid_target", ("audience", World.Calendar)),
        ["a scope is beyond the purpose"] = Form("scope_not_permitted", "A scope goes beyond what is permitted.", "invalid_scope", ("scope", "mail.read mail.send")),
        ["a scope is beyond what the session is limited to"] = Token("scope_not_permitted", "A scope goes beyond what is permitted.", "invalid_scope", c => c["scope"] = "calendar.read"),
        ["the purpose is unknown"] = Form("purpose_not_permitted", "The purpose is not permitted.", ("purpose", "no.such")),
        ["the purpose is retired"] = Form("purpose_not_permitted", "The purpose is not permitted.", ("purpose", "old.purpose")),
        ["the purpose is not open to this agent"] = Form("purpose_not_permitted", "The purpose is not permitted.", ("purpose", "mail.digest")),
        ["the purpose is absent and two are open"] = Form("purpose_not_permitted", "The purpose is not permitted.", ("purpose", null)),
    };

    [Requirement("RFC 8693", "2.1", "A requested token type that is not issued is refused")]
    [Requirement("RFC 8693", "2.1", "The actor token and its type come together or not at all")]
    [Requirement("RFC 8693", "2.1", "The subject token and its type are required")]
    [Requirement("RFC 8693", "2.1", "The subject token is validated as its type demands")]
    [Requirement("RFC 6749", "5.2", "A refusal may say more in words and behind a URI")]
    [Requirement("RFC 8693", "2.2.2", "A subject token that is invalid for any reason is invalid_request")]
    [Requirement("RFC 8693", "2.2.2", "A subject token that policy does not accept is invalid_request")]
    [Requirement("RFC 8693", "2.2.2", "A target for which no token is issued is invalid_target")]
    [Requirement("RFC 8693", "4.4", "Whoever may_act names may become the actor, and nobody else")]
    [Requirement("RFC 6749", "3.2", "A parameter without a value counts as absent, one that is repeated is refused")]
    [Requirement("RFC 6749", "5.2", "A scope beyond what is permitted is invalid_scope")]
    [Requirement("RFC 6749", "5.2", "Errors are JSON with a code, a description and a URI")]
    [Requirement("RFC 8707", "2", "A resource that is unknown, malformed or not permitted is invalid_target")]
    [Requirement("RFC 8707", "2", "Several resources may be sent, and a server that issues for one refuses them with invalid_target")]
    [Requirement("RFC 9068", "5", "A user can never be mistaken for a client, or a client for a user")]
    [Requirement("RFC 9701", "8.1", "An introspection answer is no access token and no subject token")]
    [Requirement("RFC 9700", "4.15.1", "No client can choose an id that passes for a user")]
    [Requirement("RFC 8725", "3.2", "Unsigned tokens are refused")]
    [Requirement("RFC 8725", "3.8", "The subject is one the issuer may speak for")]
    [Requirement("RFC 8725", "3.9", "The audience is checked, and a missing one refuses")]
    [Requirement("ASVS 5.0", "V9.2.1", "A token counts only within its time")]
    [Requirement("ASVS 5.0", "V9.2.3", "A service accepts only tokens that are for it")]
    [Requirement("ASVS 5.0", "V10.4.11", "A client gets only the scopes that policies give it")]
    [Requirement("ASVS 5.0", "V10.4.15", "What authorization_details say comes from an authenticated client and is bounded by policy")]
    [Theory]
    [MemberData(nameof(Names))]
    public async Task Each_row_has_its_exact_answer_and_is_on_record(string name)
    {
        var server = shared.Server;
        var row = Rows[name];

        var answer = await server.HopAsync(World.InboxAgent, server.Assertion(row.Claims), TokenTypes.Jwt, row.Form);

        answer.Body.ShouldBe($$"""{"error":"{{row.Error}}","error_description":"{{row.Description}}","error_uri":"{{server.Issuer}}/errors/{{row.Code}}"}""");
        answer.Status.ShouldBe(400);
        answer.ContentType.ShouldBe("application/json; charset=UTF-8");
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        var record = await server.LastRecordAsync();
        record.Kind.ShouldBe(Storage.Audit.RecordKind.Refusal);
        record.Reason.ShouldBe(row.Code);
        record.ClientId.ShouldBe(World.InboxAgent);
    }

    [Requirement("RFC 9470", "3", "The token endpoint says what sign-in is missing as insufficient_user_authentication with acr_values and max_age")]
    [Fact]
    public async Task Step_up_says_what_authentication_would_help()
    {
        var server = shared.Server;

        var answer = await server.FirstHopAsync(("purpose", "mail.answer"));

        answer.Body.ShouldBe($$"""{"error":"insufficient_user_authentication","error_description":"The user must authenticate again or more strongly.","error_uri":"{{server.Issuer}}/errors/step_up_needed","acr_values":"phr","max_age":300}""");
        answer.Status.ShouldBe(400);
    }

    [Requirement("RFC 8693", "2.1", "The grant type is that of token exchange")]
    [Requirement("RFC 6749", "5.2", "A grant type that is not served is unsupported_grant_type")]
    [Requirement("RFC 9700", "2.4", "The password grant is not served")]
    [Requirement("ASVS 5.0", "V10.4.4", "A client uses only the grants it needs; password and implicit are not served")]
    [Fact]
    public async Task Another_grant_type_is_unsupported()
    {
        var server = shared.Server;

        var answer = await server.PostAsync("/token", World.InboxAgent, World.Secret, ("grant_type", "refresh_token"));

        answer.Body.ShouldBe($$"""{"error":"unsupported_grant_type","error_description":"The grant type is not served.","error_uri":"{{server.Issuer}}/errors/unsupported_grant_type"}""");
        answer.Status.ShouldBe(400);
        (await server.LastRecordAsync()).Reason.ShouldBe("unsupported_grant_type");
    }

    [Requirement("RFC 9701", "3", "The credentials of a resource server are good for its own calls only")]
    [Requirement("RFC 6749", "5.2", "A client of a kind that may not use the grant gets unauthorized_client")]
    [Requirement("ASVS 5.0", "V10.4.4", "A client uses only the grants it needs; password and implicit are not served")]
    [Fact]
    public async Task A_relying_apps_client_may_not_exchange()
    {
        var server = shared.Server;

        var answer = await server.HopAsync(World.MailApi, server.Assertion(), TokenTypes.Jwt);

        answer.Body.ShouldBe($$"""{"error":"unauthorized_client","error_description":"This client may not act for users.","error_uri":"{{server.Issuer}}/errors/client_may_not_exchange"}""");
        answer.Status.ShouldBe(400);
    }

    [Requirement("RFC 6749", "5.2", "A refusal may say more in words and behind a URI")]
    [Fact]
    public async Task A_page_explains_every_error_uri()
    {
        var text = await shared.Server.Http.GetStringAsync("/errors/scope_not_permitted");

        text.ShouldStartWith("scope_not_permitted (400 invalid_scope)\n\nA scope goes beyond what is permitted.\n\n");
        (await shared.Server.Http.GetAsync("/errors/nonsense")).StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound);
    }

    private static long Seconds(int offset) => RunningServer.Start.ToUnixTimeSeconds() + offset;

    private static Row Form(string code, string description, params (string, string?)[] form) => new(InvalidRequest, code, description, form, null);

    private static Row Form(string code, string description, string error, params (string, string?)[] form) => new(error, code, description, form, null);

    private static Row Token(string code, string description, Action<JsonObject> claims) => new(InvalidRequest, code, description, [], claims);

    private static Row Token(string code, string description, string error, Action<JsonObject> claims) => new(error, code, description, [], claims);

    private sealed record Row(string Error, string Code, string Description, (string Name, string? Value)[] Form, Action<JsonObject>? Claims);
}
