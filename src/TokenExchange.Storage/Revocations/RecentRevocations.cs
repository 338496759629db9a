using Microsoft.EntityFrameworkCore;
using TokenExchange.Core.Policies;
using TokenExchange.Storage.Delegations;

namespace TokenExchange.Storage.Revocations;

/// <summary>
/// What was revoked lately, as a condition on unexpired tokens: the question of <see cref="RevocationStore"/> asked of all tokens at once, so that a database
/// can count what is alive and leave out what is dead without anybody loading either.
/// </summary>
/// <remarks>
/// Nothing is issued below what is revoked, so what ends a token is younger than the token, and no token lives longer than <see cref="TokenLifetime.Longest"/>:
/// older revocations have nothing left to end. Where this errs it takes a dead token for a live one, never the reverse. It errs where nodes' clocks are further
/// apart than <see cref="s_margin"/>, and where more than <see cref="MaxParties"/> agents, issuers, resources and purposes were revoked lately; both last until
/// those tokens expire. It decides nothing that is let in: each token that is used is judged by its own roots.
/// </remarks>
internal sealed class RecentRevocations
{
    /// <summary>How many agents, issuers, resources and purposes are looked for; those revoked last.</summary>
    public const int MaxParties = 32;

    // As many values as one question takes, one by one.
    private const int MaxValues = 500;

    // Clocks of nodes differ by up to the skew, and a token is written a little after the instant it is dated.
    private static readonly TimeSpan s_margin = TimeSpan.FromMinutes(10);

    private readonly IReadOnlyList<(Root Root, DateTimeOffset At)> _parties;
    private readonly IReadOnlyList<string> _delegations;
    private readonly IReadOnlyList<string> _tokens;

    private RecentRevocations(IReadOnlyList<(Root Root, DateTimeOffset At)> parties, IReadOnlyList<string> delegations, IReadOnlyList<string> tokens) =>
        (_parties, _delegations, _tokens) = (parties, delegations, tokens);

    /// <summary>Looks them up.</summary>
    /// <param name="db">The database.</param>
    /// <param name="now">When.</param>
    /// <param name="justRevoked">A revocation to look away from, and when the same had been revoked before it; null for none.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task<RecentRevocations> ReadAsync(ExchangeDbContext db, DateTimeOffset now, (Root Root, DateTimeOffset? Before)? justRevoked, CancellationToken cancellationToken)
    {
        var since = now - TokenLifetime.Longest - s_margin;
        var rows = await db.Revocations.AsNoTracking().Where(r => r.RevokedAt >= since).Select(r => new { r.Name, r.RevokedAt }).ToListAsync(cancellationToken);
        var revoked = rows.ToDictionary(r => Root.Read(r.Name), r => r.RevokedAt);
        if (justRevoked is var (root, before) && revoked.Remove(root) && before is { } instant)
        {
            revoked[root] = instant;
        }

        var (delegations, tokens) = (Ids(RootKind.Delegation).ToList(), Ids(RootKind.Token).ToList());
        foreach (var sessions in Ids(RootKind.Session).Chunk(MaxValues))
        {
            delegations.AddRange(await db.Delegations.Where(d => sessions.Contains(d.Session)).Select(d => d.Id).ToListAsync(cancellationToken));
        }

        tokens.AddRange(await DescendantsAsync(db, tokens, now, cancellationToken));
        tokens.AddRange(await OfSubjectsAsync(db, revoked, now, cancellationToken));
        return new RecentRevocations(
            [.. revoked.Where(r => r.Key.Kind is RootKind.Agent or RootKind.Issuer or RootKind.Resource or RootKind.Purpose)
                .OrderByDescending(r => r.Value).Take(MaxParties).OrderBy(r => r.Key.Kind).Select(r => (r.Key, r.Value))],
            delegations,
            tokens);

        // Of ours none ends in a space, which some databases would overlook.
        IEnumerable<string> Ids(RootKind kind) => revoked.Keys.Where(r => r.Kind == kind && !r.Id.EndsWith(' ')).Select(r => r.Id);
    }

    /// <summary>Those of the unexpired tokens that nothing of it has ended.</summary>
    public IQueryable<ActorTokenRow> Living(IQueryable<ActorTokenRow> tokens)
    {
        // Each is compared with something put behind it: some databases overlook spaces at the end.
        foreach (var (root, at) in _parties)
        {
            var (word, exact) = ($" {root.Id} ", root.Id + ".");
            tokens = root.Kind switch
            {
                RootKind.Agent => tokens.Where(t => t.LentAt > at || !(" " + t.Agents + " ").Contains(word)),
                RootKind.Issuer => tokens.Where(t => t.LentAt > at || t.SubjectIssuer + "." != exact),
                RootKind.Resource => tokens.Where(t => t.LentAt > at || !(" " + t.Resources + " ").Contains(word)),
                RootKind.Purpose => tokens.Where(t => t.LentAt > at || t.Purpose + "." != exact),
                _ => throw new InvalidOperationException("Not one of these parties."),
            };
        }

        // Very many go as one value.
        tokens = _delegations.Count switch
        {
            0 => tokens,
            <= MaxValues => tokens.Where(t => !_delegations.Contains(t.DelegationId)),
            _ => tokens.Where(t => !EF.Parameter(_delegations).Contains(t.DelegationId)),
        };
        return _tokens.Count switch
        {
            0 => tokens,
            <= MaxValues => tokens.Where(t => !_tokens.Contains(t.Id)),
            _ => tokens.Where(t => !EF.Parameter(_tokens).Contains(t.Id)),
        };
    }

    // What was derived from a token is of the same delegation.
    private static async Task<IReadOnlyList<string>> DescendantsAsync(ExchangeDbContext db, IReadOnlyList<string> tokens, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var revoked = tokens.ToHashSet(StringComparer.Ordinal);
        var found = new List<string>();
        foreach (var ids in tokens.Chunk(MaxValues))
        {
            var delegations = db.ActorTokens.Where(t => ids.Contains(t.Id) && t.ExpiresAt > now).Select(t => t.DelegationId);
            var rows = await db.ActorTokens.AsNoTracking().Where(t => t.Ancestors != "" && t.ExpiresAt > now && delegations.Contains(t.DelegationId))
                .Select(t => new { t.Id, t.Ancestors }).ToListAsync(cancellationToken);
            found.AddRange(rows.Where(t => t.Ancestors.Split(' ').Any(revoked.Contains)).Select(t => t.Id));
        }

        return found;
    }

    private static async Task<IReadOnlyList<string>> OfSubjectsAsync(ExchangeDbContext db, Dictionary<Root, DateTimeOffset> revoked, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var found = new List<string>();
        foreach (var subjects in revoked.Keys.Where(r => r.Kind == RootKind.Subject).Select(r => r.Id).Chunk(MaxValues))
        {
            var rows = await db.ActorTokens.AsNoTracking().Where(t => t.ExpiresAt > now && subjects.Contains(t.Delegation!.Subject))
                .Select(t => new { t.Id, t.Subject, t.LentAt }).ToListAsync(cancellationToken);
            found.AddRange(rows.Where(t => revoked.TryGetValue(new Root(RootKind.Subject, t.Subject), out var at) && t.LentAt <= at).Select(t => t.Id));
        }

        return found;
    }
}
