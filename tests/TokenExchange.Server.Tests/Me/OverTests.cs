using System.Net;
using System.Text.Json.Nodes;
using TokenExchange.Server.Tests.Fixtures;
using TokenExchange.Server.Tests.Signals;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Server.Tests.Me;

/// <summary>A sign-in is over when its user signs out, when time is up, and as soon as what it rests on is gone.</summary>
public sealed class OverTests : IAsyncLifetime
{
    private MeWorld _world = null!;

    public async ValueTask InitializeAsync()
    {
        _world = await MeWorld.StartAsync();
        (await _world.SignInAsync()).Location.ShouldBe("/me");
        (await _world.WhoAsync()).ShouldBe("Alice Aldridge");
        Pass(TimeSpan.FromSeconds(1));
    }

    public async ValueTask DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task Who_signs_out_is_signed_out_wherever_the_cookie_was_copied_to()
    {
        using var copy = _world.Browser.Copy();
        var form = (string)(await _world.PageAsync())["form"]!;

        var answer = await _world.Browser.PostAsync(_world.Address + "/me/sign-out", ("_csrf", form));

        (answer.Status, answer.Location).ShouldBe((HttpStatusCode.Redirect, "/me/sign-in"));
        _world.Browser.Cookies.ShouldNotContainKey(MeWorld.Cookie);
        (await _world.WhoAsync()).ShouldBeNull();
        (await _world.WhoAsync(copy)).ShouldBeNull();
        var record = await _world.LastRecordAsync();
        (record.Kind, record.Reason, record.ClientId, record.Subject).ShouldBe((RecordKind.SignIn, "signed_out", "user:alice", "alice"));
        (await _world.SignInAsync()).Location.ShouldBe("/me");
    }

    [Fact]
    public async Task Nobody_else_can_sign_a_user_out()
    {
        (await _world.Browser.PostAsync(_world.Address + "/me/sign-out")).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await _world.Browser.OpenAsync(_world.Address + "/me/sign-out")).Status.ShouldBe(HttpStatusCode.MethodNotAllowed);

        (await _world.WhoAsync()).ShouldBe("Alice Aldridge");
        using var nobody = new Browser();
        (await nobody.PostAsync(_world.Address + "/me/sign-out")).Location.ShouldBe("/me/sign-in");
    }

    [Fact]
    public async Task A_cookie_from_before_is_not_the_sign_in_and_a_second_sign_in_ends_the_first()
    {
        using var before = _world.Browser.Copy();
        using var planted = new Browser();
        planted.Cookies[MeWorld.Cookie] = "planted";

        await _world.SignInAsync();
        await _world.SignInAsync(browser: planted);

        string.Equals(_world.Browser.Cookies[MeWorld.Cookie], before.Cookies[MeWorld.Cookie], StringComparison.Ordinal).ShouldBeFalse();
        (await _world.WhoAsync()).ShouldBe("Alice Aldridge");
        (await _world.WhoAsync(planted)).ShouldBe("Alice Aldridge");
        (await _world.WhoAsync(before)).ShouldBeNull();
    }

    [Fact]
    public async Task Who_does_not_come_for_half_an_hour_is_signed_out()
    {
        Pass(TimeSpan.FromMinutes(29));
        (await _world.WhoAsync()).ShouldBe("Alice Aldridge");
        Pass(TimeSpan.FromMinutes(29));
        (await _world.WhoAsync()).ShouldBe("Alice Aldridge");

        Pass(TimeSpan.FromMinutes(31));

        (await _world.WhoAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Who_keeps_coming_is_signed_out_after_eight_hours()
    {
        for (var i = 0; i < 31; i++)
        {
            (await _world.WhoAsync()).ShouldBe("Alice Aldridge");
            Pass(TimeSpan.FromMinutes(15));
        }

        Pass(TimeSpan.FromMinutes(15));

        (await _world.WhoAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Who_stops_everything_stays_signed_in_but_no_longer_for_it()
    {
        using var before = _world.Browser.Copy();
        for (var i = 0; i < 31; i++)
        {
            var form = (string)(await _world.PageAsync())["form"]!;
            (await _world.Browser.PostAsync(_world.Address + "/me?handler=StopAll", ("_csrf", form))).Location.ShouldBe("/me");
            (await _world.WhoAsync()).ShouldBe("Alice Aldridge");
            (await _world.WhoAsync(before)).ShouldBeNull();
            Pass(TimeSpan.FromMinutes(15));
        }

        Pass(TimeSpan.FromMinutes(15));

        (await _world.WhoAsync()).ShouldBeNull();
    }

    [Theory]
    [InlineData("disabled")]
    [InlineData("gone")]
    [InlineData("not for users")]
    [InlineData("with another prefix")]
    [InlineData("with its user's name taken by a client")]
    public async Task What_an_issuer_is_no_longer_trusted_with_is_over_at_the_next_request(string change)
    {
        await (change switch
        {
            "disabled" => _world.ChangeAsync(i => i with { Enabled = false }),
            "gone" => _world.Server.ApplyAsync(World.Configuration),
            "not for users" => _world.ChangeAsync(i => i with { TokenTypes = ["security_event"] }),
            "with another prefix" => _world.ChangeAsync(i => i with { SubjectPrefix = "corp|" }),
            _ => _world.Server.ApplyAsync(MeWorld.Configuration(_world.Issuer) with { Clients = [.. World.Configuration.Clients!, World.Configuration.Clients![0] with { ClientId = "alice" }] }),
        });

        (await _world.WhoAsync()).ShouldBeNull();
        _world.Browser.Cookies.ShouldNotContainKey(MeWorld.Cookie);
    }

    [Fact]
    public async Task A_session_that_is_over_at_the_issuer_is_over_here_and_no_other()
    {
        using var elsewhere = new Browser();
        _world.Provider.Claims = c => c["sid"] = "session-2";
        await _world.SignInAsync(browser: elsewhere);
        _world.Provider.Claims = _ => { };

        await TellAsync(SignalWorld.SessionRevoked, "session-1");

        (await _world.WhoAsync()).ShouldBeNull();
        (await _world.WhoAsync(elsewhere)).ShouldBe("Alice Aldridge");
        Pass(TimeSpan.FromMinutes(1));
        await _world.RefusedAsync(await _world.SignInAsync(), "sign_in_revoked", "alice");
    }

    [Fact]
    public async Task An_event_that_ends_everything_ends_every_sign_in_that_had_begun()
    {
        var begun = await _world.BeginAsync();
        Pass(TimeSpan.FromSeconds(1));

        await TellAsync(SignalWorld.CredentialChange, session: null);

        (await _world.WhoAsync()).ShouldBeNull();
        await _world.RefusedAsync(await _world.Browser.OpenAsync(begun), "sign_in_revoked", "alice");
        Pass(TimeSpan.FromMilliseconds(1));
        (await _world.SignInAsync()).Location.ShouldBe("/me");
        (await _world.WhoAsync()).ShouldBe("Alice Aldridge");
    }

    [Theory]
    [InlineData("subject")]
    [InlineData("issuer")]
    [InlineData("session")]
    public async Task What_an_administrator_revokes_is_over_at_the_next_request(string kind)
    {
        var id = kind switch { "subject" => "alice", "issuer" => _world.Provider.Address, _ => (string)(await _world.PageAsync())["session"]! };

        (await _world.Server.ApiAsync(HttpMethod.Post, "/admin/api/revocations", await _world.Server.ApiTokenAsync(), new JsonObject { ["kind"] = kind, ["id"] = id }.ToJsonString())).Status.ShouldBe(200);

        (await _world.WhoAsync()).ShouldBeNull();
    }

    private async Task TellAsync(string type, string? session)
    {
        var user = new JsonObject { ["format"] = "iss_sub", ["iss"] = _world.Provider.Address, ["sub"] = "alice" };
        var claims = new JsonObject
        {
            ["iss"] = _world.Provider.Address, ["aud"] = _world.Address, ["iat"] = _world.Server.Now.ToUnixTimeSeconds(), ["jti"] = Guid.NewGuid().ToString("N"),
            ["sub_id"] = session is null ? user : new JsonObject { ["format"] = "complex", ["user"] = user, ["session"] = new JsonObject { ["format"] = "opaque", ["id"] = session } },
            ["events"] = new JsonObject { [type] = new JsonObject() },
        };
        (await _world.Server.TellAsync(SignalWorld.Sign(claims, _world.Provider.Key))).Status.ShouldBe(202);
    }

    private void Pass(TimeSpan time) => _world.Server.Clock.Advance(time);
}
