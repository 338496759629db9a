using System.Collections.Concurrent;
using System.Collections.Frozen;
using TokenExchange.Storage.Delegations;
using TokenExchange.Storage.Events;
using TokenExchange.Storage.Revocations;

namespace TokenExchange.Server.Events;

/// <summary>An event as one receiver is told of it.</summary>
/// <param name="Event">The event.</param>
/// <param name="Tokens">Those of the receiver's tokens that end and do not themselves say why; null where every token names what it hangs below.</param>
public sealed record Told(SecurityEvent Event, IReadOnlyList<string>? Tokens);

/// <summary>
/// Whom an event concerns. Of a revocation only those hear who may hold a token below it: that a user exists, and uses an agent somewhere else, is
/// nobody's business.
/// </summary>
/// <remarks>
/// Which tokens hang below is asked after the event is committed, and that is late enough for every token. A token leaves only after a second look for
/// revocations that follows the commit of its row (<see cref="Storage.Audit.ExchangeLedger"/>). Either that look comes after the event: then it finds the
/// revocation, and the token does not leave. Or it comes before: then the row was there before the event, and this question finds it. So the answer never
/// changes, and is asked once. Configuration is not looked at a second time; what a change of it ends is no secret of a user's, and told to everybody.
/// </remarks>
public sealed class EventReach(DelegationStore delegations)
{
    // Some thousand events of the last hour are what new streams ask about; a token's descent is a few hundred bytes.
    private const int MostRemembered = 10_000;

    private readonly ConcurrentDictionary<long, Lazy<Task<Reach>>> _remembered = new();

    /// <summary>What a receiver that speaks for these resources is told; null when the event does not concern it.</summary>
    /// <param name="told">The event; one that ends something.</param>
    /// <param name="resources">Keys of the receiver's resources.</param>
    public async ValueTask<Told?> ForAsync(SecurityEvent told, IReadOnlySet<string> resources)
    {
        ArgumentNullException.ThrowIfNull(told);
        ArgumentNullException.ThrowIfNull(resources);
        var everybody = told.Kind == EventKind.Disabled;
        if (resources.Count == 0 || (everybody && !NeedsTokens(told.Root!)))
        {
            return everybody ? new Told(told, null) : null;
        }

        var reach = await ReachAsync(told);
        if (!everybody && !reach.Audiences.Overlaps(resources))
        {
            return null;
        }

        // A token for the resource itself says so in its audience.
        return new Told(told, NeedsTokens(told.Root!)
            ? [.. reach.Tokens.Where(t => resources.Contains(t.Audience) && !(told.Root!.Kind == RootKind.Resource && t.Audience == told.Root.Id)).Select(t => t.Id)]
            : null);
    }

    // A token names its delegation, session, agents, user and purpose, but not the tokens it was derived from nor what those were for.
    private static bool NeedsTokens(Root root) => root.Kind is RootKind.Token or RootKind.Resource;

    private async Task<Reach> ReachAsync(SecurityEvent told)
    {
        if (_remembered.Count >= MostRemembered)
        {
            foreach (var old in _remembered.Keys.Order().Take(MostRemembered / 2))
            {
                _remembered.TryRemove(old, out _);
            }
        }

        // Not the request's token: others wait for the same answer.
        var asked = _remembered.GetOrAdd(told.Sequence, _ => new Lazy<Task<Reach>>(() => AskAsync(told.Root!, told.At)));
        try
        {
            return await asked.Value;
        }
        catch
        {
            _remembered.TryRemove(KeyValuePair.Create(told.Sequence, asked));
            throw;
        }
    }

    private async Task<Reach> AskAsync(Root root, DateTimeOffset at)
    {
        if (!NeedsTokens(root))
        {
            return new Reach((await delegations.AudiencesBelowAsync(root, at, CancellationToken.None)).ToFrozenSet(StringComparer.Ordinal), []);
        }

        var tokens = await delegations.TokensBelowAsync(root, at, CancellationToken.None);
        return new Reach(tokens.Select(t => t.Audience).ToFrozenSet(StringComparer.Ordinal), tokens);
    }

    private sealed record Reach(FrozenSet<string> Audiences, IReadOnlyList<(string Id, string Audience)> Tokens);
}
