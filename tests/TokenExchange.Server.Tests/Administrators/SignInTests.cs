using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Tests.Fixtures;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Server.Tests.Administrators;

/// <summary>Every attempt to sign in is counted, judged and on record; whoever is refused learns nothing of why.</summary>
public sealed class SignInTests
{
    [Fact]
    public async Task Who_has_the_password_signs_in_and_that_is_on_record()
    {
        await using var server = await AdminWorld.StartAsync();
        var alice = await server.AppointAsync("Alice", Roles.Auditor);
        using var browser = new Browser(server.Issuer);

        (await browser.WhoAsync()).ShouldBeNull();
        (await browser.SignInAsync("aLICE")).ShouldBe("SignedIn");

        (await browser.WhoAsync()).ShouldBe("admin:Alice auditor");
        (await server.LastRecordAsync()).ShouldBe(new ExchangeRecord
        {
            At = server.Now, Kind = RecordKind.SignIn, Reason = "signed_in", ClientId = "admin:Alice", Source = "127.0.0.1", Detail = "password",
        });
        (await server.ReadAsync(alice.Id)).LastSignInAt.ShouldBe(server.Now);
    }

    [Fact]
    public async Task Who_is_refused_is_told_one_thing_and_the_record_knows_which_it_was()
    {
        await using var server = await AdminWorld.StartAsync();
        await server.AppointAsync("alice");
        var disabled = await server.AppointAsync("bob");
        await server.EditAsync(e => e.EnableAsync(disabled.Id, null, enabled: false, AdministratorEditor.Command, default));
        await server.EditAsync(e => e.InviteAsync(new("carol", null, [Roles.Auditor]), AdministratorEditor.Command, default));
        using var browser = new Browser(server.Issuer);

        foreach (var (name, password, client, reason, detail) in new[]
        {
            ("alice", "seven green bottle", "admin:alice", "password_wrong", null),
            ("alice", "", "admin:alice", "password_wrong", null),
            ("alice", AdminWorld.Password + new string(' ', 200), "admin:alice", "password_wrong", null),
            ("bob", AdminWorld.Password, "admin:bob", "sign_in_refused", "disabled"),
            ("carol", AdminWorld.Password, "admin:carol", "sign_in_refused", "has no password"),
            ("nobody", AdminWorld.Password, null, "sign_in_refused", "no administrator of this name"),
            (AdminWorld.Password, "alice", null, "sign_in_refused", "no administrator of this name"),
            ("", "", null, "sign_in_refused", "no administrator of this name"),
            (new string('a', 5000), "x", null, "sign_in_refused", "no administrator of this name"),
        })
        {
            (await browser.SignInAsync(name, password)).ShouldBe("Refused");

            var record = await server.LastRecordAsync();
            (record.Kind, record.ClientId, record.Reason, record.Detail, record.Source).ShouldBe((RecordKind.SignIn, client, reason, detail, "127.0.0.1"));
        }

        browser.Cookies.ShouldBeEmpty();
    }

    [Fact]
    public async Task Five_wrong_passwords_close_the_account_for_a_quarter_of_an_hour_to_the_right_one_as_well()
    {
        await using var server = await AdminWorld.StartAsync();
        await server.AppointAsync("alice");
        using var browser = new Browser(server.Issuer);
        for (var attempt = 0; attempt < SignInAttempts.Most; attempt++)
        {
            await browser.SignInAsync("alice", "wrong");
            (await server.LastRecordAsync()).Reason.ShouldBe("password_wrong");
        }

        (await browser.SignInAsync("alice")).ShouldBe("Refused");
        (await server.LastRecordAsync()).Reason.ShouldBe("locked_out");
        server.Clock.Advance(SignInAttempts.ClosedFor - TimeSpan.FromSeconds(1));
        (await browser.SignInAsync("alice")).ShouldBe("Refused");
        server.Clock.Advance(TimeSpan.FromSeconds(1));

        (await browser.SignInAsync("alice")).ShouldBe("SignedIn");
        (await browser.SignInAsync("alice", "wrong")).ShouldBe("Refused");
        (await browser.SignInAsync("alice")).ShouldBe("SignedIn", "one of five that begin anew");
    }

    [Fact]
    public async Task Guesses_that_come_at_once_are_all_counted()
    {
        await using var server = await AdminWorld.StartAsync();
        await server.AppointAsync("alice");

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(async i =>
        {
            using var browser = new Browser(server.Issuer);
            return await browser.SignInAsync("alice", $"guess {i}");
        }));

        answers.ShouldAllBe(a => a == "Refused");
        var reasons = (await server.RecordsAsync()).Where(r => r.Kind == RecordKind.SignIn).CountBy(r => r.Reason, StringComparer.Ordinal).OrderBy(r => r.Value).ToList();
        reasons.ShouldBe([new("locked_out", 1), new("password_wrong", 5)]);
    }

    [Fact]
    public async Task Where_too_many_passwords_wait_to_be_judged_none_is_counted_against_anybody()
    {
        await using var server = await AdminWorld.StartAsync();
        await server.AppointAsync("alice");

        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(async i =>
        {
            using var browser = new Browser(server.Issuer);
            return await browser.SignInAsync(i % 2 == 0 ? "nobody" : $"nobody-{i}", "guess");
        }));

        answers.ShouldContain("Busy", StringComparer.Ordinal);
        using var alice = new Browser(server.Issuer);
        (await alice.SignInAsync("alice")).ShouldBe("SignedIn");
    }

    [Fact]
    public async Task A_flood_from_one_address_keeps_nobody_at_another_from_signing_in_and_is_on_record_once()
    {
        await using var server = await AdminWorld.StartAsync();
        await server.AppointAsync("alice");
        List<Task<string>> flood =
        [
            .. Enumerable.Range(0, 60).Select(async _ =>
            {
                using var browser = new Browser(server.Issuer);
                return await browser.SignInAsync("nobody", "guess");
            }),
        ];
        await foreach (var answered in Task.WhenEach(flood))
        {
            if (await answered == "Busy")
            {
                break;
            }
        }

        // As many wait by now as may.
        using var alice = new Browser(server.Issuer, from: "127.0.0.2");
        (await alice.SignInAsync("alice")).ShouldBe("SignedIn");

        var answers = await Task.WhenAll(flood);
        answers.ShouldAllBe(a => a == "Busy" || a == "Refused");
        var busy = (await server.RecordsAsync()).Where(r => r.Reason == "sign_in_busy").ShouldHaveSingleItem();
        busy.ShouldBe(new ExchangeRecord { At = server.Now, Kind = RecordKind.SignIn, Reason = "sign_in_busy", Source = "127.0.0.1", Detail = "too many passwords at once from this address" });
    }

    [Fact]
    public async Task A_second_factor_is_asked_for_and_a_code_is_good_once()
    {
        await using var server = await AdminWorld.StartAsync();
        await server.AppointAsync("alice");
        using var first = await server.SignedInAsync("alice");
        var (key, _) = await server.SetUpAuthenticatorAsync(first);
        server.Clock.Advance(TimeSpan.FromMinutes(1));
        using var browser = new Browser(server.Issuer);

        (await browser.SignInAsync("alice")).ShouldBe("SecondFactorNeeded");
        (await browser.WhoAsync()).ShouldBeNull();
        using var thief = browser.Copy();
        var code = server.CodeOf(key);
        (await browser.PostAsync("/try/code", ("code", code))).Body.ShouldBe("SignedIn");
        (await browser.WhoAsync()).ShouldBe("admin:alice administrator");
        (await server.LastRecordAsync()).Detail.ShouldBe("password and one-time code");
        browser.Cookies.Keys.ShouldBe(["exchange-admin"]);

        (await thief.PostAsync("/try/code", ("code", code))).Body.ShouldBe("Refused");
        var record = await server.LastRecordAsync();
        (record.Kind, record.Reason, record.ClientId, record.Detail).ShouldBe((RecordKind.SignIn, "second_factor_wrong", "admin:alice", null));
        (await thief.WhoAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Five_wrong_codes_close_the_account_however_often_the_password_is_right_in_between()
    {
        await using var server = await AdminWorld.StartAsync();
        await server.AppointAsync("alice");
        using var first = await server.SignedInAsync("alice");
        var (key, _) = await server.SetUpAuthenticatorAsync(first);
        server.Clock.Advance(TimeSpan.FromMinutes(1));
        using var browser = new Browser(server.Issuer);
        for (var attempt = 0; attempt < SignInAttempts.Most; attempt++)
        {
            (await browser.SignInAsync("alice")).ShouldBe("SecondFactorNeeded");
            (await browser.PostAsync("/try/code", ("code", "000000"))).Body.ShouldBe("Refused");
            (await server.LastRecordAsync()).Reason.ShouldBe("second_factor_wrong");
        }

        (await browser.PostAsync("/try/code", ("code", server.CodeOf(key)))).Body.ShouldBe("Refused");
        (await server.LastRecordAsync()).Reason.ShouldBe("locked_out");
        (await browser.SignInAsync("alice")).ShouldBe("Refused");
        (await browser.PostAsync("/try/code", ("code", server.CodeOf(key)))).Body.ShouldBe("Expired", "the first step was taken back with the lock");
    }

    [Fact]
    public async Task The_second_factor_follows_the_password_within_five_minutes_and_only_while_the_account_stays_as_it_was()
    {
        await using var server = await AdminWorld.StartAsync();
        var alice = await server.AppointAsync("alice");
        using var first = await server.SignedInAsync("alice");
        var (key, _) = await server.SetUpAuthenticatorAsync(first);
        using var never = new Browser(server.Issuer);
        (await never.PostAsync("/try/code", ("code", server.CodeOf(key)))).Body.ShouldBe("Expired");

        using var late = new Browser(server.Issuer);
        (await late.SignInAsync("alice")).ShouldBe("SecondFactorNeeded");
        server.Clock.Advance(SignIns.SecondFactorWithin + TimeSpan.FromSeconds(1));
        (await late.PostAsync("/try/code", ("code", server.CodeOf(key)))).Body.ShouldBe("Expired");

        using var changed = new Browser(server.Issuer);
        (await changed.SignInAsync("alice")).ShouldBe("SecondFactorNeeded");
        await server.EditAsync(e => e.SignOutEverywhereAsync(alice.Id, AdministratorEditor.Command, default));
        (await changed.PostAsync("/try/code", ("code", server.CodeOf(key)))).Body.ShouldBe("Expired");
    }

    [Fact]
    public async Task A_recovery_code_stands_in_for_the_app_once()
    {
        await using var server = await AdminWorld.StartAsync();
        await server.AppointAsync("alice");
        using var first = await server.SignedInAsync("alice");
        var (_, codes) = await server.SetUpAuthenticatorAsync(first);
        codes.Count.ShouldBe(10);
        codes.Distinct(StringComparer.Ordinal).Count().ShouldBe(10);
        using var browser = new Browser(server.Issuer);

        await browser.SignInAsync("alice");
        (await browser.PostAsync("/try/recovery", ("code", codes[3].ToLowerInvariant()))).Body.ShouldBe("SignedIn");
        (await server.RecordsAsync()).Take(2).Select(r => (r.Kind, r.Reason, r.ClientId, r.Detail)).ShouldBe(
        [
            (RecordKind.SignIn, "signed_in", "admin:alice", "password and recovery code"), (RecordKind.SignIn, "recovery_code_used", "admin:alice", "9 left"),
        ]);

        await browser.SignInAsync("alice");
        (await browser.PostAsync("/try/recovery", ("code", codes[3]))).Body.ShouldBe("Refused");
        (await server.LastRecordAsync()).Reason.ShouldBe("second_factor_wrong");
        (await browser.PostAsync("/try/recovery", ("code", codes[4]))).Body.ShouldBe("SignedIn");
    }

    [Fact]
    public async Task Where_passwords_are_not_accepted_none_is()
    {
        await using var server = await AdminWorld.StartAsync(AdminWorld.With(("Admin:LocalSignIn", "false"), ("Admin:OpenIdConnect:Authority", "https://idp.example"), ("Admin:OpenIdConnect:ClientId", "x")));
        await server.AppointAsync("alice");
        using var browser = new Browser(server.Issuer);

        (await browser.SignInAsync("alice")).ShouldBe("Refused");

        (await server.LastRecordAsync()).Detail.ShouldBe("passwords are not accepted");
    }

    [Fact]
    public async Task Without_its_record_nobody_is_signed_in()
    {
        await using var server = await AdminWorld.StartAsync();
        await server.AppointAsync("alice");
        await using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={server.DatabasePath}"))
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = "ALTER TABLE ExchangeRecords RENAME TO Gone";
            await command.ExecuteNonQueryAsync();
        }

        using var browser = new Browser(server.Issuer);
        (await browser.PostAsync("/try/password", ("userName", "alice"), ("password", AdminWorld.Password))).Status.ShouldBe(503);

        browser.Cookies.ShouldBeEmpty();
    }
}
