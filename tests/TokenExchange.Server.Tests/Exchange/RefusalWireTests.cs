using System.Text;
using TokenExchange.Server.Exchange;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Exchange;

/// <summary>What the pages say of refusals is what is answered. Run with UPDATE_DOCS=1 to write docs/errors.md anew.</summary>
public sealed class RefusalWireTests
{
    private static IEnumerable<WireError> All => Enum.GetValues<RefusalReason>().Select(RefusalWire.For);

    [Fact]
    public void Every_refusal_has_its_row_in_the_table_of_the_protocol()
    {
        var rows = File.ReadLines(Path.Combine(Folders.Docs, "protocol.md"))
            .SkipWhile(line => !line.StartsWith("| code | status | `error`", StringComparison.Ordinal)).Skip(2)
            .TakeWhile(line => line.StartsWith('|'))
            .Select(line => string.Join('|', line.Split('|')[..5]));

        rows.Order(StringComparer.Ordinal).ShouldBe(All.Select(e => $"| `{e.Code}` | {e.Status} | `{e.Error}` | {e.Description} ").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_page_of_errors_says_what_to_do_about_each()
    {
        var page = new StringBuilder("""
            # Errors

            What stands behind each `error_uri` of this server, `…/errors/` and the code: what was wrong, and what to do. Why a particular request was refused is in
            its record, for administrators. Written from the code by `RefusalWireTests`.


            """);
        foreach (var e in All.OrderBy(e => e.Code, StringComparer.Ordinal))
        {
            page.Append(System.Globalization.CultureInfo.InvariantCulture, $"## {e.Code}\n\n{e.Status} `{e.Error}`. {e.Description}\n\n{e.Help}\n\n");
        }

        var (expected, path) = (page.ToString().TrimEnd() + "\n", Path.Combine(Folders.Docs, "errors.md"));
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") is "1")
        {
            File.WriteAllText(path, expected);
        }

        File.ReadAllText(path).ShouldBe(expected, "docs/errors.md has drifted from the code; run these tests with UPDATE_DOCS=1 and commit what changes");
    }

    [Fact]
    public void No_two_refusals_share_a_code() => RefusalWire.ByCode.Count.ShouldBe(Enum.GetValues<RefusalReason>().Length);
}
