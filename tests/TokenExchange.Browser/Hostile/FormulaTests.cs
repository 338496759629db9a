using TokenExchange.Browser.Running;
using TokenExchange.Server.Administrators;

namespace TokenExchange.Browser.Hostile;

/// <summary>What strangers sent, in the spreadsheet of whoever exports it.</summary>
[Attack(HostileRows.Formula)]
public sealed class FormulaTests(Sites sites)
{
    [Fact]
    public async Task No_cell_of_an_export_is_a_formula()
    {
        var site = await sites.TriedAsync();
        var reply = await (await site.AsAsync(Roles.Auditor)).GetAsync("/admin/audit?handler=Csv");

        reply.Header("Content-Type").ShouldBe("text/csv; charset=utf-8");
        reply.Header("Content-Disposition").ShouldStartWith("attachment;");
        var rows = Rows(reply.Body).ToList();
        rows.Count.ShouldBeGreaterThan(50);
        rows.ShouldAllBe(r => r.Count == rows[0].Count);
        rows.SelectMany(r => r).Where(c => c.TrimStart() is ['=' or '+' or '-' or '@', ..] || c is ['\t' or '\r' or '\n', ..]).ShouldBeEmpty();

        // Nor where a spreadsheet ends cells at another sign, for which the quotes mean nothing.
        System.Text.RegularExpressions.Regex.Matches(reply.Body, @"[;,|""\t\r\n]\s*[=+\-@]", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(10)).Select(m => m.Value).ShouldBeEmpty();
        rows.SelectMany(r => r).ShouldContain("x;'=HYPERLINK(CHAR(104));y", StringComparer.Ordinal);
        rows.SelectMany(r => r).ShouldContain("'=HYPERLINK(\"http://evil.example\")", StringComparer.Ordinal);
    }

    // RFC 4180: cells may be quoted, and then hold anything.
    private static IEnumerable<IReadOnlyList<string>> Rows(string csv)
    {
        var (row, cell, quoted) = (new List<string>(), new System.Text.StringBuilder(), false);
        for (var i = 0; i < csv.Length; i++)
        {
            switch (csv[i])
            {
                case '"' when quoted && i + 1 < csv.Length && csv[i + 1] == '"':
                    cell.Append(csv[i++]);
                    break;
                case '"':
                    quoted = !quoted;
                    break;
                case ',' or '\n' when !quoted:
                    row.Add(cell.ToString());
                    cell.Clear();
                    if (csv[i] == '\n')
                    {
                        yield return row;
                        row = [];
                    }

                    break;
                case '\r' when !quoted:
                    break;
                default:
                    cell.Append(csv[i]);
                    break;
            }
        }
    }
}
