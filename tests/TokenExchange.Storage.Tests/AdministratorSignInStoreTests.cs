using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Storage.Administrators;
using TokenExchange.Storage.Audit;
using TokenExchange.Storage.Tests.Databases;

namespace TokenExchange.Storage.Tests;

/// <summary>Attempts, used codes and sessions of administrators, counted right however many come at once.</summary>
public abstract class AdministratorSignInStoreTests(DatabaseServer server) : StorageTests(server)
{
    private const int Most = 5;
    private static readonly DateTimeOffset s_now = Some.Now;
    private static readonly DateTimeOffset s_locked = s_now.AddMinutes(15);

    private AdministratorSignInStore Store => Database.SignIns;

    [Fact]
    public async Task Of_many_attempts_at_once_five_are_taken_and_then_none_until_the_lock_ends()
    {
        var id = (await CreateAsync()).Id;

        (await AtOnceAsync(30, _ => TakeAsync(id, s_now))).Count(t => t).ShouldBe(Most);

        (await TakeAsync(id, s_locked.AddTicks(-1))).ShouldBeFalse();
        (await Database.Administrators.FindAsync(id, Stop))!.LockedUntil.ShouldBe(s_locked);
        (await AtOnceAsync(30, _ => Store.TryTakeAttemptAsync(id, Most, s_locked, s_locked.AddMinutes(15), Stop))).Count(t => t).ShouldBe(Most);
        (await Database.Administrators.FindAsync(id, Stop))!.LockedUntil.ShouldBe(s_locked.AddMinutes(15));
    }

    [Fact]
    public async Task An_attempt_for_nobody_is_never_taken()
    {
        (await TakeAsync(null, s_now)).ShouldBeFalse();
        (await TakeAsync(Some.Id(), s_now)).ShouldBeFalse();
    }

    [Fact]
    public async Task An_attempt_that_was_right_does_not_count_and_opens_the_account()
    {
        var id = (await CreateAsync()).Id;
        for (var attempt = 0; attempt < Most; attempt++)
        {
            (await TakeAsync(id, s_now)).ShouldBeTrue();
        }

        await Store.GiveBackAttemptAsync(id, Stop);

        (await TakeAsync(id, s_now)).ShouldBeTrue("the one that was given back");
        (await TakeAsync(id, s_now)).ShouldBeFalse("and no more");
    }

    [Fact]
    public async Task What_sign_ins_count_is_not_put_back_by_a_change_of_the_account_that_began_before()
    {
        var created = await CreateAsync();
        await using var scope = Database.CreateScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<AdministratorAccount>>();
        var seen = (await users.FindByIdAsync(created.Id))!;
        for (var attempt = 0; attempt < Most; attempt++)
        {
            await TakeAsync(created.Id, s_now);
        }

        (await Store.TryUseCodeAsync(created.Id, 7, Stop)).ShouldBeTrue();

        seen.DisplayName = "Other";
        (await users.UpdateAsync(seen)).Succeeded.ShouldBeTrue();

        (await TakeAsync(created.Id, s_now)).ShouldBeFalse();
        (await Store.TryUseCodeAsync(created.Id, 7, Stop)).ShouldBeFalse();
        var read = (await Database.Administrators.FindAsync(created.Id, Stop))!;
        (read.DisplayName, read.LockedUntil).ShouldBe(("Other", s_locked));
    }

    [Fact]
    public async Task A_code_is_used_once_and_none_before_it_any_more()
    {
        var id = (await CreateAsync()).Id;

        (await AtOnceAsync(10, _ => Store.TryUseCodeAsync(id, 100, Stop))).Count(u => u).ShouldBe(1);

        (await Store.TryUseCodeAsync(id, 99, Stop)).ShouldBeFalse();
        (await Store.TryUseCodeAsync(id, 101, Stop)).ShouldBeTrue();
        (await Store.TryUseCodeAsync(Some.Id(), 101, Stop)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_session_is_found_with_the_account_as_it_is_now()
    {
        var account = await CreateAsync();
        var session = await BeginAsync(account);
        (await Store.FindAsync(session, s_now.AddTicks(-1), Stop)).ShouldNotBeNull().ShouldSatisfyAllConditions(
            s => s.AccountId.ShouldBe(account.Id), s => s.UserName.ShouldBe(account.UserName), s => s.DisplayName.ShouldBe("Somebody"), s => s.Roles.ShouldBe(["boss", "clerk"]), s => s.SignedInAt.ShouldBe(s_now));

        await ChangeAsync(account.Id, a => a.Roles = "clerk");

        (await Store.FindAsync(session, s_now.AddTicks(-1), Stop))!.Roles.ShouldBe(["clerk"]);
    }

    [Fact]
    public async Task A_session_is_over_when_it_ends_is_old_or_the_account_is_disabled_or_has_another_stamp()
    {
        var account = await CreateAsync();
        var (first, second, third) = (await BeginAsync(account), await BeginAsync(account), await BeginAsync(account));
        Task<bool> Lives(string session) => Store.FindAsync(session, s_now.AddTicks(-1), Stop).ContinueWith(f => f.Result is not null, Stop);

        (await Store.FindAsync(first, s_now, Stop)).ShouldBeNull("it is too old");
        (await Lives(Some.Id())).ShouldBeFalse();
        await Store.EndAsync(first, Stop);
        (await Lives(first)).ShouldBeFalse();
        (await Lives(second)).ShouldBeTrue();

        await ChangeAsync(account.Id, a => a.Enabled = false);
        (await Lives(second)).ShouldBeFalse();
        await ChangeAsync(account.Id, a => a.Enabled = true);
        (await Lives(second)).ShouldBeTrue();

        await using var scope = Database.CreateScope();
        var (changes, users) = (scope.ServiceProvider.GetRequiredService<AdministratorChanges>(), scope.ServiceProvider.GetRequiredService<UserManager<AdministratorAccount>>());
        await changes.MakeAsync<bool>(
            async () =>
            {
                var changed = (await users.FindByIdAsync(account.Id))!;
                await users.UpdateSecurityStampAsync(changed);
                await changes.KeepSessionAsync(third, changed.SecurityStamp!, Stop);
                return new(true, Some.Record(RecordKind.Configuration, "administrator_changed"));
            },
            Stop);
        (await Lives(second)).ShouldBeFalse();
        (await Lives(third)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_session_begins_with_its_record_and_attempts_count_from_nothing_again()
    {
        var account = await CreateAsync();
        var old = await BeginAsync(account);
        for (var attempt = 0; attempt < Most; attempt++)
        {
            await TakeAsync(account.Id, s_now);
        }

        await BeginAsync(account, s_now.AddHours(1));

        (await Database.Ledger.ReadLatestAsync(1, Stop))[0].Kind.ShouldBe(RecordKind.SignIn);
        (await TakeAsync(account.Id, s_now)).ShouldBeTrue();
        (await Database.Administrators.FindAsync(account.Id, Stop))!.LastSignInAt.ShouldBe(s_now.AddHours(1));
        (await Store.FindAsync(old, s_now.AddTicks(-1), Stop)).ShouldBeNull("sessions that began before what was said are forgotten");
    }

    [Fact]
    public async Task Old_sessions_are_deleted_whosever_they_are_and_no_others()
    {
        // Long before anything else in this database, because suites share it.
        var day = new DateTimeOffset(2001, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var (one, other) = (await CreateAsync(), await CreateAsync());
        var old = new[] { await BeginAsync(one, day.AddTicks(-1)), await BeginAsync(other, day.AddTicks(-1)) };
        var stays = await BeginAsync(one, day, endedBefore: DateTimeOffset.MinValue);

        (await Database.Pruning.PruneSessionsAsync(day, Stop)).ShouldBe(2);
        (await Database.Pruning.PruneSessionsAsync(day, Stop)).ShouldBe(0);

        foreach (var session in old)
        {
            (await Store.FindAsync(session, DateTimeOffset.MinValue, Stop)).ShouldBeNull();
        }

        (await Store.FindAsync(stays, DateTimeOffset.MinValue, Stop))!.SignedInAt.ShouldBe(day);
    }

    [Fact]
    public async Task No_session_begins_for_an_account_that_is_disabled_or_has_another_stamp_by_now()
    {
        var account = await CreateAsync();
        var records = await Database.CountRecordsAsync(Stop);
        var id = Some.Id();
        (await Store.BeginAsync(id, account.Id, "other", s_now, s_now, Some.Record(RecordKind.SignIn, "signed_in"), Stop)).ShouldBeFalse();
        (await Database.CountRecordsAsync(Stop)).ShouldBe(records);
        await ChangeAsync(account.Id, a => a.Enabled = false);

        (await Store.BeginAsync(id, account.Id, account.SecurityStamp!, s_now, s_now, Some.Record(RecordKind.SignIn, "signed_in"), Stop)).ShouldBeFalse();

        (await Store.FindAsync(id, DateTimeOffset.MinValue, Stop)).ShouldBeNull();
    }

    private Task<bool> TakeAsync(string? id, DateTimeOffset now) => Store.TryTakeAttemptAsync(id, Most, now, s_locked, Stop);

    private async Task<string> BeginAsync(AdministratorAccount account, DateTimeOffset? at = null, DateTimeOffset? endedBefore = null)
    {
        var id = Some.Id();
        (await Store.BeginAsync(id, account.Id, account.SecurityStamp!, at ?? s_now, endedBefore ?? at ?? s_now, Some.Record(RecordKind.SignIn, "signed_in"), Stop)).ShouldBeTrue();
        return id;
    }

    private async Task<AdministratorAccount> CreateAsync()
    {
        var account = new AdministratorAccount { UserName = "a" + Some.Id()[..20], DisplayName = "Somebody", Roles = "boss clerk", CreatedAt = s_now };
        await using var scope = Database.CreateScope();
        (await scope.ServiceProvider.GetRequiredService<UserManager<AdministratorAccount>>().CreateAsync(account)).Errors.Select(e => e.Description).ShouldBeEmpty();
        return account;
    }

    private async Task ChangeAsync(string id, Action<AdministratorAccount> change)
    {
        await using var scope = Database.CreateScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<AdministratorAccount>>();
        var account = (await users.FindByIdAsync(id))!;
        change(account);
        (await users.UpdateAsync(account)).Succeeded.ShouldBeTrue();
    }
}

[Collection(OnSqlite.Name)]
public sealed class SqliteAdministratorSignInStoreTests(SqliteServer server) : AdministratorSignInStoreTests(server);

[Collection(OnSqlServer.Name)]
public sealed class SqlServerAdministratorSignInStoreTests(SqlServerServer server) : AdministratorSignInStoreTests(server);
