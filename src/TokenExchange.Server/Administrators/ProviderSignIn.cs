using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using TokenExchange.Core.Tokens;
using TokenExchange.Server.Exchange;
using TokenExchange.Server.Settings;
using TokenExchange.Storage.Administrators;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Server.Administrators;

/// <summary>
/// Who comes from the identity provider of administrators, as an account here: known by issuer and <c>sub</c> and nothing else, with the roles that the provider
/// says at this sign-in. Who has none is refused, and loses those of the last time.
/// </summary>
public sealed class ProviderSignIn(
    AdministratorUsers users, AdministratorChanges changes, AdministratorSessions sessions, ExchangeLedger ledger, IOptions<AdminSettings> settings, TimeProvider clock)
{
    /// <summary>They have no role, or their account here is closed.</summary>
    public const string Refused = "refused";

    /// <summary>The provider said no, or its answer is not good.</summary>
    public const string BadAnswer = "provider";

    /// <summary>The provider could not be asked.</summary>
    public const string Unreachable = "unreachable";

    /// <summary>What to tell whoever comes back to the page to sign in without being signed in; null for a word that is none of ours.</summary>
    /// <param name="problem">The word in the address: <see cref="Refused"/>, <see cref="BadAnswer"/> or <see cref="Unreachable"/>.</param>
    public static string? SentenceOf(string? problem) => problem switch
    {
        Refused => "Your organisation knows you, but you may not administer this server. Ask an administrator for a role.",
        BadAnswer => "You were not signed in: what came back from your organisation cannot be accepted, or was not asked for in this browser. Sign in once more.",
        Unreachable => "Your organisation's sign-in cannot be reached, or does not work as it should. Try again in a minute.",
        _ => null,
    };

    /// <summary>Begins a session for whom the provider has vouched for; null when it is refused, which is then on record.</summary>
    internal async Task<ClaimsPrincipal?> BeginAsync(ClaimsPrincipal vouchedFor, IPAddress? source, CancellationToken cancellationToken)
    {
        var (issuer, subject) = (vouchedFor.FindFirst("iss")?.Value, vouchedFor.FindFirst("sub")?.Value);
        if (issuer is not { Length: > 0 and <= AdministratorAccount.MaxIssuer } || subject is not { Length: > 0 and <= AdministratorAccount.MaxSubject })
        {
            return await RefuseAsync(null, source, "iss or sub is missing or too long");
        }

        if (!IsUnmistakable(issuer) || !IsUnmistakable(subject))
        {
            return await RefuseAsync(null, source, "iss or sub ends in white space or holds what cannot be seen");
        }

        var account = await changes.MakeAsync(() => TakeAsync(vouchedFor, issuer, subject, source), cancellationToken);
        return account is null ? await RefuseAsync(null, source, $"no role for {RecordText.Harmless(subject)} of {issuer}")
            : account.Roles.Length == 0 ? await RefuseAsync(account, source, "no role any more")
            : !account.Enabled ? await RefuseAsync(account, source, "disabled")
            : await sessions.BeginAsync(account.Id, account.UserName!, account.SecurityStamp!, source, "identity provider", cancellationToken)
                ?? await RefuseAsync(account, source, "changed meanwhile");
    }

    // Accounts are found in the database, and some databases overlook spaces at the end: "alice " would get the account of "alice".
    private static bool IsUnmistakable(string text) => JsonClaims.IsIdentifier(text) && !char.IsWhiteSpace(text[^1]);

    private async Task<AdministratorChange<AdministratorAccount?>> TakeAsync(ClaimsPrincipal vouchedFor, string issuer, string subject, IPAddress? source)
    {
        var roles = AdministratorEditor.Text(vouchedFor.FindAll(settings.Value.OpenIdConnect.RoleClaim).SelectMany(c => settings.Value.OpenIdConnect.RolesOf(c.Value)));
        if (await users.FindByLoginAsync(issuer, subject) is { } known)
        {
            if (string.Equals(known.Roles, roles, StringComparison.Ordinal))
            {
                return new(known);
            }

            var before = known.Roles;
            known.Roles = roles;
            AdministratorEditor.Sure(await users.UpdateAsync(known));
            return new(known, Record(AdministratorReasons.Changed, known, source, $"{before} -> {roles}, by {issuer}"));
        }

        if (roles.Length == 0)
        {
            return new(null);
        }

        var name = vouchedFor.FindFirst("preferred_username")?.Value ?? vouchedFor.FindFirst("email")?.Value ?? subject;
        var display = RecordText.Printable(vouchedFor.FindFirst("name")?.Value ?? name);
        var account = new AdministratorAccount
        {
            UserName = await FreeAsync(name), DisplayName = display.Length <= AdministratorAccount.MaxDisplayName ? display : display[..AdministratorAccount.MaxDisplayName],
            Roles = roles, Issuer = issuer, CreatedAt = clock.GetUtcNow(),
        };
        AdministratorEditor.Sure(await users.CreateAsync(account));
        AdministratorEditor.Sure(await users.AddLoginAsync(account, new UserLoginInfo(issuer, subject, null)));
        return new(account, Record(AdministratorReasons.Created, account, source, $"{roles}, by {issuer}"));
    }

    // Within the change: nobody takes it in between. Never another's: records would mix the two up.
    private async Task<string> FreeAsync(string name)
    {
        foreach (var candidate in UserNames.From(name))
        {
            if (await users.FindByNameAsync(candidate) is null)
            {
                return candidate;
            }
        }

        throw new InvalidOperationException("There is always another name.");
    }

    private ExchangeRecord Record(string reason, AdministratorAccount account, IPAddress? source, string detail) =>
        AdministratorRecords.Change(clock.GetUtcNow(), reason, new Caller(AdministratorRecords.CallerId(account.UserName!), source), $"{account.UserName}: {detail}");

    private async Task<ClaimsPrincipal?> RefuseAsync(AdministratorAccount? account, IPAddress? source, string detail)
    {
        await ledger.RecordAsync(AdministratorRecords.SignIn(clock.GetUtcNow(), AdministratorReasons.Refused, account?.UserName, source, detail), CancellationToken.None);
        return null;
    }
}
