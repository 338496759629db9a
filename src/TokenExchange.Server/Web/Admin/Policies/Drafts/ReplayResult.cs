using TokenExchange.Server.Simulation;

namespace TokenExchange.Server.Web.Admin.Policies.Drafts;

/// <summary>What a replay found, as a page shows it.</summary>
/// <param name="Tally">The counts.</param>
/// <param name="Version">The draft's version that was replayed.</param>
internal sealed record ReplayResult(ReplayTally Tally, long Version)
{
    /// <summary>Records that could not be asked again.</summary>
    public int NotReplayable => Tally.NotReplayable.Sum(n => n.Records);

    /// <summary>Records of some changes.</summary>
    public int Count(params string[] changes) => Tally.Changes.Where(g => changes.Contains(g.Change, StringComparer.Ordinal)).Sum(g => g.Records);

    /// <summary>What changed, in words.</summary>
    public static (string Words, string Kind) Change(string change) => change switch
    {
        "denied" => ("would be denied", "bad"),
        "permitted" => ("would be permitted", "warn"),
        "narrower" => ("fewer scopes", "warn"),
        "wider" => ("more scopes", "warn"),
        "other_scopes" => ("other scopes", "warn"),
        "other_purpose" => ("another purpose", "warn"),
        "other_reason" => ("denied for another reason", "idle"),
        "other_policy" => ("another policy decides", "idle"),
        _ => (change, "idle"),
    };

    /// <summary>Why a record could not be asked again, in words.</summary>
    public static string Reason(string reason) => reason switch
    {
        "not_recorded" => "the question is not on record: it is too old, was too long, or may have held a secret",
        "unreadable" => "it was written by a newer server",
        _ => reason,
    };
}

/// <summary>Groups of records under a heading.</summary>
/// <param name="Heading">What they have in common.</param>
/// <param name="Groups">The most frequent first.</param>
internal sealed record ReplayGroups(string Heading, IReadOnlyList<ReplayGroup> Groups)
{
    /// <summary>As many as somebody reads.</summary>
    public const int Most = 200;
}
