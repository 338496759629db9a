using Microsoft.EntityFrameworkCore;
using TokenExchange.Storage.Revocations;

namespace TokenExchange.Storage.Delegations;

/// <summary>
/// How tokens ended: by the first revocation of one of their roots, or by expiring before it. Tokens are deleted and delegations are not, so what history says of
/// a token goes over to its delegation when the token goes.
/// </summary>
internal static class DelegationEnds
{
    // As many values as one question takes.
    private const int MaxValues = 500;

    /// <summary>The end of each of these tokens, in their order; one in the future for a token that is alive.</summary>
    public static async Task<IReadOnlyList<DelegationEnd>> OfAsync(ExchangeDbContext db, IReadOnlyList<Past> tokens, CancellationToken cancellationToken)
    {
        var roots = tokens.Select(t => IssuedToken.Below(DelegationStore.Read(t.Delegation), t.Id, Words(t.Ancestors), Words(t.Agents), Words(t.Resources)).ToDictionary(r => r.Key, StringComparer.Ordinal)).ToList();
        var revoked = await FindAsync(db, roots.SelectMany(r => r.Keys).ToHashSet(StringComparer.Ordinal), cancellationToken);
        return [.. tokens.Select((token, i) => EndOf(token, roots[i], revoked))];
    }

    /// <summary>Writes into tracked delegations what history is to know of these tokens of theirs, which are about to be deleted. The caller saves.</summary>
    public static async Task KeepAsync(ExchangeDbContext db, IReadOnlyList<Past> tokens, CancellationToken cancellationToken)
    {
        var ends = await OfAsync(db, tokens, cancellationToken);
        foreach (var of in tokens.Zip(ends).GroupBy(x => x.First.Delegation))
        {
            var (delegation, last) = (of.Key, of.MaxBy(x => x.Second.At).Second);
            if (delegation.EndedAt is null || delegation.EndedAt < last.At)
            {
                (delegation.EndedAt, delegation.EndedBy, delegation.EndedRoot) = (last.At, last.By, last.Revoked);
            }

            delegation.PastResources = string.Join(' ', ResourcesOf(delegation, of.Select(x => x.First)));
        }
    }

    /// <summary>The resources of tokens that are deleted and of these, each once, in order.</summary>
    public static IEnumerable<string> ResourcesOf(DelegationRow delegation, IEnumerable<Past> tokens) =>
        Words(delegation.PastResources).Concat(tokens.Select(t => Words(t.Resources)[0])).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    private static DelegationEnd EndOf(Past token, Dictionary<string, Root> roots, ILookup<string, (DateTimeOffset At, string By)> revoked)
    {
        var first = roots.SelectMany(r => revoked[r.Key].Where(x => x.At < token.ExpiresAt && (r.Value.EndsForGood || token.LentAt <= x.At)).Select(x => new DelegationEnd(x.At, r.Value.Kind, x.By)))
            .MinBy(e => e.At);
        return first ?? new DelegationEnd(token.ExpiresAt, Revoked: null, By: null);
    }

    private static async Task<ILookup<string, (DateTimeOffset At, string By)>> FindAsync(ExchangeDbContext db, HashSet<string> keys, CancellationToken cancellationToken)
    {
        var found = new List<(string Root, DateTimeOffset At, string By)>();
        foreach (var values in keys.Chunk(MaxValues))
        {
            // First those that a later one of the same party has taken the place of.
            var parties = await db.PartyRevocations.Where(r => values.Contains(r.Root)).Select(r => new { r.Root, r.RevokedAt, r.RevokedBy }).ToListAsync(cancellationToken);
            var all = await db.Revocations.Where(r => values.Contains(r.Root)).Select(r => new { r.Root, r.RevokedAt, r.RevokedBy }).ToListAsync(cancellationToken);
            found.AddRange(parties.Concat(all).Select(r => (r.Root, r.RevokedAt, r.RevokedBy)));
        }

        return found.ToLookup(r => r.Root, r => (r.At, r.By), StringComparer.Ordinal);
    }

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>What history needs to know of a token; texts as in <see cref="ActorTokenRow"/>.</summary>
    internal sealed record Past(DelegationRow Delegation, string Id, string Ancestors, string Agents, string Resources, DateTimeOffset LentAt, DateTimeOffset ExpiresAt);
}
