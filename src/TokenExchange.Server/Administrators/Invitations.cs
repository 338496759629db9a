using System.Net;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Exchange;
using TokenExchange.Storage.Administrators;

namespace TokenExchange.Server.Administrators;

/// <summary>What came of setting a password.</summary>
public abstract record PasswordOutcome
{
    private PasswordOutcome()
    {
    }

    /// <summary>It is set; the link is used up, and one can sign in.</summary>
    public sealed record PasswordSet(Administrator Administrator) : PasswordOutcome;

    /// <summary>The link is no longer good: used, expired, replaced by another one, or never was.</summary>
    public sealed record NotGood : PasswordOutcome;

    /// <summary>It cannot be this one; nothing was changed and the link is still good.</summary>
    public sealed record Invalid(IReadOnlyList<MemberProblem> Problems) : PasswordOutcome;

    /// <summary>Too many are at it at this moment; nothing was judged.</summary>
    public sealed record Busy(TimeSpan RetryAfter) : PasswordOutcome;
}

/// <summary>Links with which administrators set a password: once, within a day, and none but the last that was given.</summary>
public sealed class Invitations(AdministratorStore store, AdministratorChanges changes, AdministratorUsers users, PasswordWork passwords, TimeProvider clock)
{
    /// <summary>Whose password can be set with this code, or null.</summary>
    public async Task<Administrator?> FindAsync(string? code, CancellationToken cancellationToken) =>
        string.IsNullOrEmpty(code) ? null : await store.FindInvitedAsync(RandomCode.Hash(code), clock.GetUtcNow(), cancellationToken);

    /// <summary>Sets it.</summary>
    public async Task<PasswordOutcome> AcceptAsync(string? code, string? password, IPAddress? source, CancellationToken cancellationToken)
    {
        if (await FindAsync(code, cancellationToken) is not { } invited)
        {
            return new PasswordOutcome.NotGood();
        }

        if (PasswordRules.Problems(password, invited.UserName) is { Count: > 0 } problems)
        {
            return new PasswordOutcome.Invalid([.. problems.Select(p => new MemberProblem("password", p))]);
        }

        // Outside of the change: others would wait for it.
        if (await passwords.HashAsync(password!, source, cancellationToken) is not { } hash)
        {
            return new PasswordOutcome.Busy(PasswordWork.Pause);
        }

        return await changes.MakeAsync<PasswordOutcome>(
            async () =>
            {
                if (await changes.FindInvitedAsync(RandomCode.Hash(code!), clock.GetUtcNow(), cancellationToken) is not { } account)
                {
                    return new(new PasswordOutcome.NotGood());
                }

                (account.PasswordHash, account.InvitationHash, account.InvitationExpiresAt) = (hash, null, null);
                AdministratorEditor.Sure(await users.UpdateSecurityStampAsync(account));
                await changes.OpenAsync(account.Id, cancellationToken);
                return new(
                    new PasswordOutcome.PasswordSet(Administrator.Of(account)),
                    AdministratorRecords.Change(clock.GetUtcNow(), AdministratorReasons.Changed, new Caller(AdministratorRecords.CallerId(account.UserName!), source), $"{account.UserName}: password set"));
            },
            cancellationToken);
    }
}
