namespace TokenExchange.Browser.Pages;

/// <summary>What was seen of one page, by somebody who looked at it in every way.</summary>
internal sealed record Inspection
{
    /// <summary>Of the answer.</summary>
    public required int Status { get; init; }

    /// <summary>Where the browser ended up.</summary>
    public required string Address { get; init; }

    /// <summary>What the browser complained of.</summary>
    public IReadOnlyList<string> Complaints { get; init; } = [];

    /// <summary>What axe found, by theme.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Violations { get; init; } = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);

    /// <summary>What reaches beyond the window, by the width of the window in CSS pixels.</summary>
    public IReadOnlyDictionary<int, IReadOnlyList<string>> Overflow { get; init; } = new Dictionary<int, IReadOnlyList<string>>();

    /// <summary>Controls that Tab does not reach, or that do not show that it did.</summary>
    public IReadOnlyList<string> Unreached { get; init; } = [];

    /// <summary>How many controls it did reach.</summary>
    public int Reached { get; init; }

    /// <summary>What the page says, with scripts.</summary>
    public string Words { get; init; } = string.Empty;

    /// <summary>The same without.</summary>
    public string WordsWithoutScript { get; init; } = string.Empty;

    /// <summary>Files of its pictures.</summary>
    public IReadOnlyList<string> Pictures { get; init; } = [];
}
