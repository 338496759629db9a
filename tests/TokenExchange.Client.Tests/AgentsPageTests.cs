using System.Text.RegularExpressions;

namespace TokenExchange.Client.Tests;

public sealed partial class AgentsPageTests
{
    [Fact]
    public void Every_line_of_csharp_on_the_agents_page_is_compiled()
    {
        var compiled = Lines(File.ReadAllText(Path.Combine(Folders.ThisProject, "AgentsPage.cs")));
        var snippets = Snippet().Matches(File.ReadAllText(Path.Combine(Folders.Repository, "docs", "agents.md"))).Select(m => Lines(m.Groups["code"].Value)).ToList();

        snippets.Count.ShouldBe(8);
        snippets.ShouldAllBe(s => compiled.Contains(s, StringComparison.Ordinal));
    }

    /// <summary>The lines without their indentation, as one text.</summary>
    private static string Lines(string text) => string.Join('\n', text.ReplaceLineEndings("\n").Trim().Split('\n').Select(l => l.Trim()));

    [GeneratedRegex(@"^```csharp\r?\n(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, 5_000)]
    private static partial Regex Snippet();
}
