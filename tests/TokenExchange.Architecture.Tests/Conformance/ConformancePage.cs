using System.Text;

namespace TokenExchange.Architecture.Tests.Conformance;

/// <summary>Writes <c>docs/conformance.md</c>: what the tests say of themselves, and what is said by hand of requirements no test can show.</summary>
internal static class ConformancePage
{
    private const string Introduction = """
        # Conformance

        What the specifications ask of a token-exchange server, of the apps that rely on its tokens and of the agents that ask for them, and the test that
        shows it. Written from the `[Requirement]` attributes on the tests: a row is here because that test passes. The words are ours; the specification's
        count. Requirements on parties and parts that do not exist here, such as browsers and authorization codes, are named once, under
        [Does not apply](#does-not-apply); what applies and is missing, or is done differently, stands under [Not yet](#not-yet).

        Do not edit this page. Put the attribute on a test, or a row into `tests/TokenExchange.Architecture.Tests/Conformance/Unproven.cs`, and run the tests of
        `ConformancePageTests` with `UPDATE_DOCS=1`.

        """;

    /// <summary>The whole page.</summary>
    /// <exception cref="FormatException">A requirement is of a specification or section the page does not know, or is both proven and not.</exception>
    public static string Write(IReadOnlyList<ProvenRequirement> proven, IReadOnlyList<UnprovenRequirement> notApplicable, IReadOnlyList<UnprovenRequirement> notYet)
    {
        foreach (var r in proven)
        {
            Check(r.Specification, r.Section, r.Text, r.Path);
        }

        foreach (var r in notApplicable.Concat(notYet))
        {
            Check(r.Specification, r.Section, r.Text, "the hand-written list");
            if (proven.Any(p => (p.Specification, p.Section, p.Text) == (r.Specification, r.Section, r.Text)))
            {
                throw new FormatException($"{r.Specification} §{r.Section} \"{r.Text}\" has a test; take it out of the hand-written list");
            }
        }

        var page = new StringBuilder(Introduction).Append('\n');
        Overview(page, proven, notApplicable, notYet);
        foreach (var specification in Specifications.All)
        {
            Table(page, specification, [.. proven.Where(r => string.Equals(r.Specification, specification.Name, StringComparison.Ordinal))]);
        }

        page.Append("\n## Does not apply\n\n| specification | section | requirement | does not apply, because |\n| --- | --- | --- | --- |\n");
        Rows(page, notApplicable);
        page.Append("\n## Not yet\n\nWhat applies and is not so, or is so and not shown by a test.\n\n| specification | section | requirement | today |\n| --- | --- | --- | --- |\n");
        Rows(page, notYet);
        return page.ToString();
    }

    private static void Overview(StringBuilder page, IReadOnlyList<ProvenRequirement> proven, IReadOnlyList<UnprovenRequirement> notApplicable, IReadOnlyList<UnprovenRequirement> notYet)
    {
        page.Append("| specification | | shown by a test | does not apply | not yet |\n| --- | --- | --- | --- | --- |\n");
        foreach (var s in Specifications.All)
        {
            var shown = proven.Where(r => IsOf(s, r.Specification)).Select(r => (r.Section, r.Text)).Distinct().Count();
            page.Append($"| [{s.Name}](#{Anchor(s)}) | {s.Title} | {shown} | {notApplicable.Count(r => IsOf(s, r.Specification))} | {notYet.Count(r => IsOf(s, r.Specification))} |\n");
        }
    }

    private static void Table(StringBuilder page, Specification specification, IReadOnlyList<ProvenRequirement> proven)
    {
        page.Append($"\n## {specification.Name}\n\n{specification.Title}.\n\n| section | requirement | test |\n| --- | --- | --- |\n");
        foreach (var row in proven.GroupBy(r => (r.Section, r.Text)).OrderBy(g => Specifications.SortKey(g.Key.Section), StringComparer.Ordinal).ThenBy(g => g.Key.Text, StringComparer.Ordinal))
        {
            var tests = row.OrderBy(r => r.Test, StringComparer.Ordinal).ThenBy(r => r.Path, StringComparer.Ordinal).Select(r => $"[`{r.Test}`](../{r.Path})");
            page.Append($"| {row.Key.Section} | {Cell(row.Key.Text)} | {string.Join("<br>", tests)} |\n");
        }
    }

    private static void Rows(StringBuilder page, IReadOnlyList<UnprovenRequirement> rows)
    {
        foreach (var r in rows.OrderBy(r => Specifications.IndexOf(r.Specification)).ThenBy(r => Specifications.SortKey(r.Section), StringComparer.Ordinal).ThenBy(r => r.Text, StringComparer.Ordinal))
        {
            page.Append($"| {r.Specification} | {r.Section} | {Cell(r.Text)} | {Cell(r.Because)} |\n");
        }
    }

    private static void Check(string specification, string section, string text, string where)
    {
        if (Specifications.IndexOf(specification) is not { } known || !Specifications.All[known].Sections.IsMatch(section))
        {
            throw new FormatException($"{where}: the page knows no {specification} §{section}");
        }

        if (text.EndsWith('.') || char.IsLower(text[0]))
        {
            throw new FormatException($"{where}: \"{text}\" begins with a capital letter and ends without a full stop");
        }
    }

    private static bool IsOf(Specification specification, string name) => string.Equals(specification.Name, name, StringComparison.Ordinal);

    private static string Anchor(Specification specification) =>
        string.Concat(specification.Name.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c).ToString() : c == ' ' ? "-" : string.Empty));

    private static string Cell(string text) => text.Replace("|", @"\|", StringComparison.Ordinal);
}
