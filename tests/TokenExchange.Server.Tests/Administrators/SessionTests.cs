using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Hosting;
using TokenExchange.Server.Tests.Fixtures;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Server.Tests.Administrators;

/// <summary>A session ends with the next request after whatever ends it, for whoever has its cookie; and rights are those of this moment.</summary>
public sealed class SessionTests
{
    [Fact]
    public async Task Over_https_the_cookie_is_for_this_host_alone_and_for_no_script()
    {
        await using var server = await AdminWorld.StartAsync(AdminWorld.With(("Exchange:Issuer", "https://exchange.example")));
        await server.AppointAsync("alice");
        using var browser = await server.SignedInAsync("alice");

        browser.SetCookies.ShouldHaveSingleItem().ShouldMatch("^__Host-exchange-admin=[A-Za-z0-9_-]+; path=/; secure; samesite=lax; httponly$");
    }

    [Fact]
    public async Task Over_http_in_development_the_cookie_has_its_plain_name()
    {
        await using var server = await AdminWorld.StartAsync();
        await server.AppointAsync("alice");
        using var browser = await server.SignedInAsync("alice");

        browser.SetCookies.ShouldHaveSingleItem().ShouldMatch("^exchange-admin=[A-Za-z0-9_-]+; path=/; samesite=lax; httponly$");
    }

    [Fact]
    public async Task A_sign_in_begins_a_session_of_its_own_whatever_cookie_there_was()
    {
        await using var server = await AdminWorld.StartAsync();
        await server.AppointAsync("alice");
        await server.AppointAsync("mallory", Roles.Auditor);
        using var mallory = await server.SignedInAsync("mallory");
        using var victim = mallory.Copy();

        (await victim.SignInAsync("alice")).ShouldBe("SignedIn");

        victim.Cookies["exchange-admin"].ShouldNotBe(mallory.Cookies["exchange-admin"], StringComparer.Ordinal);
        (await victim.WhoAsync()).ShouldBe("admin:alice administrator");
        (await mallory.WhoAsync()).ShouldBe("admin:mallory auditor");
    }

    [Fact]
    public async Task Signing_out_ends_the_session_for_copies_of_its_cookie_and_no_other_one()
    {
        await using var server = await AdminWorld.StartAsync();
        await server.AppointAsync("alice");
        using var browser = await server.SignedInAsync("alice");
        using var elsewhere = await server.SignedInAsync("alice");
        using var copy = browser.Copy();

        await browser.PostAsync("/try/sign-out");

        browser.Cookies.ShouldBeEmpty();
        var record = await server.LastRecordAsync();
        (record.Kind, record.Reason, record.ClientId).ShouldBe((RecordKind.SignIn, "signed_out", "admin:alice"));
        (await copy.WhoAsync()).ShouldBeNull();
        copy.Cookies.ShouldBeEmpty("it is taken away where it is good for nothing");
        (await elsewhere.WhoAsync()).ShouldBe("admin:alice administrator");
    }

    [Fact]
    public async Task After_half_an_hour_without_a_request_a_session_is_over_and_with_requests_it_goes_on()
    {
        await using var server = await AdminWorld.StartAsync();
        await server.AppointAsync("alice");
        using var browser = await server.SignedInAsync("alice");
        using var idle = browser.Copy();

        server.Clock.Advance(TimeSpan.FromMinutes(20));
        (await browser.WhoAsync()).ShouldNotBeNull();
        server.Clock.Advance(TimeSpan.FromMinutes(20));

        (await browser.WhoAsync()).ShouldNotBeNull();
        (await idle.WhoAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task After_eight_hours_a_session_is_over_however_busy_it_was()
    {
        await using var server = await AdminWorld.StartAsync();
        await server.AppointAsync("alice");
        using var browser = await server.SignedInAsync("alice");
        for (var minutes = 20; minutes < 8 * 60; minutes += 20)
        {
            server.Clock.Advance(TimeSpan.FromMinutes(20));
            (await browser.WhoAsync()).ShouldNotBeNull($"after {minutes} minutes");
        }

        server.Clock.Advance(TimeSpan.FromMinutes(20));

        (await browser.WhoAsync()).ShouldBeNull();
    }

    [Theory]
    [InlineData("disabled")]
    [InlineData("deleted")]
    [InlineData("password reset")]
    [InlineData("second factor reset")]
    [InlineData("signed out everywhere")]
    public async Task What_ends_sessions_does_so_with_the_next_request(string what)
    {
        await using var server = await AdminWorld.StartAsync();
        var alice = await server.AppointAsync("alice");
        await server.AppointAsync("boss");
        using var browser = await server.SignedInAsync("alice");
        (await browser.WhoAsync()).ShouldNotBeNull();
        var boss = AdminWorld.Caller("boss");

        await server.EditAsync(e => what switch
        {
            "disabled" => e.EnableAsync(alice.Id, null, enabled: false, boss, default),
            "deleted" => e.DeleteAsync(alice.Id, null, boss, default),
            "password reset" => e.ResetPasswordAsync(alice.Id, null, boss, default),
            "second factor reset" => e.ResetSecondFactorAsync(alice.Id, null, boss, default),
            _ => e.SignOutEverywhereAsync(alice.Id, boss, default),
        });

        (await browser.WhoAsync()).ShouldBeNull();
        if (what == "disabled")
        {
            await server.EditAsync(e => e.EnableAsync(alice.Id, null, enabled: true, boss, default));
            (await browser.WhoAsync()).ShouldBeNull("enabling gives no session back");
        }
    }

    [Fact]
    public async Task A_session_that_is_over_is_deleted_though_nobody_signs_in_again()
    {
        await using var server = await AdminWorld.StartAsync();
        await server.AppointAsync("alice");
        using var browser = await server.SignedInAsync("alice");
        var maintenance = server.Services.GetRequiredService<Maintenance>();

        (await maintenance.RunOnceAsync(server.Now.AddHours(8), default))!.Value.Sessions.ShouldBe(0);
        (await maintenance.RunOnceAsync(server.Now.AddHours(8).AddTicks(1), default))!.Value.Sessions.ShouldBe(1);
    }

    [Fact]
    public async Task Other_roles_hold_from_the_next_request_on_in_the_same_session()
    {
        await using var server = await AdminWorld.StartAsync();
        await server.AppointAsync("boss");
        var alice = await server.AppointAsync("alice");
        using var browser = await server.SignedInAsync("alice");
        (await browser.GetAsync($"/try/rights/{Rights.Administer}")).Status.ShouldBe(200);

        await server.EditAsync(e => e.ChangeRolesAsync(alice.Id, null, [Roles.Auditor], AdminWorld.Caller("boss"), default));

        var refused = await browser.GetAsync($"/try/rights/{Rights.Administer}");
        (refused.Status, refused.Headers.Location!.OriginalString).ShouldBe((302, $"/admin/forbidden?returnUrl=%2Ftry%2Frights%2F{Uri.EscapeDataString(Rights.Administer)}"));
        (await browser.WhoAsync()).ShouldBe("admin:alice auditor");
    }

    [Fact]
    public async Task Each_role_opens_exactly_its_rights_and_nobody_is_sent_to_sign_in()
    {
        await using var server = await AdminWorld.StartAsync();
        using var nobody = new Browser(server.Issuer);
        foreach (var right in Rights.All)
        {
            var answer = await nobody.GetAsync($"/try/rights/{right}");
            (answer.Status, answer.Headers.Location!.OriginalString).ShouldBe((302, $"/admin/sign-in?returnUrl=%2Ftry%2Frights%2F{Uri.EscapeDataString(right)}"));
        }

        foreach (var roles in new string[][] { [Roles.Administrator], [Roles.PolicyAuthor], [Roles.Approver], [Roles.Auditor], [Roles.PolicyAuthor, Roles.Approver] })
        {
            var name = string.Join('.', roles);
            await server.AppointAsync(name, roles);
            using var browser = await server.SignedInAsync(name);
            var open = new List<string>();
            foreach (var right in Rights.All)
            {
                if ((await browser.GetAsync($"/try/rights/{right}")).Status == 200)
                {
                    open.Add(right);
                }
            }

            open.ShouldBe(Rights.All.Where(r => roles.SelectMany(Roles.RightsOf).Contains(r, StringComparer.Ordinal)), name);
        }
    }

    [Fact]
    public async Task A_cookie_that_is_none_of_ours_is_nobodys()
    {
        await using var server = await AdminWorld.StartAsync();
        await server.AppointAsync("alice");
        using var browser = await server.SignedInAsync("alice");
        var good = browser.Cookies["exchange-admin"];
        foreach (var bad in new[] { "x", good[..^1], good + "A", good[..20] + (good[20] == 'A' ? 'B' : 'A') + good[21..] })
        {
            browser.Cookies["exchange-admin"] = bad;
            (await browser.WhoAsync()).ShouldBeNull();
        }

        // The one between the two steps opens nothing.
        await server.SetUpAuthenticatorAsync(await server.SignedInAsync("alice"));
        using var half = new Browser(server.Issuer);
        (await half.SignInAsync("alice")).ShouldBe("SecondFactorNeeded");
        half.Cookies["exchange-admin"] = half.Cookies["exchange-admin-second"];
        (await half.WhoAsync()).ShouldBeNull();
    }
}
