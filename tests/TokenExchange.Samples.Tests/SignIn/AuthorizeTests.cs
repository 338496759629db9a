using System.Net;
using DemoIdp;
using Microsoft.Extensions.DependencyInjection;

namespace TokenExchange.Samples.Tests.SignIn;

public sealed class AuthorizeTests : SignInTest
{
    [Fact]
    public async Task Who_is_not_signed_in_is_shown_a_page_that_needs_no_script()
    {
        var page = await Browser.OpenAsync(Request());

        page.Status.ShouldBe(200);
        page.Headers["Content-Security-Policy"].ShouldBe("default-src 'none'; style-src 'self'; form-action 'self' https://app.example; frame-ancestors 'none'; base-uri 'none'");
        page.Headers["Cache-Control"].ShouldBe("no-store");
        page.Body.ShouldNotContain("<script");
        page.Body.ShouldNotContain("style=");
        DemoUsers.All.Select(u => u.Id).ShouldAllBe(id => page.Body.Contains($"<button name=\"user\" value=\"{id}\">", StringComparison.Ordinal));
        (await Browser.OpenAsync(Url + "/demo-idp.css")).Body.ShouldContain("color-scheme: light dark;");
    }

    [Fact]
    public async Task Who_says_who_they_are_goes_back_with_a_code_and_the_state()
    {
        var back = await SignInAsync();

        back.Status.ShouldBe(303);
        back.Location.ShouldStartWith(Callback + "&code=");
        (back.Sent("state"), back.Sent("iss"), back.Sent("n")).ShouldBe(("s 1", Url, "1"));
        var cookie = Browser.Cookies.GetAllCookies().Single(c => c.Name == "demo-idp");
        (cookie.HttpOnly, cookie.Path, back.Headers["Set-Cookie"].Contains("samesite=lax", StringComparison.Ordinal)).ShouldBe((true, "/", true));
    }

    [Fact]
    public async Task Whoever_is_signed_in_goes_back_at_once()
    {
        await SignInAsync();

        var back = await Browser.OpenAsync(Request(("state", "s 2"), ("prompt", "none")));

        (back.Status, back.Sent("state")).ShouldBe((303, "s 2"));
        back.Sent("code").ShouldNotBeNullOrEmpty();
    }

    [Theory]
    [InlineData("prompt", "login")]
    [InlineData("prompt", "select_account consent")]
    [InlineData("max_age", "0")]
    [InlineData("max_age", "59")]
    public async Task Who_signed_in_must_do_so_again_where_the_application_wants_it(string name, string value)
    {
        await SignInAsync();
        Clock.Advance(TimeSpan.FromMinutes(1));

        var page = await Browser.OpenAsync(Request((name, value)));

        page.Status.ShouldBe(200);
        page.Body.ShouldContain("signed in</span>");
        (await Browser.SubmitAsync(page, ("user", "alice"))).Sent("code").ShouldNotBeNullOrEmpty();
    }

    [Theory]
    [InlineData("max_age", "60")]
    [InlineData("prompt", "consent")]
    [InlineData("prompt", "")]
    public async Task Who_signed_in_lately_enough_need_not(string name, string value)
    {
        await SignInAsync();
        Clock.Advance(TimeSpan.FromMinutes(1));

        (await Browser.OpenAsync(Request((name, value)))).Status.ShouldBe(303);
    }

    [Fact]
    public async Task Whoever_must_not_be_asked_and_would_have_to_be_is_sent_back_without()
    {
        var nobody = await Browser.OpenAsync(Request(("prompt", "none")));
        await SignInAsync();
        Clock.Advance(TimeSpan.FromMinutes(1));
        var tooLongAgo = await Browser.OpenAsync(Request(("prompt", "none"), ("max_age", "10")));

        (nobody.Status, nobody.Sent("error"), nobody.Sent("state")).ShouldBe((303, "login_required", "s 1"));
        (tooLongAgo.Status, tooLongAgo.Sent("error")).ShouldBe((303, "login_required"));
    }

    [Theory]
    [InlineData("client_id", null, "No application of this client_id is known here.")]
    [InlineData("client_id", "stranger", "No application of this client_id is known here.")]
    [InlineData("redirect_uri", null, "The application did not name a redirect_uri")]
    [InlineData("redirect_uri", "https://evil.example/", "The application did not name a redirect_uri")]
    [InlineData("redirect_uri", "https://app.example/signed-in", "The application did not name a redirect_uri")]
    [InlineData("redirect_uri", "https://app.example/Signed-in?n=1", "The application did not name a redirect_uri")]
    [InlineData("redirect_uri", "https://app.example/signed-in?n=1&m=2", "The application did not name a redirect_uri")]
    public async Task Nobody_is_sent_to_an_address_that_is_not_registered(string name, string? value, string sentence)
    {
        foreach (var address in new[] { Request((name, value)), Request((name, value), ("prompt", "none"), ("scope", "?")) })
        {
            var seen = await Browser.OpenAsync(address);

            (seen.Status, seen.Location).ShouldBe((400, null));
            seen.Body.ShouldContain(sentence);
        }
    }

    [Fact]
    public async Task Who_is_named_twice_is_nobody()
    {
        (await Browser.OpenAsync(Request() + "&client_id=" + App)).Status.ShouldBe(400);
        (await Browser.OpenAsync(Request() + "&redirect_uri=" + Uri.EscapeDataString(Callback))).Status.ShouldBe(400);
    }

    [Theory]
    [InlineData("response_type", null, "invalid_request")]
    [InlineData("response_type", "token", "unsupported_response_type")]
    [InlineData("response_type", "code id_token", "unsupported_response_type")]
    [InlineData("response_mode", "form_post", "invalid_request")]
    [InlineData("scope", null, "invalid_scope")]
    [InlineData("scope", "profile", "invalid_scope")]
    [InlineData("code_challenge", null, "invalid_request")]
    [InlineData("code_challenge", "short", "invalid_request")]
    [InlineData("code_challenge_method", null, "invalid_request")]
    [InlineData("code_challenge_method", "plain", "invalid_request")]
    [InlineData("prompt", "none login", "invalid_request")]
    [InlineData("prompt", "create", "invalid_request")]
    [InlineData("max_age", "-1", "invalid_request")]
    [InlineData("max_age", "soon", "invalid_request")]
    [InlineData("request", "e30.e30.", "request_not_supported")]
    [InlineData("request_uri", "https://app.example/request", "request_uri_not_supported")]
    public async Task A_mistake_is_told_the_application_with_its_state(string name, string? value, string error)
    {
        var back = await Browser.OpenAsync(Request((name, value)));

        (back.Status, back.Sent("error"), back.Sent("state"), back.Sent("iss"), back.Sent("code")).ShouldBe((303, error, "s 1", Url, null));
        back.Location.ShouldStartWith(Callback + "&error=");
    }

    [Theory]
    [InlineData("nonce")]
    [InlineData("scope")]
    [InlineData("state")]
    [InlineData("code_challenge_method")]
    public async Task A_parameter_that_is_there_twice_is_a_mistake(string name)
    {
        var back = await Browser.OpenAsync($"{Request()}&{name}=x");

        (back.Status, back.Sent("error"), back.Sent("error_description")).ShouldBe((303, "invalid_request", $"{name} is there twice or too long"));
    }

    [Fact]
    public async Task A_request_may_come_as_a_form()
    {
        var asked = await Browser.PostAsync(
            Url + "/authorize",
            [.. Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(new Uri(Request()).Query).Select(p => (p.Key, p.Value.ToString()))]);

        asked.Status.ShouldBe(303);
        (await Browser.SubmitAsync(await Browser.OpenAsync(asked.Location!), ("user", "bob"))).Sent("code").ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task Only_this_page_can_say_who_somebody_is()
    {
        var page = await Browser.OpenAsync(Request());
        var address = Request().Replace("/authorize", "/sign-in", StringComparison.Ordinal);

        (await Browser.PostAsync(address, ("user", "alice"))).Status.ShouldBe(400);
        using (var another = new Browser())
        {
            (await another.SubmitAsync(page, ("user", "alice"))).Status.ShouldBe(400);
        }

        (await Browser.SubmitAsync(page, ("user", "mallory"))).Status.ShouldBe(400);
        Browser.Cookies.GetAllCookies().Select(c => c.Name).ShouldBe(["demo-idp-form"]);
    }

    [Fact]
    public async Task A_cookie_that_was_there_before_is_not_the_session_afterwards()
    {
        Browser.Cookies.Add(new Cookie("demo-idp", "planted", "/", new Uri(Url).Host));

        await SignInAsync();
        var first = Browser.Cookies.GetAllCookies().Single(c => c.Name == "demo-idp").Value;
        await SignInAsync("bob", ("prompt", "login"));

        string.Equals(first, "planted", StringComparison.Ordinal).ShouldBeFalse();
        using var thief = new Browser();
        thief.Cookies.Add(new Cookie("demo-idp", first, "/", new Uri(Url).Host));
        (await thief.OpenAsync(Request())).Status.ShouldBe(200);
    }

    [Fact]
    public async Task What_an_application_is_called_is_no_markup()
    {
        await using var idp = DemoIdpApp.Build(
            ["--Urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default", "Error", "--Idp:Clients:0:ClientId", "<b>\"&", "--Idp:Clients:0:RedirectUris:0", Callback]);
        await idp.StartAsync();

        var page = await Browser.OpenAsync(Request(("client_id", "<b>\"&"), ("state", "\"><script>")).Replace(Url, idp.Urls.First(), StringComparison.Ordinal));

        page.Body.ShouldContain("<strong>&lt;b&gt;&quot;&amp;</strong>");
        page.Body.ShouldNotContain("<script>");
    }

    [Theory]
    [InlineData("Idp:Clients:0:ClientId", "", "Idp:Clients:0:ClientId is not set.")]
    [InlineData("Idp:Clients:0:ClientSecret", "", "Idp:Clients:0:ClientSecret is empty: write a secret, or leave it out for a public client.")]
    [InlineData("Idp:Clients:0:RedirectUris:0", "/signed-in", "Idp:Clients:0 names '/signed-in': write an absolute address without fragment, e.g. http://localhost:5080/me/signed-in/0.")]
    public void An_application_that_is_written_wrongly_stops_the_start(string key, string value, string sentence) =>
        Should.Throw<InvalidOperationException>(() => DemoIdpApp.Build(["--Idp:Clients:0:ClientId", App, $"--{key}", value])).Message.ShouldBe(sentence);

    [Fact]
    public async Task A_session_that_ended_elsewhere_is_over_in_the_browser_too()
    {
        await SignInAsync();

        Idp.Services.GetRequiredService<AssertionFactory>().EndSession(new SignOutRequest("alice"), "https://exchange.example");

        (await Browser.OpenAsync(Request(("prompt", "none")))).Sent("error").ShouldBe("login_required");
    }
}
