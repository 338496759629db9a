using TokenExchange.Core.Policies;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Server.Simulation;

/// <summary>One exchange whose outcome would differ.</summary>
/// <param name="Record">Number of the record.</param>
/// <param name="At">When it was.</param>
/// <param name="Subject">The user.</param>
/// <param name="Resource">The resource.</param>
/// <param name="Requested">The scopes asked for; null when none were named.</param>
/// <param name="Before">What was answered.</param>
/// <param name="After">What would be.</param>
/// <param name="NotKnowable">Claims that were not recorded and count against the agent; null when there are none.</param>
internal sealed record ReplayExample(long Record, DateTimeOffset At, string? Subject, string Resource, string? Requested, string Before, string After, IReadOnlyList<string>? NotKnowable);

/// <summary>Exchanges of one agent under one purpose that would differ in the same way.</summary>
internal sealed record ReplayGroup(string Agent, string? Purpose, string Change, string From, string To)
{
    private const int MostExamples = 5;

    private readonly List<ReplayExample> _examples = [];

    /// <summary>How many.</summary>
    public int Records { get; private set; }

    /// <summary>In how many of them some claim is not known that might have made the outcome another; null when in none.</summary>
    public int? NotKnowable { get; private set; }

    /// <summary>The newest of them.</summary>
    public IReadOnlyList<ReplayExample> Examples => _examples;

    public void Add(RecordedExchange record, ReplayedOutcome outcome)
    {
        Records++;
        if (outcome.NotKnowable.Count > 0)
        {
            NotKnowable = (NotKnowable ?? 0) + 1;
        }

        if (_examples.Count < MostExamples)
        {
            var question = outcome.Recorded.Question;
            _examples.Add(new ReplayExample(
                record.Id, record.At, record.Subject, question.Resource.Value, question.RequestedScopes?.ToString(), ReplayWords.Of(outcome.Recorded.Decision), ReplayWords.Of(outcome.Decision),
                outcome.NotKnowable.Count > 0 ? outcome.NotKnowable : null));
        }
    }
}

/// <summary>How many records there are of some kind.</summary>
internal sealed record ReplayCount(string Name, int Records);

/// <summary>
/// Counts what a replay finds. Every record is counted once: as unchanged, as changed and then in one group, or as not replayable. It grows with the number of
/// agents and purposes, not of records.
/// </summary>
internal sealed class ReplayTally
{
    private readonly Dictionary<(string Agent, string? Purpose, OutcomeChange Change, string From, string To), ReplayGroup> _groups = [];
    private readonly SortedDictionary<string, int> _notReplayable = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _notKnowable = new(StringComparer.Ordinal);

    /// <summary>Records gone through.</summary>
    public int Records { get; private set; }

    /// <summary>Records whose question was asked again.</summary>
    public int Replayed => Unchanged + Changed;

    /// <summary>Records whose outcome is the same, those included that another policy determines.</summary>
    public int Unchanged { get; private set; }

    /// <summary>Records whose outcome differs.</summary>
    public int Changed { get; private set; }

    /// <summary>Records that could not be asked again, by reason: the question is not on record, or cannot be read.</summary>
    public IReadOnlyList<ReplayCount> NotReplayable => [.. _notReplayable.Select(n => new ReplayCount(n.Key, n.Value))];

    /// <summary>Records in which a claim that policies now look at was not recorded, by claim.</summary>
    public IReadOnlyList<ReplayCount> NotKnowable => [.. _notKnowable.Select(n => new ReplayCount(n.Key, n.Value))];

    /// <summary>What changed, the most frequent first.</summary>
    public IReadOnlyList<ReplayGroup> Changes => Groups(g => g.Change != ReplayWords.Of(OutcomeChange.OtherPolicy));

    /// <summary>Unchanged outcomes that another policy determines.</summary>
    public IReadOnlyList<ReplayGroup> PolicyDiffers => Groups(g => g.Change == ReplayWords.Of(OutcomeChange.OtherPolicy));

    /// <summary>Counts a record; without an outcome it was not replayable.</summary>
    public void Add(RecordedExchange record, ReplayedOutcome? outcome)
    {
        Records++;
        if (outcome is null)
        {
            Count(_notReplayable, record.IsKept ? "unreadable" : "not_recorded");
            return;
        }

        if (outcome.Change is OutcomeChange.None or OutcomeChange.OtherPolicy)
        {
            Unchanged++;
        }
        else
        {
            Changed++;
        }

        foreach (var claim in outcome.NotKnowable)
        {
            Count(_notKnowable, claim);
        }

        if (outcome.Change != OutcomeChange.None)
        {
            GroupOf(outcome).Add(record, outcome);
        }
    }

    private ReplayGroup GroupOf(ReplayedOutcome outcome)
    {
        var (before, after) = (outcome.Recorded.Decision, RecordedDecision.Of(outcome.Decision));
        var purpose = (before as RecordedDecision.Permit)?.Purpose ?? outcome.Recorded.Question.Purpose ?? (after as RecordedDecision.Permit)?.Purpose;
        var byPolicy = outcome.Change == OutcomeChange.OtherPolicy;
        var (from, to) = (ReplayWords.InShort(before, byPolicy), ReplayWords.InShort(after, byPolicy));
        var key = (outcome.Recorded.Question.Agent.ClientId, purpose, outcome.Change, from, to);
        if (!_groups.TryGetValue(key, out var group))
        {
            _groups[key] = group = new ReplayGroup(key.ClientId, purpose, ReplayWords.Of(outcome.Change), from, to);
        }

        return group;
    }

    private List<ReplayGroup> Groups(Func<ReplayGroup, bool> which) =>
    [
        .. _groups.Values.Where(which)
            .OrderByDescending(g => g.Records)
            .ThenBy(g => g.Agent, StringComparer.Ordinal)
            .ThenBy(g => g.Purpose, StringComparer.Ordinal)
            .ThenBy(g => g.Change, StringComparer.Ordinal)
            .ThenBy(g => g.From, StringComparer.Ordinal)
            .ThenBy(g => g.To, StringComparer.Ordinal),
    ];

    private static void Count(SortedDictionary<string, int> counts, string name) => counts[name] = counts.GetValueOrDefault(name) + 1;
}

/// <summary>Outcomes in words.</summary>
internal static class ReplayWords
{
    private static readonly Dictionary<OutcomeChange, string> s_changes =
        Enum.GetValues<OutcomeChange>().ToDictionary(c => c, c => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(c.ToString()));

    public static string Of(OutcomeChange change) => s_changes[change];

    public static string Of(RecordedDecision decision) => decision switch
    {
        RecordedDecision.Permit permit => $"permit {permit.Granted} under {permit.Purpose} by {permit.Policy}",
        RecordedDecision.Deny deny => $"deny {DenyReasons.NameOf(deny.Reason)}",
        _ => throw new InvalidOperationException("Unknown decision."),
    };

    /// <summary>What is answered now, with the policies that came closest.</summary>
    public static string Of(Decision decision) => decision is Decision.Deny { Closest.Count: > 0 } deny
        ? $"deny {DenyReasons.NameOf(deny.Reason)}: {string.Join("; ", deny.Closest.Select(c => $"{c.Policy}: {c.Detail}"))}"
        : Of(RecordedDecision.Of(decision));

    public static string InShort(RecordedDecision decision, bool byPolicy) => decision switch
    {
        RecordedDecision.Permit permit => byPolicy ? permit.Policy : "permit",
        RecordedDecision.Deny deny => DenyReasons.NameOf(deny.Reason),
        _ => throw new InvalidOperationException("Unknown decision."),
    };
}
