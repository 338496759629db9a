using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Exchange;
using TokenExchange.Server.Settings;
using TokenExchange.Storage.Administrators;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Server.Administrators;

/// <summary>
/// The one door to who administers. Each act is on record in the transaction that makes it, and comes after every other one: whoever is about to leave the server
/// without an administrator, or has lost the right meanwhile, is refused, whatever others do at the same time.
/// </summary>
public sealed class AdministratorEditor(
    AdministratorStore store, AdministratorChanges changes, AdministratorUsers users, ExchangeLedger ledger, IOptions<ExchangeSettings> exchange, IOptions<AdminSettings> admin,
    IOptions<PolicySettings> policies, TimeProvider clock)
{
    /// <summary>Who acts with the commands of the executable: whoever has the host has the database.</summary>
    public static readonly Caller Command = new("command", null);

    /// <summary>How long a link to set a password is good.</summary>
    public static readonly TimeSpan InvitationLifetime = TimeSpan.FromHours(24);

    private static readonly NewAdministratorValidator Validator = new();

    /// <summary>All administrators, by user name.</summary>
    public Task<IReadOnlyList<Administrator>> ListAsync(CancellationToken cancellationToken) => store.ListAsync(cancellationToken);

    /// <summary>The one with this id, or null.</summary>
    public Task<Administrator?> FindAsync(string id, CancellationToken cancellationToken) => store.FindAsync(id, cancellationToken);

    /// <summary>Appoints somebody, who sets a password with the link of the outcome.</summary>
    public async Task<AdministratorOutcome> InviteAsync(NewAdministrator input, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(caller);
        var outcome = await changes.MakeAsync<AdministratorOutcome>(
            async () =>
            {
                if (!await MayAsync(caller))
                {
                    return new(new AdministratorOutcome.NotPermitted());
                }

                if (Validator.Problems(input) is { Count: > 0 } problems)
                {
                    return new(new AdministratorOutcome.Invalid(problems));
                }

                if (NeedsHost(caller, input.Roles!))
                {
                    return new(new AdministratorOutcome.NeedsHost());
                }

                if (await users.FindByNameAsync(input.UserName!) is not null)
                {
                    return new(new AdministratorOutcome.Invalid([new MemberProblem("userName", "somebody else has this name; choose another one")]));
                }

                var account = new AdministratorAccount
                {
                    UserName = input.UserName, DisplayName = string.IsNullOrWhiteSpace(input.DisplayName) ? input.UserName! : input.DisplayName.Trim(), Roles = Text(input.Roles!), CreatedAt = clock.GetUtcNow(),
                };
                var link = Invite(account);
                Sure(await users.CreateAsync(account));
                return new(
                    new AdministratorOutcome.Invited(Administrator.Of(account), link, account.InvitationExpiresAt!.Value), Record(AdministratorReasons.Created, caller, $"{account.UserName}: {account.Roles}"));
            },
            cancellationToken);
        return await RecordRefusalAsync(outcome, caller, "an appointment");
    }

    /// <summary>Gives other roles, from the next request on. Nobody gives themselves a right they do not have.</summary>
    public Task<AdministratorOutcome> ChangeRolesAsync(string id, string? seen, IReadOnlyList<string>? roles, Caller caller, CancellationToken cancellationToken) =>
        ChangeAsync(id, seen, caller, async account =>
        {
            if (!NewAdministratorValidator.AreRoles(roles))
            {
                return Refused(new AdministratorOutcome.Invalid([new MemberProblem("roles", NewAdministratorValidator.RolesMessage)]));
            }

            if (account.Issuer is { } issuer)
            {
                return Refused(new AdministratorOutcome.FromIssuer(issuer));
            }

            if (IsOwn(account, caller) && roles!.SelectMany(Roles.RightsOf).Except(account.RoleNames.SelectMany(Roles.RightsOf), StringComparer.Ordinal).Any())
            {
                return Refused(new AdministratorOutcome.OwnAccount());
            }

            if (NeedsHost(caller, roles!.Except(account.RoleNames, StringComparer.Ordinal)))
            {
                return Refused(new AdministratorOutcome.NeedsHost());
            }

            var before = account.Roles;
            account.Roles = Text(roles!);
            Sure(await users.UpdateAsync(account));
            return Done(account, AdministratorReasons.Changed, caller, $"{before} -> {account.Roles}");
        }, cancellationToken);

    /// <summary>Disables the account, which ends its sessions, or enables it again.</summary>
    public Task<AdministratorOutcome> EnableAsync(string id, string? seen, bool enabled, Caller caller, CancellationToken cancellationToken) =>
        ChangeAsync(id, seen, caller, async account =>
        {
            account.Enabled = enabled;
            Sure(await users.UpdateSecurityStampAsync(account));
            return Done(account, AdministratorReasons.Changed, caller, enabled ? "enabled" : "disabled");
        }, cancellationToken);

    /// <summary>Deletes the account. Its user name can be given to somebody else.</summary>
    public Task<AdministratorOutcome> DeleteAsync(string id, string? seen, Caller caller, CancellationToken cancellationToken) =>
        ChangeAsync(id, seen, caller, async account =>
        {
            account.Enabled = false;
            Sure(await users.DeleteAsync(account));
            return new(new AdministratorOutcome.Deleted(account.UserName!), Record(AdministratorReasons.Deleted, caller, account.UserName!));
        }, cancellationToken);

    /// <summary>Takes the password away, ends all sessions, and gives a link to set another one.</summary>
    public Task<AdministratorOutcome> ResetPasswordAsync(string id, string? seen, Caller caller, CancellationToken cancellationToken) =>
        ChangeAsync(id, seen, caller, account => ResetAsync(account, caller, "password reset", cancellationToken), cancellationToken);

    /// <summary>The same for who is locked out: takes the second factor away as well, and enables the account.</summary>
    public Task<AdministratorOutcome> ResetAllAsync(string id, Caller caller, CancellationToken cancellationToken) =>
        ChangeAsync(id, null, caller, async account =>
        {
            var more = (account.TwoFactorEnabled ? ", second factor removed" : string.Empty) + (account.Enabled ? string.Empty : ", enabled");
            (account.TwoFactorEnabled, account.Enabled) = (false, true);
            await changes.ForgetSecondFactorAsync(account.Id, cancellationToken);
            return await ResetAsync(account, caller, "password reset" + more, cancellationToken);
        }, cancellationToken);

    /// <summary>Takes authenticator app and recovery codes away, and ends all sessions: the password alone is asked for until another app is set up.</summary>
    public Task<AdministratorOutcome> ResetSecondFactorAsync(string id, string? seen, Caller caller, CancellationToken cancellationToken) =>
        ChangeAsync(id, seen, caller, async account =>
        {
            if (ObjectionToOpening(account, caller) is { } objection)
            {
                return Refused(objection);
            }

            account.TwoFactorEnabled = false;
            await changes.ForgetSecondFactorAsync(account.Id, cancellationToken);
            Sure(await users.UpdateSecurityStampAsync(account));
            return Done(account, AdministratorReasons.Changed, caller, "second factor removed");
        }, cancellationToken);

    /// <summary>Ends all sessions of the account.</summary>
    public Task<AdministratorOutcome> SignOutEverywhereAsync(string id, Caller caller, CancellationToken cancellationToken) =>
        ChangeAsync(id, null, caller, async account =>
        {
            Sure(await users.UpdateSecurityStampAsync(account));
            return Done(account, AdministratorReasons.SignedOutEverywhere, caller, "signed out everywhere");
        }, cancellationToken);

    private async Task<AdministratorChange<AdministratorOutcome>> ResetAsync(AdministratorAccount account, Caller caller, string words, CancellationToken cancellationToken)
    {
        if (ObjectionToOpening(account, caller) is { } objection)
        {
            return Refused(objection);
        }

        account.PasswordHash = null;
        var link = Invite(account);
        Sure(await users.UpdateSecurityStampAsync(account));
        await changes.OpenAsync(account.Id, cancellationToken);
        return new(
            new AdministratorOutcome.Invited(Administrator.Of(account), link, account.InvitationExpiresAt!.Value), Record(AdministratorReasons.Changed, caller, $"{account.UserName}: {words}"));
    }

    /// <summary>Whether this account can appoint administrators, now.</summary>
    private bool CanAppoint(AdministratorAccount account) => account is { Enabled: true }
        && ((admin.Value.LocalSignIn && account.PasswordHash is not null) || (admin.Value.OpenIdConnect.IsConfigured && account.Issuer is not null))
        && account.RoleNames.Contains(Roles.Administrator, StringComparer.Ordinal);

    /// <summary>Whatever Identity refuses was judged before: it is a bug, or a stamp that somebody changed outside of this.</summary>
    internal static void Sure(IdentityResult result)
    {
        if (!result.Succeeded)
        {
            throw new InvalidOperationException($"The account could not be written: {string.Join(", ", result.Errors.Select(e => e.Code))}.");
        }
    }

    internal static string Text(IEnumerable<string> roles) => string.Join(' ', Roles.All.Where(roles.Contains));

    private static bool IsOwn(AdministratorAccount account, Caller caller) => string.Equals(AdministratorRecords.CallerId(account.UserName!), caller.ClientId, StringComparison.Ordinal);

    private static AdministratorChange<AdministratorOutcome> Refused(AdministratorOutcome outcome) => new(outcome);

    private async Task<AdministratorOutcome> ChangeAsync(
        string id, string? seen, Caller caller, Func<AdministratorAccount, Task<AdministratorChange<AdministratorOutcome>>> change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        var about = string.Empty;
        var outcome = await changes.MakeAsync(
            async () =>
            {
                if (!await MayAsync(caller))
                {
                    return Refused(new AdministratorOutcome.NotPermitted());
                }

                if (await users.FindByIdAsync(id) is not { } account)
                {
                    return Refused(new AdministratorOutcome.NotFound());
                }

                about = account.UserName!;
                if (seen is not null && !string.Equals(account.ConcurrencyStamp, seen, StringComparison.Ordinal))
                {
                    return Refused(new AdministratorOutcome.Stale(Administrator.Of(account)));
                }

                // Looked at when it is made, and undone where nobody would be left. A command gives a link, and whoever has the host has another way in.
                var could = CanAppoint(account);
                var made = await change(account);
                return could && !CanAppoint(account) && made.Records.Count > 0 && !ReferenceEquals(caller, Command) && !await changes.AnyOtherAsync(account.Id, Roles.Administrator, admin.Value.LocalSignIn, admin.Value.OpenIdConnect.IsConfigured, cancellationToken)
                    ? Refused(new AdministratorOutcome.LastAdministrator())
                    : made;
            },
            cancellationToken);
        return await RecordRefusalAsync(outcome, caller, about);
    }

    // To take away what somebody proves with who they are, password or second factor.
    private AdministratorOutcome? ObjectionToOpening(AdministratorAccount account, Caller caller) =>
        account.Issuer is { } issuer ? new AdministratorOutcome.FromIssuer(issuer)
        : IsOwn(account, caller) ? new AdministratorOutcome.OwnAccount()
        : NeedsHost(caller, account.RoleNames) ? new AdministratorOutcome.NeedsHost()
        : null;

    // Who could make an account that writes or publishes policies, or take one over, would have a second pair of eyes. Whoever has the host could write the tables.
    private bool NeedsHost(Caller caller, IEnumerable<string> roles) => policies.Value.FourEyes && !ReferenceEquals(caller, Command)
        && roles.SelectMany(Roles.RightsOf).Intersect([Rights.Author, Rights.Publish, Rights.Administer], StringComparer.Ordinal).Any();

    // After the change, which is none and keeps no record of its own.
    private async Task<AdministratorOutcome> RecordRefusalAsync(AdministratorOutcome outcome, Caller caller, string about)
    {
        if (outcome is AdministratorOutcome.NeedsHost)
        {
            await ledger.RecordAsync(Record(AdministratorReasons.FourEyes, caller, about), CancellationToken.None);
        }
        else if (outcome is AdministratorOutcome.NotPermitted)
        {
            await ledger.RecordAsync(AdministratorRecords.Refusal(clock.GetUtcNow(), caller.ClientId, caller.Source, about), CancellationToken.None);
        }

        return outcome;
    }

    // Judged again here: who was an administrator when the request began may not be one when its turn comes.
    private async Task<bool> MayAsync(Caller caller) =>
        ReferenceEquals(caller, Command)
        || (caller.ClientId.StartsWith(AdministratorRecords.CallerPrefix, StringComparison.Ordinal)
            && await users.FindByNameAsync(caller.ClientId[AdministratorRecords.CallerPrefix.Length..]) is { Enabled: true } account
            && IsOwn(account, caller)
            && account.RoleNames.SelectMany(Roles.RightsOf).Contains(Rights.Administer, StringComparer.Ordinal));

    private string Invite(AdministratorAccount account)
    {
        var code = RandomCode.New();
        (account.InvitationHash, account.InvitationExpiresAt) = (RandomCode.Hash(code), clock.GetUtcNow() + InvitationLifetime);
        return $"{exchange.Value.Issuer}{AdministratorSchemes.SetPasswordPath}?code={code}";
    }

    private AdministratorChange<AdministratorOutcome> Done(AdministratorAccount account, string reason, Caller caller, string what) =>
        new(new AdministratorOutcome.Changed(Administrator.Of(account)), Record(reason, caller, $"{account.UserName}: {what}"));

    private ExchangeRecord Record(string reason, Caller caller, string detail) => AdministratorRecords.Change(clock.GetUtcNow(), reason, caller, detail);
}
