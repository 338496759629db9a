using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Tests.Fixtures;
using TokenExchange.Storage.Administrators;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Server.Tests.Administrators;

/// <summary>Administrators of an identity provider: known by issuer and subject, with the roles it says at each sign-in.</summary>
public sealed class ProviderSignInTests : IAsyncLifetime
{
    private TestProvider _provider = null!;
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _provider = await TestProvider.StartAsync(() => _server.Now);
        _server = await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _provider.DisposeAsync();
    }

    [Fact]
    public async Task Who_has_a_role_is_signed_in_and_the_account_is_made_at_the_first_time()
    {
        using var browser = new Browser(_server.Issuer);
        var ada = await SignInAsync(browser, TestProvider.Person("a1", "ada", Roles.Auditor, "something else", Roles.Administrator));

        (await browser.WhoAsync()).ShouldBe("admin:ada administrator,auditor");
        (ada.UserName, ada.Issuer, ada.HasPassword, ada.Enabled, ada.LastSignInAt).ShouldBe(("ada", _provider.Address, false, true, _server.Now));
        (await _server.RecordsAsync()).Take(2).Select(r => (r.Kind, r.Reason, r.ClientId, r.Detail, r.Source)).ShouldBe(
        [
            (RecordKind.SignIn, "signed_in", "admin:ada", "identity provider", "127.0.0.1"),
            (RecordKind.Configuration, "administrator_created", "admin:ada", $"ada: administrator auditor, by {_provider.Address}", "127.0.0.1"),
        ]);

        using var again = new Browser(_server.Issuer);
        (await SignInAsync(again, TestProvider.Person("a1", "renamed", Roles.Administrator, Roles.Auditor))).Id.ShouldBe(ada.Id);
        (await again.WhoAsync()).ShouldBe("admin:ada administrator,auditor");
        (await ListAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_request_is_for_a_code_with_proof_and_nothing_of_it_stays_in_the_browser()
    {
        using var browser = new Browser(_server.Issuer);
        _provider.User = TestProvider.Person("a1", "ada", Roles.Auditor);
        var answer = await _provider.SignInAsync(browser);

        (answer.Status, answer.Headers.Location!.OriginalString).ShouldBe((302, "/admin"));
        foreach (var part in new[] { "response_type=code&", "code_challenge_method=S256&", "scope=openid%20profile%20email&", "nonce=", "client_id=token-exchange&", $"redirect_uri={Uri.EscapeDataString(_server.Issuer + "/admin/signed-in")}&" })
        {
            _provider.LastQuery.ShouldContain(part);
        }

        browser.Cookies.Keys.ShouldBe(["exchange-admin"]);
        foreach (var cookie in browser.SetCookies.Where(c => !c.Contains("1970", StringComparison.Ordinal)))
        {
            cookie.ShouldContain("; samesite=lax; httponly");
        }

        browser.SetCookies.Count(c => c.StartsWith("exchange-admin-oidc.", StringComparison.Ordinal)).ShouldBe(4, "two that are set and taken away");
    }

    [Fact]
    public async Task The_provider_sends_the_browser_back_to_where_this_server_is_known_to_be_whatever_the_request_called_it()
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, _server.Issuer + "/admin/sign-in?handler=Provider");
        request.Headers.Host = "evil.example";

        using var answer = await http.SendAsync(request);

        answer.Headers.Location!.OriginalString.ShouldContain($"redirect_uri={Uri.EscapeDataString(_server.Issuer + "/admin/signed-in")}&");
    }

    [Fact]
    public async Task Roles_are_taken_anew_at_each_sign_in_and_who_has_none_any_more_is_out()
    {
        using var browser = new Browser(_server.Issuer);
        var ada = await SignInAsync(browser, TestProvider.Person("a1", "ada", Roles.Administrator));
        using var again = new Browser(_server.Issuer);
        await SignInAsync(again, TestProvider.Person("a1", "ada", Roles.Auditor));
        (await _server.RecordsAsync())[1].Detail.ShouldBe($"ada: administrator -> auditor, by {_provider.Address}");
        (await browser.WhoAsync()).ShouldBe("admin:ada auditor");

        using var without = new Browser(_server.Issuer);
        await RefusedAsync(without, TestProvider.Person("a1", "ada", "something else"), "admin:ada", "no role any more");

        (await _server.ReadAsync(ada.Id)).Roles.ShouldBeEmpty();
        (await browser.WhoAsync()).ShouldBeNull();
        (await browser.GetAsync($"/try/rights/{Rights.Read}")).Headers.Location!.OriginalString.ShouldStartWith("/admin/forbidden?");
        await SignInAsync(without, TestProvider.Person("a1", "ada", Roles.Auditor));
        (await without.WhoAsync()).ShouldBe("admin:ada auditor");
    }

    [Fact]
    public async Task Who_never_had_a_role_gets_no_account()
    {
        using var browser = new Browser(_server.Issuer);

        await RefusedAsync(browser, TestProvider.Person("x1", "xenia"), null, $"no role for x1 of {_provider.Address}");
        await RefusedAsync(browser, TestProvider.Person("x1", "xenia", "Administrator", "admin"), null, $"no role for x1 of {_provider.Address}");
        var withoutClaim = TestProvider.Person("x1", "xenia");
        withoutClaim.Remove("roles");
        await RefusedAsync(browser, withoutClaim, null, $"no role for x1 of {_provider.Address}");

        (await ListAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Whom_an_administrator_disabled_stays_disabled()
    {
        using var browser = new Browser(_server.Issuer);
        var ada = await SignInAsync(browser, TestProvider.Person("a1", "ada", Roles.Administrator));
        await _server.EditAsync(e => e.EnableAsync(ada.Id, null, enabled: false, AdministratorEditor.Command, default));

        await RefusedAsync(browser, TestProvider.Person("a1", "ada", Roles.Administrator), "admin:ada", "disabled");

        (await browser.WhoAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task A_name_that_is_taken_is_never_taken_again()
    {
        await _server.AppointAsync("ada", Roles.Auditor);
        using var browser = new Browser(_server.Issuer);

        (await SignInAsync(browser, TestProvider.Person("a1", "ADA", Roles.Administrator))).UserName.ShouldBe("ADA-2");
        (await SignInAsync(browser, TestProvider.Person("a2", "ada", Roles.Administrator))).UserName.ShouldBe("ada-3");
        var byEmail = TestProvider.Person("a3", null, Roles.Approver);
        byEmail["email"] = "ada@example.com";
        (await SignInAsync(browser, byEmail)).UserName.ShouldBe("ada@example.com");
        (await SignInAsync(browser, TestProvider.Person("sub|1", null, Roles.Approver))).UserName.ShouldBe("sub-1");
        (await browser.WhoAsync()).ShouldBe("admin:sub-1 approver");
    }

    [Fact]
    public async Task Such_an_account_has_neither_password_nor_roles_of_ours()
    {
        using var browser = new Browser(_server.Issuer);
        var ada = await SignInAsync(browser, TestProvider.Person("a1", "ada", Roles.Administrator));
        await _server.AppointAsync("boss");
        var boss = AdminWorld.Caller("boss");

        (await browser.SignInAsync("ada", AdminWorld.Password)).ShouldBe("Refused");
        (await browser.PostAsync("/try/own/password", ("password", ""), ("newPassword", AdminWorld.Password))).Body.ShouldBe("FromIssuer");
        (await browser.PostAsync("/try/own/offer", ("password", ""))).Body.ShouldBe($$"""{"issuer":"{{_provider.Address}}"}""");
        (await _server.EditAsync(e => e.ResetPasswordAsync(ada.Id, null, boss, default))).ShouldBe(new AdministratorOutcome.FromIssuer(_provider.Address));
        (await _server.EditAsync(e => e.ChangeRolesAsync(ada.Id, null, [Roles.Auditor], boss, default))).ShouldBe(new AdministratorOutcome.FromIssuer(_provider.Address));
        (await _server.EditAsync(e => e.ResetSecondFactorAsync(ada.Id, null, boss, default))).ShouldBe(new AdministratorOutcome.FromIssuer(_provider.Address));
    }

    [Theory]
    [InlineData("exp")]
    [InlineData("nonce")]
    [InlineData("aud")]
    [InlineData("iss")]
    [InlineData("sub")]
    [InlineData("blank sub")]
    [InlineData("long sub")]
    public async Task An_id_token_that_is_not_for_this_sign_in_is_refused(string what)
    {
        _provider.User = TestProvider.Person("a1", "ada", Roles.Administrator);
        _provider.Change = what switch
        {
            "exp" => t => t["exp"] = _server.Now.AddMinutes(-10).ToUnixTimeSeconds(),
            "sub" => t => t.Remove("sub"),
            "blank sub" => t => t["sub"] = " ",
            "long sub" => t => t["sub"] = new string('s', 256),
            _ => t => t[what] = "https://other.example",
        };
        using var browser = new Browser(_server.Issuer);

        var answer = await _provider.SignInAsync(browser);

        answer.Headers.Location!.OriginalString.ShouldBe($"/admin/sign-in?problem={(what == "long sub" ? "refused" : "provider")}");
        (await _server.LastRecordAsync()).ShouldSatisfyAllConditions(
            r => r.Kind.ShouldBe(RecordKind.SignIn), r => r.Reason.ShouldBe("sign_in_refused"), r => r.ClientId.ShouldBeNull(),
            r => r.Detail.ShouldBe(what == "long sub" ? "iss or sub is missing or too long" : "what the identity provider answered is not good"));
        browser.Cookies.Keys.ShouldNotContain("exchange-admin", StringComparer.Ordinal);
        (await ListAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("a1 ")]
    [InlineData("a1\u3000")]
    [InlineData("a1\t")]
    [InlineData("a\u200B1")]
    [InlineData("a1\0")]
    public async Task A_sub_that_could_be_taken_for_anothers_is_refused(string sub)
    {
        using var browser = new Browser(_server.Issuer);
        var ada = await SignInAsync(browser, TestProvider.Person("a1", "ada", Roles.Auditor));
        using var other = new Browser(_server.Issuer);

        await RefusedAsync(other, TestProvider.Person(sub, "eve", Roles.Administrator), null, "iss or sub ends in white space or holds what cannot be seen");

        other.Cookies.Keys.ShouldNotContain("exchange-admin", StringComparer.Ordinal);
        (await ListAsync()).Select(a => (a.Id, Text: string.Join(' ', a.Roles))).ShouldBe([(ada.Id, Roles.Auditor)]);
    }

    [Fact]
    public async Task An_answer_in_another_browser_or_a_second_time_or_with_another_state_is_refused()
    {
        _provider.User = TestProvider.Person("a1", "ada", Roles.Administrator);
        using var victim = new Browser(_server.Issuer);
        using var browser = new Browser(_server.Issuer);
        var address = string.Empty;

        (await _provider.SignInAsync(browser, a => (address = a).Replace("state=", "state=A", StringComparison.Ordinal))).Headers.Location!.OriginalString.ShouldBe("/admin/sign-in?problem=provider");
        (await victim.GetAsync(address)).Headers.Location!.OriginalString.ShouldBe("/admin/sign-in?problem=provider");
        (await _provider.SignInAsync(browser, a => address = a)).Headers.Location!.OriginalString.ShouldBe("/admin");
        (await browser.GetAsync(address)).Headers.Location!.OriginalString.ShouldBe("/admin/sign-in?problem=provider");
        (await victim.GetAsync("/admin/signed-in?error=access_denied&error_description=no")).Headers.Location!.OriginalString.ShouldBe("/admin/sign-in?problem=provider");
        (await victim.WhoAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Values_of_the_claim_can_stand_for_roles_and_then_nothing_else_does()
    {
        await using var server = await StartAsync(
            ("Admin:OpenIdConnect:RoleClaim", "groups"), ("Admin:OpenIdConnect:RoleMap:urn:corp:exchange admins", "administrator"), ("Admin:OpenIdConnect:RoleMap:sec", "policy_author approver"));
        using var browser = new Browser(server.Issuer);
        _provider.User = new JsonObject { ["sub"] = "a1", ["preferred_username"] = "ada", ["roles"] = "administrator", ["groups"] = new JsonArray("sec", "auditor") };
        await _provider.SignInAsync(browser);
        (await browser.WhoAsync()).ShouldBe("admin:ada policy_author,approver");

        _provider.User["groups"] = "urn:corp:exchange admins";
        await _provider.SignInAsync(browser);
        (await browser.WhoAsync()).ShouldBe("admin:ada administrator");
    }

    [Fact]
    public async Task Nothing_that_the_provider_gives_is_logged_or_kept()
    {
        using var lines = new Lines();
        await using var server = await StartAsync(builder =>
        {
            builder.Configuration["Logging:LogLevel:Default"] = "Trace";
            builder.Configuration["Logging:LogLevel:Microsoft.AspNetCore.Authentication.OpenIdConnect"] = "Trace";
            builder.Logging.ClearProviders().AddProvider(lines);
        });
        _provider.User = TestProvider.Person("a1", "ada", Roles.Administrator);
        using var browser = new Browser(server.Issuer);
        await _provider.SignInAsync(browser);
        await _provider.SignInAsync(browser, a => a.Replace("state=", "state=A", StringComparison.Ordinal));
        (await browser.WhoAsync()).ShouldBe("admin:ada administrator");

        lines.All.ShouldContain(l => l.Contains("Debug", StringComparison.Ordinal));
        var secrets = _provider.Secrets.Select(s => s.Split('.')[^1]).Append(browser.Cookies["exchange-admin"]).ToList();
        secrets.Count.ShouldBe(6);
        lines.All.Where(l => secrets.Exists(s => l.Contains(s, StringComparison.Ordinal))).ShouldBeEmpty();
        (await server.DatabaseTextsAsync()).ShouldAllBe(text => !secrets.Exists(s => text.Contains(s, StringComparison.Ordinal)));
    }

    private Task<RunningServer> StartAsync(params (string Key, string Value)[] settings) => StartAsync(AdminWorld.With(settings));

    private Task<RunningServer> StartAsync(Action<WebApplicationBuilder> customize) => AdminWorld.StartAsync(builder =>
    {
        AdminWorld.With(("Admin:OpenIdConnect:Authority", _provider.Address), ("Admin:OpenIdConnect:ClientId", TestProvider.ClientId), ("Admin:OpenIdConnect:ClientSecret", TestProvider.Secret))(builder);
        customize(builder);
    });

    private async Task<Administrator> SignInAsync(Browser browser, JsonObject user)
    {
        _provider.User = user;
        var answer = await _provider.SignInAsync(browser);
        answer.Headers.Location!.OriginalString.ShouldBe("/admin");
        var name = (await _server.RecordsAsync())[0].ClientId!["admin:".Length..];
        return (await ListAsync()).Single(a => a.UserName == name);
    }

    private async Task RefusedAsync(Browser browser, JsonObject user, string? client, string detail)
    {
        _provider.User = user;
        (await _provider.SignInAsync(browser)).Headers.Location!.OriginalString.ShouldBe("/admin/sign-in?problem=refused");
        var record = await _server.LastRecordAsync();
        (record.Kind, record.Reason, record.ClientId, record.Detail).ShouldBe((RecordKind.SignIn, "sign_in_refused", client, detail));
    }

    private Task<IReadOnlyList<Administrator>> ListAsync() => _server.WithAsync<AdministratorEditor, IReadOnlyList<Administrator>>(e => e.ListAsync(default));
}
