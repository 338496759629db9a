using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Storage.Administrators;
using TokenExchange.Storage.Audit;
using TokenExchange.Storage.Tests.Databases;

namespace TokenExchange.Storage.Tests;

/// <summary>Accounts of administrators, and changes of them, which come one after the other.</summary>
public abstract class AdministratorTests(DatabaseServer server) : StorageTests(server)
{
    private const string Boss = "boss";

    [Fact]
    public async Task Every_member_is_read_as_it_was_written()
    {
        var account = New();
        account.PasswordHash = "hash";
        (account.InvitationHash, account.InvitationExpiresAt, account.TwoFactorEnabled, account.Issuer) = ("invitation", Some.Now.AddDays(1), true, "https://idp.example");
        await CreateAsync(account);

        var read = await Database.Administrators.FindAsync(account.Id, Stop);

        Text(read).ShouldBe(Text(new Administrator
        {
            Id = account.Id, UserName = account.UserName!, DisplayName = "Somebody", Roles = [Boss, "clerk"], Enabled = true, Issuer = "https://idp.example", HasPassword = true, HasSecondFactor = true,
            InvitedUntil = Some.Now.AddDays(1), CreatedAt = Some.Now, Version = account.ConcurrencyStamp!,
        }));
        Text((await Database.Administrators.ListAsync(Stop)).Single(a => a.Id == account.Id)).ShouldBe(Text(read));
        (await Database.Administrators.FindAsync(Some.Id(), Stop)).ShouldBeNull();
    }

    [Fact]
    public async Task Names_that_differ_in_case_are_one()
    {
        var account = New();
        await CreateAsync(account);
        await using var scope = Database.CreateScope();
        var (users, db) = (Users(scope), scope.ServiceProvider.GetRequiredService<ExchangeDbContext>());
        var second = New(account.UserName!.ToUpperInvariant());

        (await users.CreateAsync(second)).Errors.Select(e => e.Code).ShouldBe(["DuplicateUserName"]);
        second.NormalizedUserName = account.NormalizedUserName;
        db.Add(second);
        await Should.ThrowAsync<DbUpdateException>(() => db.SaveChangesAsync(Stop));
        (await users.FindByNameAsync(account.UserName.ToUpperInvariant()))!.Id.ShouldBe(account.Id);
    }

    [Fact]
    public async Task Who_changes_what_somebody_else_has_changed_meanwhile_is_refused()
    {
        var account = New();
        await CreateAsync(account);
        await using var one = Database.CreateScope();
        await using var other = Database.CreateScope();
        var (mine, theirs) = ((await Users(one).FindByIdAsync(account.Id))!, (await Users(other).FindByIdAsync(account.Id))!);
        (mine.DisplayName, theirs.DisplayName) = ("Mine", "Theirs");

        (await Users(one).UpdateAsync(mine)).Succeeded.ShouldBeTrue();

        (await Users(other).UpdateAsync(theirs)).Errors.Select(e => e.Code).ShouldBe(["ConcurrencyFailure"]);
        (await Database.Administrators.FindAsync(account.Id, Stop))!.DisplayName.ShouldBe("Mine");
    }

    [Fact]
    public async Task An_invitation_is_found_by_its_hash_until_it_ends_and_while_the_account_is_enabled()
    {
        var account = New();
        (account.InvitationHash, account.InvitationExpiresAt) = (Some.Id(), Some.Now.AddHours(1));
        await CreateAsync(account);

        (await Database.Administrators.FindInvitedAsync(account.InvitationHash, Some.Now.AddHours(1).AddTicks(-1), Stop))!.Id.ShouldBe(account.Id);
        (await Database.Administrators.FindInvitedAsync(account.InvitationHash, Some.Now.AddHours(1), Stop)).ShouldBeNull();
        (await Database.Administrators.FindInvitedAsync(Some.Id(), Some.Now, Stop)).ShouldBeNull();
        await ChangeAsync(account.Id, a => a.Enabled = false);
        (await Database.Administrators.FindInvitedAsync(account.InvitationHash, Some.Now, Stop)).ShouldBeNull();
    }

    [Fact]
    public async Task A_change_without_a_record_is_none()
    {
        var account = New();
        await CreateAsync(account);
        var records = await Database.CountRecordsAsync(Stop);

        await ChangeAsync(account.Id, a => a.DisplayName = "Other", recorded: false);
        (await Database.Administrators.FindAsync(account.Id, Stop))!.DisplayName.ShouldBe("Somebody");
        (await Database.CountRecordsAsync(Stop)).ShouldBe(records);

        await Should.ThrowAsync<NotSupportedException>(() => ChangeAsync(account.Id, _ => throw new NotSupportedException()));
        await ChangeAsync(account.Id, a => a.DisplayName = "Other");
        (await Database.Administrators.FindAsync(account.Id, Stop))!.DisplayName.ShouldBe("Other");
        (await Database.Ledger.ReadLatestAsync(1, Stop))[0].Reason.ShouldBe("administrator_changed");
        (await Database.CountRecordsAsync(Stop)).ShouldBe(records + 1);
    }

    [Fact]
    public async Task Of_those_who_leave_at_once_one_always_stays()
    {
        var role = Some.Id();
        var accounts = Enumerable.Range(0, 6).Select(_ => New(roles: role)).ToList();
        foreach (var account in accounts)
        {
            account.PasswordHash = "hash";
            await CreateAsync(account);
        }

        var left = await AtOnceAsync(accounts.Count, async i =>
        {
            await using var scope = Database.CreateScope();
            var (changes, users) = (Changes(scope), Users(scope));
            return await changes.MakeAsync<bool>(
                async () =>
                {
                    if (!await changes.AnyOtherAsync(accounts[i].Id, role, byPassword: true, atProvider: true, Stop))
                    {
                        return new(false);
                    }

                    var account = (await users.FindByIdAsync(accounts[i].Id))!;
                    account.Enabled = false;
                    (await users.UpdateAsync(account)).Succeeded.ShouldBeTrue();
                    return new(true, Some.Record(RecordKind.Configuration, "administrator_changed"));
                },
                Stop);
        });

        left.Count(l => l).ShouldBe(accounts.Count - 1);
        (await Database.Administrators.ListAsync(Stop)).Count(a => a.Roles.Contains(role, StringComparer.Ordinal) && a.Enabled).ShouldBe(1);
    }

    [Fact]
    public async Task Somebody_else_counts_who_is_enabled_has_exactly_the_role_and_can_sign_in()
    {
        var role = Some.Id();
        async Task<bool> AnyAsync()
        {
            await using var scope = Database.CreateScope();
            return await Changes(scope).AnyOtherAsync("me", role, byPassword: true, atProvider: true, Stop);
        }

        var account = New(roles: $"clerk {role}");
        await CreateAsync(account);
        await CreateAsync(New(roles: role + "2"));
        (await AnyAsync()).ShouldBeFalse("nobody has set a password");
        await ChangeAsync(account.Id, a => a.PasswordHash = "hash");
        (await AnyAsync()).ShouldBeTrue();
        await ChangeAsync(account.Id, a => a.Enabled = false);
        (await AnyAsync()).ShouldBeFalse();
        await ChangeAsync(account.Id, a => (a.Enabled, a.PasswordHash, a.Issuer) = (true, null, "https://idp.example"));
        (await AnyAsync()).ShouldBeTrue();
        (await Database.Administrators.AnyAsync(role, Stop)).ShouldBeTrue();
        (await Database.Administrators.AnyAsync(role[..^1], Stop)).ShouldBeFalse();
    }

    [Fact]
    public async Task Of_a_second_factor_nothing_usable_is_at_rest()
    {
        var account = New();
        await CreateAsync(account);
        await using var scope = Database.CreateScope();
        var users = Users(scope);
        var kept = (await users.FindByIdAsync(account.Id))!;
        await users.SetAuthenticationTokenAsync(kept, AdministratorUserStore.KeptBy, AdministratorUserStore.AuthenticatorKey, "SECRET");
        var codes = (await users.GenerateNewTwoFactorRecoveryCodesAsync(kept, 3))!.ToList();

        (await users.GetAuthenticatorKeyAsync(kept)).ShouldBe("SECRET");
        await using var fresh = Database.CreateScope();
        var values = await fresh.ServiceProvider.GetRequiredService<ExchangeDbContext>().Set<IdentityUserToken<string>>().Where(t => t.UserId == account.Id).Select(t => t.Value!).ToListAsync(Stop);
        values.Count.ShouldBe(2);
        values.ShouldContain("TERCES", StringComparer.Ordinal);
        foreach (var value in values.SelectMany(v => new[] { v, string.Concat(v.Reverse()) }))
        {
            codes.ShouldAllBe(c => !value.Contains(c, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_recovery_code_is_good_once_however_many_come_with_it()
    {
        var account = New();
        await CreateAsync(account);
        List<string> codes;
        await using (var scope = Database.CreateScope())
        {
            codes = [.. (await Users(scope).GenerateNewTwoFactorRecoveryCodesAsync((await Users(scope).FindByIdAsync(account.Id))!, 3))!];
        }

        async Task<bool> RedeemAsync(string code)
        {
            await using var scope = Database.CreateScope();
            return await Changes(scope).MakeAsync<bool>(
                async () => (await Users(scope).RedeemTwoFactorRecoveryCodeAsync((await Users(scope).FindByIdAsync(account.Id))!, code)).Succeeded
                    ? new(true, Some.Record(RecordKind.SignIn, "recovery_code_used"))
                    : new(false),
                Stop);
        }

        (await AtOnceAsync(6, i => RedeemAsync(codes[i % 2]))).Count(r => r).ShouldBe(2);
        (await RedeemAsync("never")).ShouldBeFalse();
        (await RedeemAsync(codes[2])).ShouldBeTrue();
        await using var after = Database.CreateScope();
        (await Users(after).CountRecoveryCodesAsync((await Users(after).FindByIdAsync(account.Id))!)).ShouldBe(0);
    }

    [Fact]
    public async Task With_an_account_goes_all_that_is_its()
    {
        var account = New();
        await CreateAsync(account);
        await using var scope = Database.CreateScope();
        var users = Users(scope);
        var kept = (await users.FindByIdAsync(account.Id))!;
        await users.AddLoginAsync(kept, new UserLoginInfo("https://idp.example", account.Id, null));
        await users.SetAuthenticationTokenAsync(kept, AdministratorUserStore.KeptBy, AdministratorUserStore.AuthenticatorKey, "SECRET");
        (await Database.SignIns.BeginAsync(Some.Id(), account.Id, kept.SecurityStamp!, Some.Now, Some.Now, Some.Record(RecordKind.SignIn, "signed_in"), Stop)).ShouldBeTrue();
        (await users.FindByLoginAsync("https://idp.example", account.Id))!.Id.ShouldBe(account.Id);
        (await users.FindByLoginAsync("https://IDP.example", account.Id)).ShouldBeNull();

        (await users.DeleteAsync(kept)).Succeeded.ShouldBeTrue();

        (await Database.Administrators.FindAsync(account.Id, Stop)).ShouldBeNull();
        await using var fresh = Database.CreateScope();
        (await Users(fresh).FindByLoginAsync("https://idp.example", account.Id)).ShouldBeNull();
        (await fresh.ServiceProvider.GetRequiredService<ExchangeDbContext>().Set<IdentityUserToken<string>>().AnyAsync(t => t.UserId == account.Id, Stop)).ShouldBeFalse();
    }

    private static AdministratorChanges Changes(AsyncServiceScope scope) => scope.ServiceProvider.GetRequiredService<AdministratorChanges>();

    private static UserManager<AdministratorAccount> Users(AsyncServiceScope scope) => scope.ServiceProvider.GetRequiredService<UserManager<AdministratorAccount>>();

    private static AdministratorAccount New(string? name = null, string roles = $"{Boss} clerk") =>
        new() { UserName = name ?? "a" + Some.Id()[..20], DisplayName = "Somebody", Roles = roles, CreatedAt = Some.Now };

    private async Task CreateAsync(AdministratorAccount account)
    {
        await using var scope = Database.CreateScope();
        (await Users(scope).CreateAsync(account)).Errors.Select(e => e.Description).ShouldBeEmpty();
    }

    private async Task ChangeAsync(string id, Action<AdministratorAccount> change, bool recorded = true)
    {
        await using var scope = Database.CreateScope();
        await Changes(scope).MakeAsync<bool>(
            async () =>
            {
                var account = (await Users(scope).FindByIdAsync(id))!;
                change(account);
                (await Users(scope).UpdateAsync(account)).Succeeded.ShouldBeTrue();
                return recorded ? new(true, Some.Record(RecordKind.Configuration, "administrator_changed")) : new(true);
            },
            Stop);
    }
}

[Collection(OnSqlite.Name)]
public sealed class SqliteAdministratorTests(SqliteServer server) : AdministratorTests(server);

[Collection(OnSqlServer.Name)]
public sealed class SqlServerAdministratorTests(SqlServerServer server) : AdministratorTests(server);
