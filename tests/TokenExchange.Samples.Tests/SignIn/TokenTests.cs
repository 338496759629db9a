using System.Text.Json.Nodes;
using DemoIdp;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;

namespace TokenExchange.Samples.Tests.SignIn;

public sealed class TokenTests : SignInTest
{
    [Fact]
    public async Task A_code_becomes_an_id_token_of_the_session_that_assertions_speak_of()
    {
        var answer = await RedeemAsync(await CodeAsync("ada"));

        answer.Status.ShouldBe(200);
        answer.Body.Select(m => m.Key).ShouldBe(["access_token", "token_type", "expires_in", "scope", "id_token"]);
        ((string)answer.Body["access_token"]!).Length.ShouldBe(43);
        (answer.Body["token_type"]!.GetValue<string>(), answer.Body["expires_in"]!.GetValue<int>(), answer.Body["scope"]!.GetValue<string>()).ShouldBe(("Bearer", 600, "openid profile"));
        var now = Clock.GetUtcNow().ToUnixTimeSeconds();
        var expected = new JsonObject
        {
            ["iss"] = Url, ["sub"] = "ada", ["aud"] = App, ["iat"] = now, ["exp"] = now + 600, ["auth_time"] = now, ["sid"] = Session("ada"), ["amr"] = new JsonArray("pwd"),
            ["name"] = "Ada Adeyemi", ["email"] = "ada@demo.example", ["nonce"] = "n-1", ["department"] = "platform", ["roles"] = new JsonArray("administrator"),
        };
        JsonNode.DeepEquals(Claims(answer), expected).ShouldBeTrue(Claims(answer).ToJsonString());
    }

    [Theory]
    [InlineData("alice", null)]
    [InlineData("carol", null)]
    [InlineData("paul", "policy_author")]
    [InlineData("vera", "approver")]
    [InlineData("otto", "auditor")]
    public async Task Only_those_who_run_the_exchange_server_have_roles(string user, string? role) =>
        Claims(await RedeemAsync(await CodeAsync(user)))["roles"]?.ToJsonString().ShouldBe(role is null ? null : $"[\"{role}\"]");

    [Fact]
    public async Task A_second_sign_in_that_asks_nobody_is_as_old_as_the_first()
    {
        var first = Claims(await RedeemAsync(await CodeAsync()));
        Clock.Advance(TimeSpan.FromMinutes(5));

        var silent = Claims(await RedeemAsync((await Browser.OpenAsync(Request())).Sent("code")!));
        var again = Claims(await RedeemAsync(await CodeAsync("alice", ("prompt", "login"))));

        long Time(JsonObject claims, string name) => claims[name]!.GetValue<long>();
        (Time(silent, "auth_time"), Time(silent, "iat") - Time(first, "iat")).ShouldBe((Time(first, "auth_time"), 300));
        Time(again, "auth_time").ShouldBe(Time(first, "auth_time") + 300);
        ((string)silent["sid"]!, (string)again["sid"]!).ShouldBe(((string)first["sid"]!, (string)first["sid"]!));
    }

    [Theory]
    [InlineData("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXX")]
    [InlineData("code_verifier", "short")]
    [InlineData("code_verifier", null)]
    [InlineData("redirect_uri", OtherCallback)]
    [InlineData("redirect_uri", null)]
    [InlineData("code", "another")]
    public async Task A_code_is_good_only_with_what_it_was_issued_for_and_one_wrong_attempt_uses_it_up(string name, string? value)
    {
        var code = await CodeAsync();

        Refused(await RedeemAsync(code, (name, value)), "invalid_grant");

        if (name != "code")
        {
            Refused(await RedeemAsync(code), "invalid_grant");
        }
    }

    [Fact]
    public async Task A_code_is_good_once()
    {
        var code = await CodeAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => RedeemAsync(code)));

        answers.Count(a => a.Status == 200).ShouldBe(1);
        answers.Where(a => a.Status != 200).ShouldAllBe(a => a.Body["error"]!.GetValue<string>() == "invalid_grant");
    }

    [Theory]
    [InlineData(59, 200)]
    [InlineData(60, 400)]
    public async Task A_code_is_good_for_less_than_a_minute(int seconds, int status)
    {
        var code = await CodeAsync();

        Clock.Advance(TimeSpan.FromSeconds(seconds));

        (await RedeemAsync(code)).Status.ShouldBe(status);
    }

    [Fact]
    public async Task A_code_is_no_good_to_another_application()
    {
        var code = await CodeAsync();

        Refused(await TokenAsync(null, ("grant_type", "authorization_code"), ("client_id", Public), ("code", code), ("redirect_uri", Callback), ("code_verifier", Verifier)), "invalid_grant");
    }

    [Fact]
    public async Task A_code_of_a_session_that_is_over_is_no_good()
    {
        var code = await CodeAsync();

        Idp.Services.GetRequiredService<DemoSessions>().End("alice");

        Refused(await RedeemAsync(code), "invalid_grant");
    }

    [Fact]
    public async Task An_application_says_its_secret_in_the_header_or_in_the_form_and_one_without_only_who_it_is()
    {
        (await RedeemAsync(await CodeAsync())).Status.ShouldBe(200);
        (await TokenAsync(null, await Form(App, ("client_id", App), ("client_secret", Secret)))).Status.ShouldBe(200);
        (await TokenAsync(null, await Form(Public, ("client_id", Public)))).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Who_does_not_prove_who_they_are_is_refused()
    {
        foreach (var (authorization, form) in new (string?, (string, string?)[])[]
        {
            (Basic(App, "wrong"), []), (Basic(App, string.Empty), []), (Basic("stranger", Secret), []), (Basic(Public, Secret), []), (Basic(Public, string.Empty), []),
            (null, [("client_id", App)]), (null, [("client_id", App), ("client_secret", "wrong")]), (null, [("client_id", "stranger")]), (null, [("client_id", Public), ("client_secret", "x")]),
        })
        {
            Refused(await TokenAsync(authorization, await Form(App, form)), "invalid_client", 401);
        }

        foreach (var (authorization, form) in new (string?, (string, string?)[])[]
        {
            (null, []), ("Basic !", []), ("Bearer x", []), (Basic(App, Secret), [("client_secret", Secret)]), (Basic(App, Secret), [("client_id", Public)]),
        })
        {
            Refused(await TokenAsync(authorization, await Form(App, form)), "invalid_request");
        }
    }

    [Theory]
    [InlineData("grant_type", null, "invalid_request")]
    [InlineData("grant_type", "password", "unsupported_grant_type")]
    [InlineData("code", null, "invalid_request")]
    public async Task A_request_for_something_else_is_refused(string name, string? value, string error) => Refused(await RedeemAsync("any", (name, value)), error);

    private async Task<(string, string?)[]> Form(string client, params (string, string?)[] more) =>
        [("grant_type", "authorization_code"), ("code", await CodeAsync("alice", ("client_id", client), ("prompt", "login"))), ("redirect_uri", Callback), ("code_verifier", Verifier), .. more];

    private string Session(string user) => new JsonWebToken(Idp.Services.GetRequiredService<AssertionFactory>().Create(new(user, "https://exchange.example"))).GetClaim("sid").Value;

    private static void Refused((int Status, JsonObject Body) answer, string error, int status = 400) =>
        (answer.Status, answer.Body["error"]?.GetValue<string>(), answer.Body.ContainsKey("id_token")).ShouldBe((status, error, false));
}
