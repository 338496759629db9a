namespace TokenExchange.Server.Tests.Laws;

/// <summary>Which token a step presents.</summary>
public enum Hold
{
    Latest,
    Earlier,
    Assertion,
}

/// <summary>Who takes a step.</summary>
public enum Who
{
    /// <summary>Somebody the token in hand names; at a first hop somebody the rules let begin.</summary>
    Named,

    /// <summary>The current actor of the token in hand.</summary>
    Current,

    /// <summary>Anybody.</summary>
    Anyone,
}

/// <summary>Where a step leads.</summary>
public enum Where
{
    Same,

    /// <summary>Where an <c>onwardTo</c> entry for the agent leads.</summary>
    Onward,
    Any,
}

/// <summary>What a step asks for.</summary>
public enum Ask
{
    Nothing,
    Subset,
    TooMuch,
}

/// <summary>The purpose a step declares.</summary>
public enum Why
{
    Absent,
    Same,
    Other,
}

/// <summary>One exchange of a walk, as an intention: what it comes to depends on the tokens in hand when it is taken.</summary>
public sealed record Stride
{
    public Hold Hold { get; init; }

    public Who Who { get; init; }

    public Where Where { get; init; }

    public Ask Ask { get; init; }

    public Why Why { get; init; }

    /// <summary>Chooses among several.</summary>
    public int Pick { get; init; }

    /// <summary>Milliseconds that pass before it.</summary>
    public int Wait { get; init; }

    /// <summary>Whether the other rules are published before it.</summary>
    public bool Republish { get; init; }

    public override string ToString() =>
        $"{(Republish ? "other rules are published; " : string.Empty)}{Wait} ms later with {Hold} token, {Who} agent, {Where} resource, {Ask} of the scopes, {Why} purpose (pick {Pick})";
}

/// <summary>A user's session that is lent and handed on.</summary>
public sealed record Walk
{
    /// <summary>Who vouches for the user.</summary>
    public required string Issuer { get; init; }

    /// <summary>The assertion's scope claim; null when it has none.</summary>
    public string? Scopes { get; init; }

    /// <summary>The one agent the assertion's may_act names; null when it has none.</summary>
    public string? MayAct { get; init; }

    /// <summary>Seconds the assertion lives.</summary>
    public required int Lives { get; init; }

    /// <summary>Seconds since the user signed in; null when the assertion does not say.</summary>
    public int? SignedIn { get; init; }

    public string? Acr { get; init; }

    public required IReadOnlyList<string> Amr { get; init; }

    public required IReadOnlyList<Stride> Steps { get; init; }

    public override string ToString() =>
        $"an assertion of {Rules.HostOf(Issuer)} that lives {Lives} s, scope {Scopes ?? "absent"}, signed in {SignedIn?.ToString() ?? "?"} s ago, acr {Acr ?? "absent"}, amr [{string.Join(' ', Amr)}], may_act {MayAct ?? "absent"}\n"
        + string.Concat(Steps.Select((s, i) => $"  {i + 1}. {s}\n"));
}

/// <summary>Walks taken one after the other under the same rules, which may be replaced by others on the way.</summary>
public sealed record Outing(Rules Rules, Rules OtherRules, IReadOnlyList<Walk> Walks)
{
    public const int WalksEach = 3;

    public override string ToString() => $"rules:\n{Rules}other rules:\n{OtherRules}{string.Concat(Walks)}";
}
