using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Tokens;
using TokenExchange.Storage.Revocations;

namespace TokenExchange.Storage.Delegations;

/// <summary>Reads delegations and issued tokens, and starts delegations. Tokens are written by <see cref="Audit.ExchangeLedger"/>, together with their record.</summary>
public sealed class DelegationStore(IDbContextFactory<ExchangeDbContext> contexts)
{
    /// <summary>The delegation with this key, or null.</summary>
    public async Task<Delegation?> FindAsync(string key, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Delegations.AsNoTracking().SingleOrDefaultAsync(d => d.Key == key, cancellationToken) is { } row ? Read(row) : null;
    }

    /// <summary>Stores a new delegation, or returns the one with the same key that another request has started meanwhile.</summary>
    public async Task<Delegation> StartAsync(Delegation delegation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(delegation);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        db.Delegations.Add(new DelegationRow
        {
            Id = delegation.Id, Key = delegation.Key, Session = delegation.Session, Subject = delegation.Subject, SubjectIssuer = delegation.SubjectIssuer,
            Agent = delegation.Agent, Purpose = delegation.Purpose, StartedAt = delegation.StartedAt,
        });
        try
        {
            await db.SaveChangesAsync(cancellationToken);
            return delegation;
        }
        catch (DbUpdateException)
        {
            if (await FindAsync(delegation.Key, cancellationToken) is { } existing)
            {
                return existing;
            }

            throw;
        }
    }

    /// <summary>The token issued under this id, or null.</summary>
    public async Task<IssuedToken?> FindTokenAsync(string id, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var row = await db.ActorTokens.AsNoTracking().Include(t => t.Delegation).SingleOrDefaultAsync(t => t.Id == id, cancellationToken);
        return row is null ? null : Read(row);
    }

    /// <summary>The tokens below this root that are neither expired nor dead by any revocation.</summary>
    public Task<IReadOnlyList<IssuedToken>> LiveBelowAsync(Root root, DateTimeOffset now, CancellationToken cancellationToken) =>
        LiveBelowAsync(root, now, justRevoked: null, cancellationToken);

    /// <summary>The tokens that died when this root was revoked just now.</summary>
    /// <param name="root">What was revoked.</param>
    /// <param name="before">When it had been revoked before; null when it had not.</param>
    /// <param name="now">When.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task<IReadOnlyList<IssuedToken>> EndedAsync(Root root, DateTimeOffset? before, DateTimeOffset now, CancellationToken cancellationToken) =>
        LiveBelowAsync(root, now, (root, before), cancellationToken);

    /// <summary>How much hangs below this root and is neither expired nor dead by any revocation.</summary>
    public Task<BranchSize> MeasureBelowAsync(Root root, DateTimeOffset now, CancellationToken cancellationToken) => MeasureAsync(root, now, justRevoked: null, cancellationToken);

    /// <summary>How much died when this root was revoked just now. Parameters: <see cref="EndedAsync"/>.</summary>
    public Task<BranchSize> MeasureEndedAsync(Root root, DateTimeOffset? before, DateTimeOffset now, CancellationToken cancellationToken) =>
        MeasureAsync(root, now, (root, before), cancellationToken);

    /// <summary>The resources for which tokens below this root were good at an instant, whatever has ended them since; each once, as resources are compared.</summary>
    public async Task<IReadOnlyList<string>> AudiencesBelowAsync(Root root, DateTimeOffset at, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(root);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await Below(db.ActorTokens.AsNoTracking().Where(t => t.ExpiresAt > at), root).Select(t => t.Resources).Distinct().ToListAsync(cancellationToken);
        return [.. found.Select(OwnOf).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The tokens below this root that had not expired at an instant, whatever has ended them since, each with the resource it is for.</summary>
    public async Task<IReadOnlyList<(string Id, string Audience)>> TokensBelowAsync(Root root, DateTimeOffset at, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(root);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await Below(db.ActorTokens.AsNoTracking().Where(t => t.ExpiresAt > at), root).OrderBy(t => t.Id).Select(t => new { t.Id, t.Resources }).ToListAsync(cancellationToken);
        return found.ConvertAll(t => (t.Id, OwnOf(t.Resources)));
    }

    private static string OwnOf(string resources) => resources.Split(' ', 2)[0];

    private async Task<IReadOnlyList<IssuedToken>> LiveBelowAsync(Root root, DateTimeOffset now, (Root Root, DateTimeOffset? Before)? justRevoked, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(root);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await Below(db.ActorTokens.AsNoTracking().Include(t => t.Delegation).Where(t => t.ExpiresAt > now), root).ToListAsync(cancellationToken);

        return await RevocationStore.LivingAsync(db, rows.ConvertAll(Read), justRevoked, cancellationToken);
    }

    private async Task<BranchSize> MeasureAsync(Root root, DateTimeOffset now, (Root Root, DateTimeOffset? Before)? justRevoked, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(root);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var revoked = await RecentRevocations.ReadAsync(db, now, justRevoked, cancellationToken);
        var living = revoked.Living(Below(db.ActorTokens.AsNoTracking().Where(t => t.ExpiresAt > now), root));

        // Counted here: it takes as long to send three words of a token as to go through all of them twice.
        var (tokens, delegations, agents, subjects) = (0, Set(), Set(), Set());
        await foreach (var token in living.Select(t => new { t.DelegationId, t.ClientId, t.Subject }).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            tokens++;
            delegations.Add(token.DelegationId);
            agents.Add(token.ClientId);
            subjects.Add(token.Subject);
        }

        return new BranchSize(tokens, delegations.Count, [.. agents.Order(StringComparer.Ordinal)], subjects.Count);

        static HashSet<string> Set() => new(StringComparer.Ordinal);
    }

    // The same as IssuedToken.Roots, asked the other way round. Of our ids none has a space in it but that of a user, and some databases overlook those at its end.
    private static IQueryable<ActorTokenRow> Below(IQueryable<ActorTokenRow> tokens, Root root)
    {
        var (id, exact) = (root.Id, root.Id + ".");
        return root.Kind switch
        {
            not RootKind.Subject when id.Contains(' ', StringComparison.Ordinal) => tokens.Where(t => false),
            RootKind.Token => tokens.Where(t => t.Id == id || (" " + t.Ancestors + " ").Contains(" " + id + " ")),
            RootKind.Delegation => tokens.Where(t => t.DelegationId == id),
            RootKind.Session => tokens.Where(t => t.Delegation!.Session == id),
            RootKind.Agent => tokens.Where(t => (" " + t.Agents + " ").Contains(" " + id + " ")),
            RootKind.Subject => tokens.Where(t => t.Delegation!.Subject == id && t.Subject + "." == exact),
            RootKind.Issuer => tokens.Where(t => t.SubjectIssuer == id),
            RootKind.Resource => tokens.Where(t => (" " + t.Resources + " ").Contains(" " + id + " ")),
            RootKind.Purpose => tokens.Where(t => t.Purpose == id),
            _ => throw new InvalidOperationException("Unknown kind of root."),
        };
    }

    internal static ActorTokenRow Write(IssuedToken token) => new()
    {
        Id = token.Id,
        DelegationId = token.Delegation.Id,
        Subject = token.Delegation.Subject,
        SubjectIssuer = token.Delegation.SubjectIssuer,
        Purpose = token.Delegation.Purpose,
        Ancestors = string.Join(' ', token.Ancestors),
        ClientId = token.ClientId,
        Agents = string.Join(' ', token.Agents),
        Resources = string.Join(' ', token.Resources),
        Scopes = token.Scopes?.ToString(),
        LentAt = token.LentAt,
        Policy = token.Policy,
        MaxChainDepth = token.MaxChainDepth,
        DelegationEndsAt = token.DelegationEndsAt,
        SessionScopes = token.SessionScopes?.ToString(),
        SubjectClaims = JsonSerializer.Serialize(token.SubjectClaims, ConfigurationJson.Compact),
        IssuedAt = token.IssuedAt,
        ExpiresAt = token.ExpiresAt,
    };

    internal static IssuedToken Read(ActorTokenRow row) => new()
    {
        Id = row.Id,
        Delegation = Read(row.Delegation!),
        Ancestors = row.Ancestors.Length == 0 ? [] : row.Ancestors.Split(' '),
        ClientId = row.ClientId,
        Agents = row.Agents.Split(' '),
        Resources = row.Resources.Split(' '),
        Scopes = row.Scopes is null ? null : row.Scopes.Length == 0 ? ScopeSet.Empty : ScopeSet.Of(row.Scopes.Split(' ')),
        LentAt = row.LentAt,
        Policy = row.Policy,
        MaxChainDepth = row.MaxChainDepth,
        DelegationEndsAt = row.DelegationEndsAt,
        SessionScopes = row.SessionScopes is null ? null : ScopeSet.Of(row.SessionScopes.Split(' ')),
        SubjectClaims = JsonSerializer.Deserialize<Dictionary<string, IReadOnlyList<string>>>(row.SubjectClaims, ConfigurationJson.Compact)!,
        IssuedAt = row.IssuedAt,
        ExpiresAt = row.ExpiresAt,
    };

    internal static Delegation Read(DelegationRow row) =>
        new(row.Id, row.Key, row.Session, row.Subject, row.SubjectIssuer, row.Agent, row.Purpose, row.StartedAt);
}
