using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Mvc.Rendering;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Web.Parts;

namespace TokenExchange.Server.Web.Admin.Policies.Drafts;

/// <summary>Which field of a form a member stands in: <c>limits.onwardTo[0].agent</c> in <c>Input.Limits.OnwardTo[0].Agent</c>.</summary>
internal static partial class FormNames
{
    /// <summary>The name of the field.</summary>
    public static string Of(string prefix, string member)
    {
        var name = string.Join('.', member.Split('.').Select(part => part.Length == 0 ? part : char.ToUpperInvariant(part[0]) + part[1..]));

        // A list of texts is one field; what is wrong with one of them is said there.
        name = Entry().Replace(name, string.Empty);
        return prefix + (name.EndsWith("ClaimEquals", StringComparison.Ordinal) || name.EndsWith("ClaimContains", StringComparison.Ordinal) ? $"{name}.Claim" : name);
    }

    /// <summary>The member that stands in a field.</summary>
    public static string MemberOf(string prefix, string field) =>
        string.Join('.', (field.StartsWith(prefix, StringComparison.Ordinal) ? field[prefix.Length..] : field).Split('.').Select(JsonNamingPolicy.CamelCase.ConvertName));

    /// <summary>Its id in the page.</summary>
    public static string IdOf(string prefix, string member) => TagBuilder.CreateSanitizedId(Of(prefix, member), "_") ?? string.Empty;

    /// <summary>A message of the validators in the words of a form, which knows no <c>hh:mm:ss</c> and no null.</summary>
    public static MemberProblem InWords(MemberProblem problem) =>
        problem with { Message = DurationWords.In(problem.Message).Replace(", or null", ", or leave it empty", StringComparison.Ordinal).Replace(" or null", " or empty", StringComparison.Ordinal) };

    // Subjects, receivers and conditions are rows with fields of their own.
    [GeneratedRegex(@"(?<=(Agents|AgentKinds|AgentTags|Scopes|AcrValues|Days|SourceNetwork))\[[0-9]+\]\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex Entry();
}
