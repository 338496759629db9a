using TokenExchange.Server.Administrators;
using TokenExchange.Server.Tests.Fixtures;
using TokenExchange.Storage.Administrators;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Server.Tests.Administrators;

/// <summary>Who administers changes through one door, on record, and never so that nobody is left.</summary>
public sealed class AdministratorEditorTests : IAsyncLifetime
{
    private RunningServer _server = null!;
    private Administrator _boss = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await AdminWorld.StartAsync();
        _boss = await _server.AppointAsync("boss");
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task An_appointment_is_on_record_and_its_link_is_not()
    {
        var outcome = await _server.EditAsync(e => e.InviteAsync(new("alice", " Alice Green ", [Roles.Auditor, Roles.Administrator, Roles.Auditor]), AdminWorld.Caller("boss"), default));

        var invited = outcome.ShouldBeOfType<AdministratorOutcome.Invited>();
        invited.Link.ShouldMatch($"^{_server.Issuer}/admin/set-password\\?code=[A-Za-z0-9_-]{{43}}$");
        invited.Until.ShouldBe(_server.Now.AddHours(24));
        var alice = invited.Administrator;
        (alice.UserName, alice.DisplayName, string.Join(' ', alice.Roles), alice.Enabled, alice.HasPassword, alice.HasSecondFactor, alice.Issuer, alice.CreatedAt, alice.InvitedUntil)
            .ShouldBe(("alice", "Alice Green", "administrator auditor", true, false, false, null, _server.Now, invited.Until));
        (await _server.ReadAsync(alice.Id)).Version.ShouldBe(alice.Version);
        (await _server.LastRecordAsync()).ShouldBe(new ExchangeRecord
        {
            At = _server.Now, Kind = RecordKind.Configuration, Reason = "administrator_created", ClientId = "admin:boss", Source = "127.0.0.1", Detail = "alice: administrator auditor",
        });
    }

    [Theory]
    [InlineData(null, null, "auditor", "userName: write 1 to 64 letters, digits and . _ - @ +")]
    [InlineData("a b", null, "auditor", "userName: write 1 to 64 letters, digits and . _ - @ +")]
    [InlineData("alice", null, null, "roles: choose one or more of administrator, policy_author, approver, auditor")]
    [InlineData("alice", null, "root", "roles: choose one or more of administrator, policy_author, approver, auditor")]
    [InlineData("BOSS", null, "auditor", "userName: somebody else has this name; choose another one")]
    public async Task What_cannot_be_is_said_and_nothing_is_changed(string? name, string? displayName, string? role, string problem)
    {
        var records = (await _server.RecordsAsync()).Count;

        var outcome = await _server.EditAsync(e => e.InviteAsync(new(name, displayName, role is null ? null : [role]), AdminWorld.Caller("boss"), default));

        outcome.ShouldBeOfType<AdministratorOutcome.Invalid>().Problems.Select(p => p.ToString()).ShouldBe([problem]);
        (await _server.RecordsAsync()).Count.ShouldBe(records);
    }

    [Fact]
    public async Task Each_change_is_on_record_with_what_it_was()
    {
        var alice = await _server.AppointAsync("alice", Roles.Auditor);
        var boss = AdminWorld.Caller("boss");

        async Task MakesAsync(Func<AdministratorEditor, Task<AdministratorOutcome>> act, string reason, string detail)
        {
            await _server.EditAsync(act);
            var record = await _server.LastRecordAsync();
            (record.Kind, record.Reason, record.ClientId, record.Detail).ShouldBe((RecordKind.Configuration, reason, "admin:boss", detail));
        }

        await MakesAsync(e => e.ChangeRolesAsync(alice.Id, alice.Version, [Roles.Approver, Roles.PolicyAuthor], boss, default), "administrator_changed", "alice: auditor -> policy_author approver");
        await MakesAsync(e => e.EnableAsync(alice.Id, null, enabled: false, boss, default), "administrator_changed", "alice: disabled");
        await MakesAsync(e => e.EnableAsync(alice.Id, null, enabled: true, boss, default), "administrator_changed", "alice: enabled");
        await MakesAsync(e => e.ResetPasswordAsync(alice.Id, null, boss, default), "administrator_changed", "alice: password reset");
        await MakesAsync(e => e.ResetSecondFactorAsync(alice.Id, null, boss, default), "administrator_changed", "alice: second factor removed");
        await MakesAsync(e => e.SignOutEverywhereAsync(alice.Id, boss, default), "administrator_signed_out", "alice: signed out everywhere");
        await MakesAsync(e => e.DeleteAsync(alice.Id, null, boss, default), "administrator_deleted", "alice");
        (await _server.EditAsync(e => e.DeleteAsync(alice.Id, null, boss, default))).ShouldBeOfType<AdministratorOutcome.NotFound>();
        (await _server.WithAsync<AdministratorEditor, IReadOnlyList<Administrator>>(e => e.ListAsync(default))).Select(a => a.UserName).ShouldBe(["boss"]);
    }

    [Fact]
    public async Task What_somebody_else_has_changed_meanwhile_is_shown_and_not_overwritten()
    {
        var alice = await _server.AppointAsync("alice", Roles.Auditor);
        await _server.EditAsync(e => e.ChangeRolesAsync(alice.Id, alice.Version, [Roles.Approver], AdminWorld.Caller("boss"), default));

        var outcome = await _server.EditAsync(e => e.ChangeRolesAsync(alice.Id, alice.Version, [Roles.PolicyAuthor], AdminWorld.Caller("boss"), default));

        outcome.ShouldBeOfType<AdministratorOutcome.Stale>().Current.Roles.ShouldBe([Roles.Approver]);
    }

    [Fact]
    public async Task Who_is_locked_out_is_let_in_again_in_one_change()
    {
        var alice = await _server.AppointAsync("alice", Roles.Auditor);
        await _server.EditAsync(e => e.EnableAsync(alice.Id, null, enabled: false, AdministratorEditor.Command, default));
        var records = (await _server.RecordsAsync()).Count;

        (await _server.EditAsync(e => e.ResetAllAsync(alice.Id, AdministratorEditor.Command, default))).ShouldBeOfType<AdministratorOutcome.Invited>();

        (await _server.RecordsAsync()).Count.ShouldBe(records + 1);
        (await _server.LastRecordAsync()).Detail.ShouldBe("alice: password reset, enabled");
        (await _server.ReadAsync(alice.Id)).ShouldSatisfyAllConditions(a => a.Enabled.ShouldBeTrue(), a => a.HasPassword.ShouldBeFalse(), a => a.HasSecondFactor.ShouldBeFalse());
    }

    [Fact]
    public async Task With_four_eyes_nobody_makes_or_takes_over_a_second_pair_and_that_is_on_record()
    {
        await using var server = await AdminWorld.StartAsync(AdminWorld.With(("Policies:FourEyes", "true")));
        await server.AppointAsync("boss");
        var boss = AdminWorld.Caller("boss");
        var (author, approver, auditor) = (await server.AppointAsync("paul", Roles.PolicyAuthor), await server.AppointAsync("vera", Roles.Approver), await server.AppointAsync("otto", Roles.Auditor));

        async Task RefusedAsync(Func<AdministratorEditor, Task<AdministratorOutcome>> act, string about)
        {
            (await server.EditAsync(act)).ShouldBeOfType<AdministratorOutcome.NeedsHost>();
            var record = await server.LastRecordAsync();
            (record.Kind, record.Reason, record.ClientId, record.Detail).ShouldBe((RecordKind.Configuration, "four_eyes_refused", "admin:boss", about));
        }

        foreach (var role in new[] { Roles.Administrator, Roles.PolicyAuthor, Roles.Approver })
        {
            await RefusedAsync(e => e.InviteAsync(new("sock", null, [role]), boss, default), "an appointment");
            await RefusedAsync(e => e.ChangeRolesAsync(auditor.Id, null, [Roles.Auditor, role], boss, default), "otto");
        }

        foreach (var somebody in new[] { author, approver })
        {
            await RefusedAsync(e => e.ResetPasswordAsync(somebody.Id, null, boss, default), somebody.UserName);
            await RefusedAsync(e => e.ResetSecondFactorAsync(somebody.Id, null, boss, default), somebody.UserName);
        }

        // Who may only look is no pair of eyes, and to keep somebody out is always allowed.
        (await server.EditAsync(e => e.InviteAsync(new("olga", null, [Roles.Auditor]), boss, default))).ShouldBeOfType<AdministratorOutcome.Invited>();
        (await server.EditAsync(e => e.ResetPasswordAsync(auditor.Id, null, boss, default))).ShouldBeOfType<AdministratorOutcome.Invited>();
        (await server.EditAsync(e => e.ChangeRolesAsync(approver.Id, null, [Roles.Auditor], boss, default))).ShouldBeOfType<AdministratorOutcome.Changed>();
        (await server.EditAsync(e => e.EnableAsync(author.Id, null, enabled: false, boss, default))).ShouldBeOfType<AdministratorOutcome.Changed>();

        // The host is another way.
        (await server.EditAsync(e => e.ChangeRolesAsync(approver.Id, null, [Roles.Approver], AdministratorEditor.Command, default))).ShouldBeOfType<AdministratorOutcome.Changed>();
        (await server.EditAsync(e => e.ResetAllAsync(approver.Id, AdministratorEditor.Command, default))).ShouldBeOfType<AdministratorOutcome.Invited>();
    }

    [Fact]
    public async Task Who_is_no_longer_an_administrator_when_their_turn_comes_is_refused_and_that_is_on_record()
    {
        var bert = await _server.AppointAsync("bert");
        await _server.EditAsync(e => e.ChangeRolesAsync(bert.Id, null, [Roles.Auditor], AdminWorld.Caller("boss"), default));

        (await _server.EditAsync(e => e.EnableAsync(_boss.Id, null, enabled: false, AdminWorld.Caller("bert"), default))).ShouldBeOfType<AdministratorOutcome.NotPermitted>();

        var record = await _server.LastRecordAsync();
        (record.Kind, record.Reason, record.ClientId, record.Source).ShouldBe((RecordKind.Refusal, "right_missing", "admin:bert", "127.0.0.1"));
    }

    [Fact]
    public async Task Where_passwords_are_no_way_in_who_has_one_does_not_count_as_somebody_left()
    {
        await using var provider = await TestProvider.StartAsync(() => _server.Now);
        await using var server = await AdminWorld.StartAsync(builder => AdminWorld.With(("Admin:LocalSignIn", "false"), ("Admin:OpenIdConnect:Authority", provider.Address), ("Admin:OpenIdConnect:ClientId", TestProvider.ClientId), ("Admin:OpenIdConnect:ClientSecret", TestProvider.Secret))(builder));
        await server.AppointAsync("left-from-before");
        using var browser = new Browser(server.Issuer);
        provider.User = TestProvider.Person("a1", "ada", Roles.Administrator);
        await provider.SignInAsync(browser);
        var ada = (await server.WithAsync<AdministratorEditor, IReadOnlyList<Administrator>>(e => e.ListAsync(default))).Single(a => a.UserName == "ada");

        (await server.EditAsync(e => e.EnableAsync(ada.Id, null, enabled: false, AdminWorld.Caller("ada"), default))).ShouldBeOfType<AdministratorOutcome.LastAdministrator>();

        using var another = new Browser(server.Issuer);
        provider.User = TestProvider.Person("b1", "bert", Roles.Administrator);
        await provider.SignInAsync(another);
        (await server.EditAsync(e => e.EnableAsync(ada.Id, null, enabled: false, AdminWorld.Caller("bert"), default))).ShouldBeOfType<AdministratorOutcome.Changed>();
    }

    [Fact]
    public async Task The_last_administrator_stays_one_whatever_the_way_out()
    {
        // Neither of these can appoint anybody: no password yet, disabled, another role.
        await _server.EditAsync(e => e.InviteAsync(new("invited", null, [Roles.Administrator]), AdminWorld.Caller("boss"), default));
        var disabled = await _server.AppointAsync("disabled");
        await _server.EditAsync(e => e.EnableAsync(disabled.Id, null, enabled: false, AdminWorld.Caller("boss"), default));
        await _server.AppointAsync("auditor", Roles.Auditor);
        var records = (await _server.RecordsAsync()).Count;
        var boss = AdminWorld.Caller("boss");

        (await _server.EditAsync(e => e.DeleteAsync(_boss.Id, null, boss, default))).ShouldBeOfType<AdministratorOutcome.LastAdministrator>();
        (await _server.EditAsync(e => e.EnableAsync(_boss.Id, null, enabled: false, boss, default))).ShouldBeOfType<AdministratorOutcome.LastAdministrator>();
        (await _server.EditAsync(e => e.ChangeRolesAsync(_boss.Id, null, [Roles.Auditor], boss, default))).ShouldBeOfType<AdministratorOutcome.LastAdministrator>();

        (await _server.RecordsAsync()).Count.ShouldBe(records);
        (await _server.ReadAsync(_boss.Id)).ShouldSatisfyAllConditions(b => b.Enabled.ShouldBeTrue(), b => b.Roles.ShouldBe([Roles.Administrator]));
        await _server.EditAsync(e => e.EnableAsync(disabled.Id, null, enabled: true, boss, default));
        (await _server.EditAsync(e => e.ChangeRolesAsync(_boss.Id, null, [Roles.Auditor], boss, default))).ShouldBeOfType<AdministratorOutcome.Changed>();
    }

    [Fact]
    public async Task Of_administrators_who_dismiss_each_other_at_once_one_stays()
    {
        var others = new List<Administrator> { _boss };
        foreach (var name in new[] { "alice", "bob", "carol" })
        {
            others.Add(await _server.AppointAsync(name));
        }

        var outcomes = await Task.WhenAll(
            from one in others
            from other in others
            where one != other
            select _server.EditAsync(e => other.UserName.Length % 2 == 0
                ? e.EnableAsync(other.Id, null, enabled: false, AdminWorld.Caller(one.UserName), default)
                : e.ChangeRolesAsync(other.Id, null, [Roles.Auditor], AdminWorld.Caller(one.UserName), default)));

        var left = (await _server.WithAsync<AdministratorEditor, IReadOnlyList<Administrator>>(e => e.ListAsync(default))).Where(a => a.Enabled && a.Roles.Contains(Roles.Administrator, StringComparer.Ordinal)).ToList();
        left.Count.ShouldBe(1);
        outcomes.OfType<AdministratorOutcome.NotPermitted>().ShouldNotBeEmpty("who has been dismissed dismisses nobody");
    }

    [Fact]
    public async Task Nobody_raises_their_own_rights_or_takes_their_own_credentials_away()
    {
        var boss = AdminWorld.Caller("boss");
        await _server.AppointAsync("second");
        (await _server.EditAsync(e => e.ResetPasswordAsync(_boss.Id, null, boss, default))).ShouldBeOfType<AdministratorOutcome.OwnAccount>();
        (await _server.EditAsync(e => e.ResetSecondFactorAsync(_boss.Id, null, boss, default))).ShouldBeOfType<AdministratorOutcome.OwnAccount>();
        (await _server.EditAsync(e => e.ChangeRolesAsync(_boss.Id, null, [Roles.PolicyAuthor], boss, default))).ShouldBeOfType<AdministratorOutcome.Changed>();

        // From then on the role no longer permits it, however it was asked for.
        (await _server.EditAsync(e => e.ChangeRolesAsync(_boss.Id, null, [Roles.Administrator], boss, default))).ShouldBeOfType<AdministratorOutcome.NotPermitted>();
        (await _server.ReadAsync(_boss.Id)).Roles.ShouldBe([Roles.PolicyAuthor]);
    }

    [Theory]
    [InlineData("admin:auditor")]
    [InlineData("admin:disabled")]
    [InlineData("admin:nobody")]
    [InlineData("admin:BOSS")]
    [InlineData("command")]
    [InlineData("ops-script")]
    public async Task Only_who_administers_at_that_moment_changes_who_does(string clientId)
    {
        var auditor = await _server.AppointAsync("auditor", Roles.Auditor, Roles.Approver, Roles.PolicyAuthor);
        var disabled = await _server.AppointAsync("disabled");
        await _server.EditAsync(e => e.EnableAsync(disabled.Id, null, enabled: false, AdminWorld.Caller("boss"), default));
        var caller = AdminWorld.Caller("x") with { ClientId = clientId };

        (await _server.EditAsync(e => e.InviteAsync(new("mallory", null, [Roles.Administrator]), caller, default))).ShouldBeOfType<AdministratorOutcome.NotPermitted>();
        (await _server.EditAsync(e => e.ChangeRolesAsync(auditor.Id, null, [Roles.Administrator], caller, default))).ShouldBeOfType<AdministratorOutcome.NotPermitted>();
        (await _server.EditAsync(e => e.DeleteAsync(_boss.Id, null, caller with { Source = null }, default))).ShouldBeOfType<AdministratorOutcome.NotPermitted>();
    }
}
