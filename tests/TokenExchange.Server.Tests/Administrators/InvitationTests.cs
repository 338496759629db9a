using TokenExchange.Server.Administrators;
using TokenExchange.Server.Tests.Fixtures;
using TokenExchange.Storage.Administrators;

namespace TokenExchange.Server.Tests.Administrators;

/// <summary>With a link a password is set once; the first administrator comes by one on the console.</summary>
public sealed class InvitationTests
{
    private const string Password = AdminWorld.Password;

    [Fact]
    public async Task A_link_is_good_once_within_a_day_and_none_but_the_last()
    {
        await using var server = await AdminWorld.StartAsync();
        await server.AppointAsync("boss");
        var invited = (AdministratorOutcome.Invited)await server.EditAsync(e => e.InviteAsync(new("alice", null, [Roles.Auditor]), AdminWorld.Caller("boss"), default));
        var (id, first) = (invited.Administrator.Id, AdminWorld.CodeOf(invited.Link));
        var second = AdminWorld.CodeOf(((AdministratorOutcome.Invited)await server.EditAsync(e => e.ResetPasswordAsync(id, null, AdminWorld.Caller("boss"), default))).Link);

        (await FindAsync(server, first)).ShouldBeNull();
        (await FindAsync(server, second))!.UserName.ShouldBe("alice");
        foreach (var bad in new[] { first, second + "x", "", null })
        {
            (await AcceptAsync(server, bad, Password)).ShouldBeOfType<PasswordOutcome.NotGood>();
        }

        (await AcceptAsync(server, second, "alice")).ShouldBeOfType<PasswordOutcome.Invalid>().Problems.Select(p => p.ToString())
            .ShouldBe(["password: write at least 12 characters; several words are easy to remember"]);
        server.Clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1));
        (await AcceptAsync(server, second, Password)).ShouldBeOfType<PasswordOutcome.PasswordSet>().Administrator.ShouldSatisfyAllConditions(a => a.HasPassword.ShouldBeTrue(), a => a.InvitedUntil.ShouldBeNull());
        var record = await server.LastRecordAsync();
        (record.Reason, record.ClientId, record.Detail).ShouldBe(("administrator_changed", "admin:alice", "alice: password set"));
        (await AcceptAsync(server, second, Password)).ShouldBeOfType<PasswordOutcome.NotGood>();

        var third = AdminWorld.CodeOf(((AdministratorOutcome.Invited)await server.EditAsync(e => e.ResetPasswordAsync(id, null, AdminWorld.Caller("boss"), default))).Link);
        server.Clock.Advance(TimeSpan.FromHours(24));
        (await AcceptAsync(server, third, Password)).ShouldBeOfType<PasswordOutcome.NotGood>();
    }

    [Fact]
    public async Task Of_several_who_open_a_link_at_once_one_sets_the_password()
    {
        await using var server = await AdminWorld.StartAsync();
        var invited = (AdministratorOutcome.Invited)await server.EditAsync(e => e.InviteAsync(new("alice", null, [Roles.Auditor]), AdministratorEditor.Command, default));

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 5).Select(i => AcceptAsync(server, AdminWorld.CodeOf(invited.Link), $"{Password} {i}")));

        outcomes.OfType<PasswordOutcome.PasswordSet>().Count().ShouldBe(1);
        outcomes.OfType<PasswordOutcome.NotGood>().Count().ShouldBe(4);
    }

    [Fact]
    public async Task A_reset_takes_the_old_password_away_and_opens_an_account_that_was_closed_by_guesses()
    {
        await using var server = await AdminWorld.StartAsync();
        await server.AppointAsync("boss");
        var alice = await server.AppointAsync("alice");
        using var browser = new Browser(server.Issuer);
        for (var attempt = 0; attempt < SignInAttempts.Most; attempt++)
        {
            await browser.SignInAsync("alice", "wrong");
        }

        var reset = (AdministratorOutcome.Invited)await server.EditAsync(e => e.ResetPasswordAsync(alice.Id, null, AdminWorld.Caller("boss"), default));
        (await browser.SignInAsync("alice")).ShouldBe("Refused");
        (await server.LastRecordAsync()).Detail.ShouldBe("has no password");
        await AcceptAsync(server, AdminWorld.CodeOf(reset.Link), "another green bottle");

        (await browser.SignInAsync("alice", "another green bottle")).ShouldBe("SignedIn");
    }

    [Fact]
    public async Task The_first_administrator_comes_by_the_link_on_the_console_and_then_it_is_good_for_nothing()
    {
        await using var server = await AdminWorld.StartAsync();
        var first = server.FirstRun();
        var old = AdminWorld.CodeOf((await first.OpenAsync(default))!);
        var link = (await first.OpenAsync(default))!;
        link.ShouldMatch($"^{server.Issuer}/admin/setup\\?code=[A-Za-z0-9_-]{{43}}$");
        var code = AdminWorld.CodeOf(link);
        foreach (var bad in new[] { old, code + "x", "", null })
        {
            (await first.IsGoodAsync(bad, default)).ShouldBeFalse();
            (await first.CreateAsync(bad, "alice", null, Password, null, default)).ShouldBeOfType<PasswordOutcome.NotGood>();
        }

        (await first.CreateAsync(code, "a b", null, "short", null, default)).ShouldBeOfType<PasswordOutcome.Invalid>().Problems.Select(p => p.ToString()).ShouldBe(
            ["userName: write 1 to 64 letters, digits and . _ - @ +", "password: write at least 12 characters; several words are easy to remember"]);
        (await first.CreateAsync(code, "alice", "Alice", Password, System.Net.IPAddress.Loopback, default)).ShouldBeOfType<PasswordOutcome.PasswordSet>().Administrator.Roles.ShouldBe([Roles.Administrator]);

        var record = await server.LastRecordAsync();
        (record.Reason, record.ClientId, record.Source, record.Detail).ShouldBe(("administrator_created", "admin:alice", "127.0.0.1", "alice: administrator, the first, with the link on the console"));
        (await first.IsGoodAsync(code, default)).ShouldBeFalse();
        (await first.CreateAsync(code, "bob", null, Password, null, default)).ShouldBeOfType<PasswordOutcome.NotGood>();
        (await first.OpenAsync(default)).ShouldBeNull();
        using var browser = await server.SignedInAsync("alice");
        (await browser.WhoAsync()).ShouldBe("admin:alice administrator");
    }

    [Fact]
    public async Task The_first_link_ends_after_an_hour_and_with_any_administrator()
    {
        await using var server = await AdminWorld.StartAsync();
        var first = server.FirstRun();
        var code = AdminWorld.CodeOf((await first.OpenAsync(default))!);
        await server.AppointAsync("auditor", Roles.Auditor);
        server.Clock.Advance(TimeSpan.FromMinutes(59));
        (await first.IsGoodAsync(code, default)).ShouldBeTrue("an auditor appoints nobody");
        (await first.CreateAsync(code, "AUDITOR", null, Password, null, default)).ShouldBeOfType<PasswordOutcome.Invalid>();
        server.Clock.Advance(TimeSpan.FromMinutes(1));
        (await first.IsGoodAsync(code, default)).ShouldBeFalse();

        code = AdminWorld.CodeOf((await first.OpenAsync(default))!);
        await server.EditAsync(e => e.InviteAsync(new("boss", null, [Roles.Administrator]), AdministratorEditor.Command, default));
        (await first.IsGoodAsync(code, default)).ShouldBeFalse();
    }

    [Fact]
    public async Task Of_several_first_administrators_at_once_there_is_one()
    {
        await using var server = await AdminWorld.StartAsync();
        var first = server.FirstRun();
        var code = AdminWorld.CodeOf((await first.OpenAsync(default))!);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 5).Select(i => first.CreateAsync(code, $"alice{i}", null, Password, null, default)));

        outcomes.OfType<PasswordOutcome.PasswordSet>().Count().ShouldBe(1);
        outcomes.OfType<PasswordOutcome.NotGood>().Count().ShouldBe(4);
    }

    private static Task<Administrator?> FindAsync(RunningServer server, string? code) => server.WithAsync<Invitations, Administrator?>(i => i.FindAsync(code, default));

    private static Task<PasswordOutcome> AcceptAsync(RunningServer server, string? code, string? password) => server.WithAsync<Invitations, PasswordOutcome>(i => i.AcceptAsync(code, password, null, default));
}
