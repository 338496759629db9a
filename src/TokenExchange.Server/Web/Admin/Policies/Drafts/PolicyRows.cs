using System.Globalization;

namespace TokenExchange.Server.Web.Admin.Policies.Drafts;

/// <summary>
/// The buttons of a policy's form that add and take away rows: the form comes back with everything that was typed. A button says <c>add:subjects</c>,
/// <c>add:claims:0</c>, <c>remove:claims:0:1</c>.
/// </summary>
internal static class PolicyRows
{
    // A form has so many fields that can be read; rows beyond are written as JSON.
    private const int Most = 50;

    /// <summary>Does what a button says; the answer is the field that comes into focus, null when it says nothing of rows.</summary>
    public static string? Apply(PolicyInput input, string action)
    {
        var parts = action.Split(':');
        var places = parts.Skip(2).Select(p => int.TryParse(p, NumberStyles.None, CultureInfo.InvariantCulture, out var place) ? place : -1).ToArray();
        return parts switch
        {
            ["add", "subjects"] => Add(input.Subjects, new SubjectInput(), "Input.Subjects", ".Issuer"),
            ["remove", "subjects", _] => Remove(input.Subjects, places[0], "add:subjects"),
            ["add", "claims", _] when input.Subjects.ElementAtOrDefault(places[0]) is { } subject => Add(subject.Claims, new ClaimInput(), $"Input.Subjects[{places[0]}].Claims", ".Name"),
            ["remove", "claims", _, _] when input.Subjects.ElementAtOrDefault(places[0]) is { } subject => Remove(subject.Claims, places[1], $"add:claims:{places[0]}"),
            ["add", "onwardTo"] => Add(input.Limits.OnwardTo, new OnwardInput(), "Input.Limits.OnwardTo", ".Agent"),
            ["remove", "onwardTo", _] => Remove(input.Limits.OnwardTo, places[0], "add:onwardTo"),
            ["add", "perScope"] => Add(input.Limits.PerScope, new PerScopeInput(), "Input.Limits.PerScope", ".Scope"),
            ["remove", "perScope", _] => Remove(input.Limits.PerScope, places[0], "add:perScope"),
            ["add", "conditions", "timeWindow" or "sourceNetwork" or "claimEquals" or "claimContains"] => Add(input.Conditions, new ConditionInput { Kind = parts[2] }, "Input.Conditions", FirstOf(parts[2])),
            ["remove", "conditions", _] => Remove(input.Conditions, places[0], "add:conditions:timeWindow"),
            ["show", "scopes"] => "Input.Resource",
            ["show", "onward", _] => $"Input.Limits.OnwardTo[{places[0]}].Resource",
            _ => null,
        };
    }

    private static string FirstOf(string kind) => kind switch
    {
        "timeWindow" => ".TimeWindow.From",
        "sourceNetwork" => ".SourceNetwork",
        "claimEquals" => ".ClaimEquals.Claim",
        _ => ".ClaimContains.Claim",
    };

    private static string Add<T>(IList<T> rows, T row, string name, string first)
    {
        if (rows.Count < Most)
        {
            rows.Add(row);
        }

        return $"{name}[{rows.Count - 1}]{first}";
    }

    private static string Remove<T>(IList<T> rows, int place, string focus)
    {
        if (place >= 0 && place < rows.Count)
        {
            rows.RemoveAt(place);
        }

        return focus;
    }
}
