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

    // Clocks of nodes differ by up to the skew, and a token is written a little after the instant it is dated.
    private static readonly TimeSpan s_margin = TimeSpan.FromMinutes(10);

    private readonly ExchangeDbContext _db;
    private readonly IQueryable<RevocationRow> _recent;
    private readonly DateTimeOffset _now;
    private readonly HashSet<RootKind> _kinds = [];
    private readonly List<(Root Root, DateTimeOffset At)> _parties = [];

    private RecentRevocations(ExchangeDbContext db, IQueryable<RevocationRow> recent, DateTimeOffset now) => (_db, _recent, _now) = (db, recent, now);

    /// <summary>Looks them up.</summary>
    /// <param name="db">The database; asked again when the condition is.</param>
    /// <param name="now">When.</param>
    /// <param name="justRevoked">A revocation to look away from, and when the same had been revoked before it; null for none.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task<RecentRevocations> ReadAsync(ExchangeDbContext db, DateTimeOffset now, (Root Root, DateTimeOffset? Before)? justRevoked, CancellationToken cancellationToken)
    {
        var since = now - TokenLifetime.Longest - s_margin;
        var recent = db.Revocations.Where(r => r.RevokedAt >= since);
        if (justRevoked is { Before: null } or { Root.EndsForGood: false })
        {
            var key = justRevoked.Value.Root.Key;
            recent = recent.Where(r => r.Root != key);
        }

        var found = new RecentRevocations(db, recent, now);
        found._kinds.UnionWith(await recent.Select(r => r.Kind).Distinct().ToListAsync(cancellationToken));
        if (found._kinds.Any(IsShared))
        {
            var parties = await recent.Where(r => r.Kind == RootKind.Agent || r.Kind == RootKind.Issuer || r.Kind == RootKind.Resource || r.Kind == RootKind.Purpose)
                .OrderByDescending(r => r.RevokedAt).Take(MaxParties).Select(r => new { r.Kind, r.Id, r.RevokedAt }).ToListAsync(cancellationToken);

            // Of ours none has a space in it; some databases overlook those at the end.
            found._parties.AddRange(parties.Where(r => !r.Id.Contains(' ', StringComparison.Ordinal)).OrderBy(r => r.Kind).Select(r => (new Root(r.Kind, r.Id), r.RevokedAt)));
        }

        if (justRevoked is { Root: { EndsForGood: false } root, Before: { } before } && (root.Kind == RootKind.Subject || !root.Id.Contains(' ', StringComparison.Ordinal)))
        {
            found._parties.Add((root, before));
        }

        return found;
    }

    /// <summary>Those of the unexpired tokens that nothing of it has ended.</summary>
    public IQueryable<ActorTokenRow> Living(IQueryable<ActorTokenRow> tokens)
    {
        tokens = _parties.Aggregate(tokens, Without);

        // Lists that the database makes once.
        if (_kinds.Contains(RootKind.Delegation))
        {
            var ended = Of(RootKind.Delegation).Select(r => r.Id);
            tokens = tokens.Where(t => !ended.Contains(t.DelegationId));
        }

        if (_kinds.Contains(RootKind.Session))
        {
            var ended = Of(RootKind.Session).Join(_db.Delegations, r => r.Id, d => d.Session, (r, d) => d.Id);
            tokens = tokens.Where(t => !ended.Contains(t.DelegationId));
        }

        if (_kinds.Contains(RootKind.Subject))
        {
            // The list first: only of those on it the instant is looked up. Users may have spaces at the end; with something put behind them they are compared.
            var users = _recent.Where(r => r.Kind == RootKind.Subject);
            var ended = users.Select(r => r.Id);
            tokens = tokens.Where(t => !ended.Contains(t.Subject) || !users.Any(r => r.Id == t.Subject && r.Id + "." == t.Subject + "." && r.RevokedAt >= t.LentAt));
        }

        if (_kinds.Contains(RootKind.Token))
        {
            // What was derived from a token is of the same delegation. Of the others the index alone is read.
            var revoked = Of(RootKind.Token).Join(_db.ActorTokens, r => r.Id, t => t.Id, (r, t) => t);
            var delegations = revoked.Select(t => t.DelegationId);
            var ended = revoked.Join(_db.ActorTokens, r => r.DelegationId, t => t.DelegationId, (r, t) => new { r, t })
                .Where(x => x.t.ExpiresAt > _now && (x.t.Id == x.r.Id || (" " + x.t.Ancestors + " ").Contains(" " + x.r.Id + " "))).Select(x => x.t.Id);
            tokens = tokens.Where(t => !delegations.Contains(t.DelegationId) || !ended.Contains(t.Id));
        }

        return tokens;
    }

    private IQueryable<RevocationRow> Of(RootKind kind) => _recent.Where(r => r.Kind == kind && !EF.Functions.Like(r.Id, "% "));

    // Parties that many tokens share, and few of which are revoked within an hour.
    private static bool IsShared(RootKind kind) => kind is RootKind.Agent or RootKind.Issuer or RootKind.Resource or RootKind.Purpose;

    private static IQueryable<ActorTokenRow> Without(IQueryable<ActorTokenRow> tokens, (Root Root, DateTimeOffset At) revoked)
    {
        var (at, id, word, exact) = (revoked.At, revoked.Root.Id, $" {revoked.Root.Id} ", revoked.Root.Id + ".");
        return revoked.Root.Kind switch
        {
            RootKind.Agent => tokens.Where(t => t.LentAt > at || !(" " + t.Agents + " ").Contains(word)),
            RootKind.Resource => tokens.Where(t => t.LentAt > at || !(" " + t.Resources + " ").Contains(word)),
            RootKind.Issuer => tokens.Where(t => t.LentAt > at || t.SubjectIssuer != id),
            RootKind.Purpose => tokens.Where(t => t.LentAt > at || t.Purpose != id),
            RootKind.Subject => tokens.Where(t => t.LentAt > at || t.Subject + "." != exact),
            _ => throw new InvalidOperationException("That ends for good."),
        };
    }
}
