using Microsoft.EntityFrameworkCore;
using TokenExchange.Storage.Revocations;

namespace TokenExchange.Storage.Delegations;

/// <summary>
/// Who acts for whom, now. A delegation is alive while one of its tokens is neither expired nor dead by a revocation; one whose agent is between two tokens is
/// not, and comes back with the next.
/// </summary>
/// <remarks>
/// That is what the database knows. Introspection (<c>OwnTokens</c>) also asks the configuration, which is not looked at here: a token whose issuer, resource,
/// purpose or one of whose agents is disabled or expired, or whose workload's issuer is, cannot be used and still stands here until it expires. Whoever shows it can
/// compare <see cref="Delegation.SubjectIssuer"/>, <see cref="Delegation.Purpose"/>, <see cref="LiveToken.Resource"/> and <see cref="LiveToken.Agents"/> with
/// the catalog; the issuer of a workload stands in the token alone.
/// </remarks>
public sealed class LiveDelegations(IDbContextFactory<ExchangeDbContext> contexts)
{
    /// <summary>As many tokens of one delegation as are shown.</summary>
    public const int MaxTokens = 100;

    /// <summary>As many delegations of one user as are shown.</summary>
    public const int MaxOfSubject = 200;

    private const int MaxWanted = 2000;

    /// <summary>Some of the live delegations, the latest activity first; none that is dead by any revocation.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="now">When.</param>
    /// <param name="after">Where to go on, as the page before said; null for the beginning.</param>
    /// <param name="count">How many at most, from 1 to 1000.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <remarks>
    /// Who pages meets each delegation once, as long as nothing happens to it meanwhile: one with new activity moves to the front, and one that loses its newest
    /// token moves back.
    /// </remarks>
    public async Task<LivePage> ListAsync(LiveFilter filter, DateTimeOffset now, DelegationCursor? after, int count, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaxWanted / 2);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var revoked = await RecentRevocations.ReadAsync(db, now, justRevoked: null, cancellationToken);
        var (found, places) = (new List<LiveDelegation>(), new List<DelegationCursor>());

        // One more than is shown tells whether that is all. Mostly once is enough.
        for (var wanted = count + 1; ; wanted = Math.Min(2 * wanted, MaxWanted))
        {
            var heads = await HeadsAsync(db, revoked, filter, now, after, wanted, cancellationToken);
            foreach (var (head, live) in await ReadAsync(db, heads, filter, now, cancellationToken))
            {
                found.Add(live);
                places.Add(new DelegationCursor(head.LastActivity, head.Id));
            }

            if (found.Count > count)
            {
                return new LivePage(found[..count], places[count - 1]);
            }

            if (heads.Count < wanted)
            {
                return new LivePage(found, Next: null);
            }

            after = new DelegationCursor(heads[^1].LastActivity, heads[^1].Id);
        }
    }

    /// <summary>The live delegations of one user; of very many the <see cref="MaxOfSubject"/> with the latest activity, and then <see cref="LivePage.Next"/> is set.</summary>
    public Task<LivePage> OfSubjectAsync(string subject, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(subject);
        return ListAsync(new LiveFilter { Subject = subject }, now, after: null, MaxOfSubject, cancellationToken);
    }

    /// <summary>
    /// How many delegations are alive. One that is dead and has not expired yet is counted only while nodes' clocks are ten minutes apart, or when more than 32
    /// agents, issuers, resources and purposes have been revoked within an hour.
    /// </summary>
    public async Task<int> CountAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var revoked = await RecentRevocations.ReadAsync(db, now, justRevoked: null, cancellationToken);
        return await revoked.Living(db.ActorTokens.Where(t => t.ExpiresAt > now)).Select(t => t.DelegationId + "").Distinct().CountAsync(cancellationToken);
    }

    private static Task<List<Head>> HeadsAsync(
        ExchangeDbContext db, RecentRevocations revoked, LiveFilter filter, DateTimeOffset now, DelegationCursor? after, int count, CancellationToken cancellationToken)
    {
        var living = revoked.Living(Of(filter, db.ActorTokens.Where(t => t.ExpiresAt > now)));

        // Grouped by the id and nothing: by the id alone, a planner without statistics may walk along the index of all delegations there ever were.
        var heads = Meant(filter, living.GroupBy(t => t.DelegationId + ""))
            .Select(g => new Head { Id = g.Key, LastActivity = g.Max(t => t.IssuedAt), ExpiresAt = g.Max(t => t.ExpiresAt), Tokens = g.Count() });
        if (after is var (at, id))
        {
            heads = heads.Where(h => h.LastActivity < at || (h.LastActivity == at && h.Id.CompareTo(id) > 0));
        }

        return heads.OrderByDescending(h => h.LastActivity).ThenBy(h => h.Id).Take(count).ToListAsync(cancellationToken);
    }

    // Some databases overlook spaces at the end, unless something stands behind them.
    private static IQueryable<ActorTokenRow> Of(LiveFilter filter, IQueryable<ActorTokenRow> tokens)
    {
        if (filter.Delegation is { } delegation)
        {
            tokens = tokens.Where(t => t.DelegationId == delegation);
        }

        if (filter.Session is { } session)
        {
            tokens = tokens.Where(t => t.Delegation!.Session == session);
        }

        if (filter.Subject is { } subject)
        {
            var exact = subject + ".";
            tokens = tokens.Where(t => t.Delegation!.Subject == subject && t.Subject + "." == exact);
        }

        if (filter.Issuer is { } issuer)
        {
            tokens = tokens.Where(t => t.SubjectIssuer == issuer);
        }

        if (filter.Purpose is { } purpose)
        {
            tokens = tokens.Where(t => t.Purpose == purpose);
        }

        return tokens;
    }

    // The whole delegation, if one of its tokens is meant. Its own resource stands first; not StartsWith, which becomes LIKE, and that looks away from case in some
    // databases.
    private static IQueryable<IGrouping<string, ActorTokenRow>> Meant(LiveFilter filter, IQueryable<IGrouping<string, ActorTokenRow>> delegations)
    {
        var (agent, own, length) = ($" {filter.Agent} ", filter.Resource + " ", (filter.Resource?.Length ?? 0) + 1);
        return (filter.Agent, filter.Resource) switch
        {
            (null, null) => delegations,
            (_, null) => delegations.Where(g => g.Max(t => (" " + t.Agents + " ").Contains(agent) ? 1 : 0) == 1),
            (null, _) => delegations.Where(g => g.Max(t => (t.Resources + " ").Substring(0, length) == own ? 1 : 0) == 1),
            _ => delegations.Where(g => g.Max(t => (" " + t.Agents + " ").Contains(agent) && (t.Resources + " ").Substring(0, length) == own ? 1 : 0) == 1),
        };
    }

    // Each token once more by its own roots: what is shown as alive is alive.
    private static async Task<IReadOnlyList<(Head Head, LiveDelegation Live)>> ReadAsync(
        ExchangeDbContext db, List<Head> heads, LiveFilter filter, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var rows = new List<ActorTokenRow>();
        var ordinary = heads.Where(h => h.Tokens <= MaxTokens).Select(h => h.Id).ToList();
        foreach (var ids in ordinary.Chunk(500))
        {
            rows.AddRange(await Unexpired(db, now).Where(t => ids.Contains(t.DelegationId)).ToListAsync(cancellationToken));
        }

        foreach (var id in heads.Select(h => h.Id).Except(ordinary, StringComparer.Ordinal))
        {
            rows.AddRange(await Unexpired(db, now).Where(t => t.DelegationId == id).OrderByDescending(t => t.ExpiresAt).Take(MaxTokens).ToListAsync(cancellationToken));
        }

        var living = (await RevocationStore.LivingAsync(db, rows.ConvertAll(DelegationStore.Read), justRevoked: null, cancellationToken)).ToLookup(t => t.Delegation.Id, StringComparer.Ordinal);
        return [.. heads.Select(h => (h, LiveOf(h, [.. living[h.Id]]))).Where(x => x.Item2?.Tokens.Any(filter.HoldsFor) is true).Select(x => (x.h, x.Item2!))];
    }

    private static IQueryable<ActorTokenRow> Unexpired(ExchangeDbContext db, DateTimeOffset now) => db.ActorTokens.AsNoTracking().Include(t => t.Delegation).Where(t => t.ExpiresAt > now);

    private static LiveDelegation? LiveOf(Head head, IReadOnlyList<IssuedToken> tokens)
    {
        if (tokens.Count == 0)
        {
            return null;
        }

        LiveToken[] shown = [.. tokens.OrderBy(t => t.IssuedAt).ThenBy(t => t.Ancestors.Count).ThenBy(t => t.Id, StringComparer.Ordinal).Select(LiveToken.Of)];
        return head.Tokens > MaxTokens
            ? new LiveDelegation(tokens[0].Delegation, shown, head.Tokens, head.LastActivity, head.ExpiresAt)
            : new LiveDelegation(tokens[0].Delegation, shown, shown.Length, shown[^1].IssuedAt, shown.Max(t => t.ExpiresAt));
    }

    private sealed class Head
    {
        public required string Id { get; init; }

        public DateTimeOffset LastActivity { get; init; }

        public DateTimeOffset ExpiresAt { get; init; }

        public int Tokens { get; init; }
    }
}
