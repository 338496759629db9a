using System.Net;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TokenExchange.Core.Tokens;
using TokenExchange.Server.Hosting;
using TokenExchange.Server.Me;
using TokenExchange.Server.Tests.Fixtures;
using TokenExchange.Storage.Audit;
using TokenExchange.Storage.Conventions;

namespace TokenExchange.Server.Tests.Me;

/// <summary>A user signs in at their own identity provider, and is then known at <c>/me</c>.</summary>
public sealed class SignInTests : IAsyncLifetime
{
    private MeWorld _world = null!;

    public async ValueTask InitializeAsync() => _world = await MeWorld.StartAsync();

    public async ValueTask DisposeAsync() => await _world.DisposeAsync();

    [Requirement("ASVS 5.0", "V10.5.2", "A user is known by sub of an ID token")]
    [Fact]
    public async Task Who_signs_in_is_known_by_what_tokens_call_them_and_is_on_record()
    {
        var back = await _world.SignInAsync();

        (back.Status, back.Location).ShouldBe((HttpStatusCode.Redirect, "/me"));
        var record = await _world.LastRecordAsync();
        var page = await _world.PageAsync();
        var user = ((string)page["subject"]!, (string)page["issuer"]!, (string)page["name"]!, (string)page["caller"]!, (DateTimeOffset)page["authTime"]!);
        user.ShouldBe(("alice", _world.Provider.Address, "Alice Aldridge", "user:alice", DateTimeOffset.FromUnixTimeSeconds(RunningServer.Start.AddMinutes(-20).ToUnixTimeSeconds())));
        (record.Kind, record.Reason, record.ClientId, record.Subject, record.SubjectIssuer, record.Session, record.Source, record.Detail, record.At).ShouldBe(
            (RecordKind.SignIn, "signed_in", "user:alice", "alice", _world.Provider.Address, (string)page["session"]!, "127.0.0.1", "/me", _world.Server.Now));
    }

    [Fact]
    public async Task The_longest_sub_is_whole_wherever_it_stands_on_record_who_acted()
    {
        var sub = new string('s', JsonClaims.MaxIdentifierLength);
        _world.Provider.Claims = c => c["sub"] = sub;

        (await _world.SignInAsync()).Location.ShouldBe("/me");

        var record = await _world.LastRecordAsync();
        (record.ClientId, record.Subject).ShouldBe(($"user:{sub}", sub));
        record.ClientId!.Length.ShouldBeLessThanOrEqualTo(CallerIds.MaxLength);
    }

    [Fact]
    public async Task The_session_is_the_one_that_assertions_of_the_same_session_lead_to()
    {
        await _world.SignInAsync();

        var assertion = _world.Provider.RightClaims("n");
        (assertion["aud"], assertion["department"]) = ("https://exchange.example", "sales");
        await _world.Server.ApplyAsync(MeWorld.Configuration(_world.Issuer) with
        {
            Policies = [.. World.Configuration.Policies!.Select(p => p with { Subjects = [.. p.Subjects, new() { Issuer = _world.Provider.Address }] })],
        });
        var token = (await _world.Server.HopAsync(World.InboxAgent, _world.Provider.Key.Sign(assertion), Core.Protocol.TokenTypes.Jwt)).Claims;

        ((string)token["sid"]!, (string)token["sub"]!).ShouldBe(((string)(await _world.PageAsync())["session"]!, "alice"));
    }

    [Requirement("ASVS 5.0", "V10.1.2", "Codes and ID tokens are bound to the browser that asked")]
    [Requirement("ASVS 5.0", "V10.2.1", "The code flow is safe from forged cross-site requests")]
    [Fact]
    public async Task The_issuer_is_asked_for_a_code_with_pkce_state_and_nonce_and_for_no_more_than_a_name()
    {
        var begun = await _world.Browser.OpenAsync(_world.Address + "/me/sign-in/0");

        var asked = QueryHelpers.ParseQuery(new Uri(begun.Location!).Query);
        asked.Keys.Order(StringComparer.Ordinal).ShouldBe(["client_id", "code_challenge", "code_challenge_method", "nonce", "redirect_uri", "response_type", "scope", "state"]);
        (asked["client_id"].ToString(), asked["response_type"].ToString(), asked["scope"].ToString(), asked["code_challenge_method"].ToString(), asked["redirect_uri"].ToString())
            .ShouldBe((MeWorld.ClientId, "code", "openid profile", "S256", _world.Address + "/me/signed-in/0"));
        _world.Browser.Set.Count.ShouldBe(2);
        _world.Browser.Set.ShouldAllBe(c => c.EndsWith("; expires=Mon, 02 Mar 2026 10:10:00 GMT; path=/me/signed-in/0; samesite=lax; httponly", StringComparison.Ordinal));
        begun.Headers["Cache-Control"].ShouldContain("no-store");

        await _world.Browser.OpenAsync((await _world.Browser.OpenAsync(begun.Location!)).Location!);
        var redeemed = _world.Provider.TokenRequests.Single();
        redeemed.Keys.Order(StringComparer.Ordinal).ShouldBe(["client_id", "client_secret", "code", "code_verifier", "grant_type", "redirect_uri"]);
        (redeemed["client_secret"], redeemed["redirect_uri"]).ShouldBe((MeWorld.ClientSecret, _world.Address + "/me/signed-in/0"));
    }

    [Fact]
    public async Task A_public_client_sends_no_secret()
    {
        await using var world = await MeWorld.StartAsync(withSecret: false);

        (await world.SignInAsync()).Location.ShouldBe("/me");

        world.Provider.TokenRequests.Single().ShouldNotContainKey("client_secret");
    }

    [Fact]
    public async Task The_cookie_says_no_more_than_it_must_and_only_to_this_server()
    {
        await _world.SignInAsync();

        var cookie = _world.Browser.Set.Last(c => c.StartsWith(MeWorld.Cookie, StringComparison.Ordinal));
        cookie[cookie.IndexOf(';', StringComparison.Ordinal)..].ShouldBe("; path=/; samesite=lax; httponly");
        var page = await _world.PageAsync();
        ((string)page["claims"]!, (string)page["items"]!).ShouldBe(("sub iss name sid auth_time", ".expires .issued me.began_at me.id me.since me.sub"));
        _world.Browser.Cookies.Keys.Order(StringComparer.Ordinal).ShouldBe(["exchange-csrf", MeWorld.Cookie]);
    }

    [Fact]
    public void Over_https_every_cookie_is_for_https_alone()
    {
        using var app = ServerApp.Build(["--environment=Production", "--Exchange:Issuer=https://exchange.example", "--Me:SignIn:0:Issuer=https://idp.example", "--Me:SignIn:0:ClientId=a"]);

        var cookie = app.Services.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>().Get(SignedInUser.Scheme).Cookie;
        var way = app.Services.GetRequiredService<IOptionsMonitor<OpenIdConnectOptions>>().Get("Me.0");

        (cookie.Name, cookie.SecurePolicy, cookie.HttpOnly, cookie.SameSite, cookie.Path, cookie.Domain).ShouldBe(("__Host-exchange-me", CookieSecurePolicy.Always, true, SameSiteMode.Lax, "/", null));
        new[] { way.NonceCookie, way.CorrelationCookie }.ShouldAllBe(c => c.SecurePolicy == CookieSecurePolicy.Always && c.HttpOnly && c.SameSite == SameSiteMode.Lax);
    }

    [Fact]
    public async Task A_user_without_a_name_is_called_as_the_issuer_calls_them()
    {
        _world.Provider.Claims = c => c["name"] = "Alice\u202e";
        await _world.SignInAsync();
        (await _world.WhoAsync()).ShouldBe("alice");
    }

    [Fact]
    public async Task Where_the_issuer_says_little_the_sign_in_is_the_session()
    {
        _world.Provider.Claims = c =>
        {
            c.Remove("sid");
            c.Remove("auth_time");
        };

        await _world.SignInAsync();

        var page = await _world.PageAsync();
        (page["authTime"], ((string)page["session"]!).Length, (string)page["claims"]!).ShouldBe((null, 43, "sub iss name sid"));
    }

    [Theory]
    [InlineData("/me/history?agent=inbox-agent", "/me/history?agent=inbox-agent")]
    [InlineData("/me?all", "/me?all")]
    [InlineData("https://evil.example/me", "/me")]
    [InlineData("//evil.example/me", "/me")]
    [InlineData("/admin", "/me")]
    [InlineData("/me/../admin", "/me")]
    public async Task Whoever_has_signed_in_goes_on_below_me_and_nowhere_else(string asked, string expected) => (await _world.SignInAsync(asked)).Location.ShouldBe(expected);

    [Fact]
    public async Task Whoever_is_not_signed_in_is_led_to_where_they_can()
    {
        var page = await _world.Browser.OpenAsync(_world.Address + "/me/test/who?a=b", ("Host", "evil.example"));
        var part = await _world.Browser.OpenAsync(_world.Address + "/me/test/who", ("HX-Request", "true"));

        (page.Status, page.Location).ShouldBe((HttpStatusCode.Redirect, "/me/sign-in?returnUrl=%2Fme%2Ftest%2Fwho%3Fa%3Db"));
        (part.Status, part.Headers["HX-Redirect"]).ShouldBe((HttpStatusCode.Unauthorized, "/me/sign-in"));
    }

    [Fact]
    public async Task The_issuer_is_asked_once_where_it_signs_users_in()
    {
        await _world.SignInAsync();
        var asked = _world.Provider.Discoveries;
        await _world.SignInAsync();
        _world.Server.Clock.Advance(TimeSpan.FromMinutes(4));
        await _world.SignInAsync();
        _world.Provider.Discoveries.ShouldBe(asked);

        _world.Server.Clock.Advance(TimeSpan.FromMinutes(2));
        await _world.BeginAsync();

        _world.Provider.Discoveries.ShouldBe(asked + 1);
    }

    [Fact]
    public async Task The_ways_to_sign_in_are_those_that_are_trusted_now()
    {
        var ways = _world.Server.Services.GetRequiredService<SignInWays>();

        var offered = await ways.OfferedAsync(default);
        await _world.ChangeAsync(i => i with { Enabled = false });

        offered.Select(w => (w.Number, w.Name, w.Path)).ShouldBe([(0, "127.0.0.1", "/me/sign-in/0")]);
        (await ways.OfferedAsync(default)).ShouldBeEmpty();
        foreach (var number in new[] { "1", "-1", "99999999999", "x" })
        {
            (await _world.Browser.OpenAsync($"{_world.Address}/me/sign-in/{number}")).Status.ShouldBe(HttpStatusCode.NotFound);
        }
    }
}
