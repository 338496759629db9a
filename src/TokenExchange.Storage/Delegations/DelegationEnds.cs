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

    // Clocks of nodes differ by up to the skew, and a token is written a little after the instant it is dated.
    private static readonly TimeSpan s_margin = TimeSpan.FromMinutes(10);

    /// <summary>The end of each of these tokens, in their order; one in the future for a token that is alive.</summary>
    public static async Task<IReadOnlyList<DelegationEnd>> OfAsync(ExchangeDbContext db, IReadOnlyList<Past> tokens, CancellationToken cancellationToken)
    {
        var roots = tokens.Select(RootsOf).ToList();
        var found = new List<Revoked>();
        foreach (var values in roots.SelectMany(r => r.Keys).ToHashSet(StringComparer.Ordinal).Chunk(MaxValues))
        {
            // First those that a later one of the same party has taken the place of.
            found.AddRange(await db.PartyRevocations.Where(r => values.Contains(r.Root)).Select(r => new Revoked(r.Root, r.RevokedAt, r.RevokedBy)).ToListAsync(cancellationToken));
            found.AddRange(await db.Revocations.Where(r => values.Contains(r.Root)).Select(r => new Revoked(r.Root, r.RevokedAt, r.RevokedBy)).ToListAsync(cancellationToken));
        }

        var revoked = found.ToLookup(r => r.Root, StringComparer.Ordinal);
        return [.. tokens.Select((token, i) => EndOf(token, roots[i], revoked))];
    }

    /// <summary>
    /// Writes into tracked delegations what history is to know of these tokens of theirs, which are about to be deleted and expired at about the same time.
    /// The caller saves.
    /// </summary>
    public static async Task KeepAsync(ExchangeDbContext db, IReadOnlyList<Past> tokens, CancellationToken cancellationToken)
    {
        // Not by their roots, which are thousands: nothing is issued below what is revoked, so what ended them happened while they were good.
        var (from, to) = (tokens.Min(t => t.IssuedAt) - s_margin, tokens.Max(t => t.ExpiresAt));
        var found = await db.PartyRevocations.Where(r => r.RevokedAt >= from && r.RevokedAt < to).Select(r => new Revoked(r.Root, r.RevokedAt, r.RevokedBy)).ToListAsync(cancellationToken);
        found.AddRange(await db.Revocations.Where(r => r.RevokedAt >= from && r.RevokedAt < to).Select(r => new Revoked(r.Root, r.RevokedAt, r.RevokedBy)).ToListAsync(cancellationToken));
        var revoked = found.ToLookup(r => r.Root, StringComparer.Ordinal);
        var ends = tokens.Select(t => EndOf(t, revoked.Count == 0 ? [] : RootsOf(t), revoked));
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

    private static Dictionary<string, Root> RootsOf(Past token) =>
        IssuedToken.Below(DelegationStore.Read(token.Delegation), token.Id, Words(token.Ancestors), Words(token.Agents), Words(token.Resources)).Distinct().ToDictionary(r => r.Key, StringComparer.Ordinal);

    private static DelegationEnd EndOf(Past token, Dictionary<string, Root> roots, ILookup<string, Revoked> revoked)
    {
        var first = roots.SelectMany(r => revoked[r.Key].Where(x => x.At < token.ExpiresAt && (r.Value.EndsForGood || token.LentAt <= x.At)).Select(x => new DelegationEnd(x.At, r.Value.Kind, x.By)))
            .MinBy(e => e.At);
        return first ?? new DelegationEnd(token.ExpiresAt, Revoked: null, By: null);
    }

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>What history needs to know of a token; texts as in <see cref="ActorTokenRow"/>.</summary>
    internal sealed record Past(DelegationRow Delegation, string Id, string Ancestors, string Agents, string Resources, DateTimeOffset LentAt, DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt);

    private sealed record Revoked(string Root, DateTimeOffset At, string By);
}
