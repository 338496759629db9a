using System.Net;
using Microsoft.Extensions.Options;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Exchange;
using TokenExchange.Server.Settings;
using TokenExchange.Storage.Administrators;

namespace TokenExchange.Server.Administrators;

/// <summary>
/// How a new server gets its first administrator: with a link that stands on the console of who started it. Its code is 256 random bits, of which only the hash is
/// kept, in memory alone; it is good for an hour, once, and for nothing as soon as there is an administrator, on whatever node.
/// </summary>
public sealed class FirstRun(IServiceScopeFactory scopes, AdministratorStore store, PasswordWork passwords, IOptions<ExchangeSettings> exchange, IOptions<AdminSettings> admin, TimeProvider clock)
{
    /// <summary>How long the link is good.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    // One object, so that it is always read as it was written.
    private Code? _code;

    /// <summary>A new link, in place of the last one; null when there is an administrator, or none signs in with a password.</summary>
    public async Task<string?> OpenAsync(CancellationToken cancellationToken)
    {
        if (!admin.Value.LocalSignIn || await store.AnyAsync(Roles.Administrator, cancellationToken))
        {
            _code = null;
            return null;
        }

        var code = RandomCode.New();
        _code = new Code(RandomCode.Hash(code), clock.GetUtcNow() + Lifetime);
        return $"{exchange.Value.Issuer}{AdministratorSchemes.SetupPath}?code={code}";
    }

    /// <summary>Whether a first administrator can be made with this code.</summary>
    public async Task<bool> IsGoodAsync(string? code, CancellationToken cancellationToken) =>
        _code is { } known && RandomCode.Matches(code, known.Hash) && known.Until > clock.GetUtcNow() && !await store.AnyAsync(Roles.Administrator, cancellationToken);

    /// <summary>Makes the first administrator, who can then sign in.</summary>
    public async Task<PasswordOutcome> CreateAsync(string? code, string? userName, string? displayName, string? password, IPAddress? source, CancellationToken cancellationToken)
    {
        if (!await IsGoodAsync(code, cancellationToken))
        {
            return new PasswordOutcome.NotGood();
        }

        var problems = new NewAdministratorValidator().Problems(new NewAdministrator(userName, displayName, [Roles.Administrator]))
            .Concat(PasswordRules.Problems(password, userName ?? string.Empty).Select(p => new MemberProblem("password", p))).ToList();
        if (problems.Count > 0)
        {
            return new PasswordOutcome.Invalid(problems);
        }

        if (await passwords.HashAsync(password!, source, cancellationToken) is not { } hash)
        {
            return new PasswordOutcome.Busy(PasswordWork.Pause);
        }

        await using var scope = scopes.CreateAsyncScope();
        var (changes, users) = (scope.ServiceProvider.GetRequiredService<AdministratorChanges>(), scope.ServiceProvider.GetRequiredService<AdministratorUsers>());
        var outcome = await changes.MakeAsync<PasswordOutcome>(
            async () =>
            {
                if (await changes.AnyAsync(Roles.Administrator, cancellationToken))
                {
                    return new(new PasswordOutcome.NotGood());
                }

                if (await users.FindByNameAsync(userName!) is not null)
                {
                    return new(new PasswordOutcome.Invalid([new MemberProblem("userName", "somebody else has this name; choose another one")]));
                }

                var account = new AdministratorAccount
                {
                    UserName = userName, DisplayName = string.IsNullOrWhiteSpace(displayName) ? userName! : displayName.Trim(), Roles = Roles.Administrator, PasswordHash = hash, CreatedAt = clock.GetUtcNow(),
                };
                AdministratorEditor.Sure(await users.CreateAsync(account));
                return new(
                    new PasswordOutcome.PasswordSet(Administrator.Of(account)),
                    AdministratorRecords.Change(
                        clock.GetUtcNow(), AdministratorReasons.Created, new Caller(AdministratorRecords.CallerId(userName!), source), $"{userName}: {account.Roles}, the first, with the link on the console"));
            },
            cancellationToken);
        if (outcome is PasswordOutcome.PasswordSet)
        {
            _code = null;
        }

        return outcome;
    }

    private sealed record Code(string Hash, DateTimeOffset Until);
}
