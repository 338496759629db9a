using System.Net;
using Microsoft.AspNetCore.Http;
using TokenExchange.Server.Me;
using TokenExchange.Server.Tests.Fixtures;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Server.Tests.Me;

/// <summary>Every way a sign-in can go wrong: nobody is signed in, they are told in words, and the reason is on record.</summary>
public sealed class RefusedSignInTests : IAsyncLifetime
{
    private MeWorld _world = null!;

    public async ValueTask InitializeAsync() => _world = await MeWorld.StartAsync();

    public async ValueTask DisposeAsync() => await _world.DisposeAsync();

    [Requirement("ASVS 5.0", "V10.2.1", "The code flow is safe from forged cross-site requests")]
    [Fact]
    public async Task An_answer_that_this_browser_did_not_ask_for_signs_nobody_in()
    {
        using var attacker = new Browser();
        var anothers = await _world.BeginAsync(browser: attacker);
        var own = await _world.BeginAsync();
        var tampered = own[..(own.IndexOf("state=", StringComparison.Ordinal) + 40)] + "AAAA" + own[(own.IndexOf("state=", StringComparison.Ordinal) + 44)..];

        foreach (var address in new[] { anothers, tampered, own.Split("&state=")[0], _world.Address + "/me/signed-in/0", own + "&id_token=x", own.Replace("state=", "State2=", StringComparison.Ordinal) })
        {
            await _world.RefusedAsync(await _world.Browser.OpenAsync(address), "sign_in_state");
        }

        _world.Provider.TokenRequests.ShouldBeEmpty();
        (await _world.Browser.OpenAsync(own)).Location.ShouldBe("/me");
    }

    [Fact]
    public async Task The_nonce_of_another_sign_in_of_the_same_browser_is_none()
    {
        var nonces = new List<string>();
        _world.Provider.Claims = c => nonces.Add((string)c["nonce"]!);
        await _world.SignInAsync();
        _world.Browser.Cookies.Remove(MeWorld.Cookie);
        _world.Provider.Claims = c => c["nonce"] = nonces[0];

        await _world.RefusedAsync(await _world.SignInAsync(), "sign_in_state", "nonce");
    }

    [Fact]
    public async Task A_code_is_used_once()
    {
        var address = await _world.BeginAsync();
        using var before = _world.Browser.Copy();
        (await _world.Browser.OpenAsync(address)).Location.ShouldBe("/me");

        var again = await before.OpenAsync(address);

        again.Location.ShouldBe("/me/sign-in?problem=sign_in_denied");
        (await _world.WhoAsync(before)).ShouldBeNull();
        var record = await _world.LastRecordAsync();
        (record.Kind, record.Reason, record.Detail).ShouldBe((RecordKind.SignIn, "sign_in_denied", "invalid_grant"));
    }

    [Fact]
    public async Task An_answer_that_is_posted_is_none()
    {
        var query = new Uri(await _world.BeginAsync()).Query;

        var answer = await _world.Browser.PostAsync(
            _world.Address + "/me/signed-in/0", [.. Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(query).Select(p => (p.Key, p.Value.ToString()))]);

        await _world.RefusedAsync(answer, "sign_in_state", "the answer was posted");
    }

    [Theory]
    [InlineData("access_denied")]
    [InlineData("login_required")]
    public async Task The_issuer_may_say_no(string error)
    {
        _world.Provider.Error = error;

        await _world.RefusedAsync(await _world.SignInAsync(), "sign_in_denied", error);
    }

    [Fact]
    public async Task What_the_user_wanted_to_see_is_not_forgotten()
    {
        _world.Provider.Error = "access_denied";

        (await _world.SignInAsync("/me/history?a=b")).Location.ShouldBe("/me/sign-in?returnUrl=%2Fme%2Fhistory%3Fa%3Db&problem=sign_in_denied");
    }

    [Fact]
    public async Task An_issuer_that_does_not_answer_as_it_should_signs_nobody_in()
    {
        foreach (var (answer, code) in new (Func<HttpContext, Task>, string)[]
        {
            (http => http.Response.WriteAsync("<html>"), "sign_in_token"),
            (http => http.Response.WriteAsJsonAsync(new { access_token = "x" }), "sign_in_token"),
            (http => http.Response.WriteAsync(new string('x', 300_000)), "sign_in_unavailable"),
            (http => Task.Run(http.Abort), "sign_in_unavailable"),
        })
        {
            _world.Provider.TokenAnswer = answer;

            await _world.RefusedAsync(await _world.SignInAsync(), code);
        }
    }

    [Theory]
    [InlineData("issuer", "https://stranger.example")]
    [InlineData("token_endpoint", null)]
    [InlineData("token_endpoint", "http://10.0.0.1/token")]
    [InlineData("authorization_endpoint", "javascript:alert(1)")]
    [InlineData("authorization_endpoint", "http://evil.example/")]
    public async Task An_issuer_that_does_not_say_where_users_sign_in_is_not_asked(string member, string? value)
    {
        _world.Provider.Metadata = m => m[member] = value;

        await _world.RefusedAsync(await _world.Browser.OpenAsync(_world.Address + "/me/sign-in/0"), "sign_in_unavailable");

        // Whoever floods us floods nobody else.
        var asked = _world.Provider.Discoveries;
        await _world.Browser.OpenAsync(_world.Address + "/me/sign-in/0");
        _world.Provider.Discoveries.ShouldBe(asked);
        _world.Provider.Metadata = _ => { };
        _world.Server.Clock.Advance(TimeSpan.FromSeconds(10));
        (await _world.SignInAsync()).Location.ShouldBe("/me");
    }

    [Requirement("RFC 8725", "3.10", "Addresses that others name lead to the public internet only")]
    [Fact]
    public async Task A_code_is_sent_to_no_host_that_nobody_allowed()
    {
        _world.Provider.Metadata = m => m["token_endpoint"] = "https://localhost:1/token";

        var answer = await _world.SignInAsync();

        await _world.RefusedAsync(answer, "sign_in_unavailable");
        (await _world.LastRecordAsync()).Detail!.ShouldContain("'localhost' is not on the public internet");
    }

    [Fact]
    public async Task An_issuer_on_a_private_host_needs_to_be_allowed()
    {
        await _world.ChangeAsync(i => i with { AllowPrivateHosts = [], Jwks = _world.Provider.Key.Jwks });

        await _world.RefusedAsync(await _world.Browser.OpenAsync(_world.Address + "/me/sign-in/0"), "sign_in_unavailable");
    }

    [Theory]
    [InlineData(false, "jwt")]
    [InlineData(true, "security_event")]
    public async Task Nobody_signs_in_at_an_issuer_that_is_not_trusted_with_users(bool enabled, string use)
    {
        var begun = await _world.BeginAsync();
        await _world.ChangeAsync(i => i with { Enabled = enabled, TokenTypes = [use] });

        await _world.RefusedAsync(await _world.Browser.OpenAsync(begun), "sign_in_issuer");
        await _world.RefusedAsync(await _world.Browser.OpenAsync(_world.Address + "/me/sign-in/0"), "sign_in_issuer", $"issuer_not_trusted: {_world.Provider.Address}");
        _world.Provider.TokenRequests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Nobody_signs_in_at_an_issuer_that_is_not_there()
    {
        await _world.Server.ApplyAsync(World.Configuration);

        await _world.RefusedAsync(await _world.Browser.OpenAsync(_world.Address + "/me/sign-in/0"), "sign_in_issuer");
    }

    [Fact]
    public void Every_problem_has_its_sentence()
    {
        foreach (var problem in Enum.GetValues<SignInProblem>())
        {
            SignInRefusal.SentenceOf(new SignInRefusal(problem).Code).ShouldNotBeNullOrEmpty();
        }

        SignInRefusal.SentenceOf("<script>").ShouldBeNull();
        SignInRefusal.SentenceOf(null).ShouldBeNull();
    }
}
