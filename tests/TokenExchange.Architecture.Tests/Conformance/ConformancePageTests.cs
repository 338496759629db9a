namespace TokenExchange.Architecture.Tests.Conformance;

/// <summary>docs/conformance.md says what the attributes on the tests say. Run with UPDATE_DOCS=1 to write it anew.</summary>
public sealed class ConformancePageTests
{
    private const string HowToUpdate = "docs/conformance.md has drifted from the tests; run these tests with UPDATE_DOCS=1 and commit what changes";

    // Written with a placeholder, or the reader would take these for attributes of this file.
    private const string Good = """
        public sealed class BreadTests
        {
            [§("RFC 8693", "2.1", "Bread is baked")]
            [Theory]
            [InlineData("rye")]
            [§("RFC 6749", "5.2", "Bread that is burnt is refused")]
            public async Task Bread_is_baked(string kind)
            {
            }

            [WalkLaw]
            public Task No_bread_is_lost(Outing outing) => Task.CompletedTask;

            private sealed class Oven
            {
            }

            [§("RFC 8693", "2.1", "Bread is baked")]
            [Fact]
            public void Rolls_are_bread() => true.ShouldBeTrue();
        }
        """;

    private static IReadOnlyList<ProvenRequirement> Proven => RequirementReader.ReadAll(Repository.Root, Repository.PathOf("tests"));

    [Fact]
    public void The_page_is_what_the_tests_say()
    {
        var expected = ConformancePage.Write(Proven, Unproven.NotApplicable, Unproven.NotYet);
        var path = Repository.PathOf("docs", "conformance.md");
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") is "1")
        {
            File.WriteAllText(path, expected);
        }

        File.ReadAllText(path).ShouldBe(expected, HowToUpdate);
    }

    [Fact]
    public void Every_specification_has_requirements_with_tests() =>
        Specifications.All.Where(s => !Proven.Any(r => string.Equals(r.Specification, s.Name, StringComparison.Ordinal))).ShouldBeEmpty();

    [Fact]
    public void Every_requirement_of_the_ASVS_chapters_is_accounted_for()
    {
        string[] ids =
        [
            "V9.1.1", "V9.1.2", "V9.1.3", "V9.2.1", "V9.2.2", "V9.2.3", "V9.2.4", "V10.1.1", "V10.1.2", .. Ids("V10.2", 3), .. Ids("V10.3", 5), .. Ids("V10.4", 16), .. Ids("V10.5", 5),
            "V10.6.1", "V10.6.2", .. Ids("V10.7", 3),
        ];

        Proven.Select(r => (r.Specification, r.Section))
            .Concat(Unproven.NotApplicable.Concat(Unproven.NotYet).Select(r => (r.Specification, r.Section)))
            .Where(r => r.Specification == "ASVS 5.0").Select(r => r.Section).Distinct(StringComparer.Ordinal)
            .ShouldBe(ids, ignoreOrder: true);

        static IEnumerable<string> Ids(string section, int count) => Enumerable.Range(1, count).Select(i => $"{section}.{i}");
    }

    [Fact]
    public void Attributes_are_read_with_the_test_they_stand_on() => Read(Good).ShouldBe(
    [
        new("RFC 8693", "2.1", "Bread is baked", "BreadTests.Bread_is_baked", "tests/Bread.cs"),
        new("RFC 6749", "5.2", "Bread that is burnt is refused", "BreadTests.Bread_is_baked", "tests/Bread.cs"),
        new("RFC 8693", "2.1", "Bread is baked", "BreadTests.Rolls_are_bread", "tests/Bread.cs"),
    ]);

    [Fact]
    public void An_attribute_on_a_class_is_for_all_its_tests() =>
        Read("[§(\"RFC 8693\", \"2.1\", \"Bread is baked\")]\npublic sealed class BreadTests").ShouldHaveSingleItem().Test.ShouldBe("BreadTests");

    [Theory]
    [InlineData("    [§(\"RFC 8693\", \"2.1\", Text)]\n    [Fact]\n    public void Bread()")]
    [InlineData("    [§(\"RFC 8693\", \"2.1\", \"Say \\\"bread\\\"\")]\n    [Fact]\n    public void Bread()")]
    [InlineData("    [§(\"RFC 8693\", \"2.1\")]\n    [Fact]\n    public void Bread()")]
    [InlineData("    [§(\n        \"RFC 8693\", \"2.1\", \"Bread\")]\n    [Fact]\n    public void Bread()")]
    [InlineData("    [Fact, §(\"RFC 8693\", \"2.1\", \"Bread\")]\n    public void Bread()")]
    [InlineData("    [Fact] [§(\"RFC 8693\", \"2.1\", \"Bread\")]\n    public void Bread()")]
    [InlineData("    [TokenExchange.Conformance.§Attribute(\"RFC 8693\", \"2.1\", \"Bread\")]\n    [Fact]\n    public void Bread()")]
    public void An_attribute_written_in_another_way_is_an_error(string lines) =>
        Should.Throw<FormatException>(() => Read("public class BreadTests\n{\n" + lines)).Message.ShouldEndWith("alone on one line, with plain strings");

    [Theory]
    [InlineData("", "no public class or method follows")]
    [InlineData("    public void Bread()", "Bread is no test")]
    [InlineData("    [Fact]\n    public int Bread;", "what follows is neither a class nor a method")]
    [InlineData("    private void Bread()", "no public class or method follows")]
    public void An_attribute_on_what_is_no_test_is_an_error(string next, string problem) =>
        Should.Throw<FormatException>(() => Read("public class BreadTests\n{\n    [§(\"RFC 8693\", \"2.1\", \"Bread is baked\")]\n" + next)).Message.ShouldBe($"tests/Bread.cs(3): {problem}");

    [Theory]
    [InlineData("RFC 8694", "2.1", "Bread is baked")]
    [InlineData("RFC 8693", "2.1.", "Bread is baked")]
    [InlineData("RFC 8693", "§2.1", "Bread is baked")]
    [InlineData("ASVS 5.0", "9.1.1", "Bread is baked")]
    [InlineData("RFC 8693", "2.1", "bread is baked")]
    [InlineData("RFC 8693", "2.1", "Bread is baked.")]
    public void A_requirement_the_page_has_no_place_for_is_an_error(string specification, string section, string text) =>
        Should.Throw<FormatException>(() => ConformancePage.Write([new(specification, section, text, "BreadTests", "tests/Bread.cs")], [], []));

    [Fact]
    public void What_has_a_test_is_not_said_to_have_none() =>
        Should.Throw<FormatException>(() => ConformancePage.Write(Read(Good.Replace("private", "public", StringComparison.Ordinal)), [], [new("RFC 8693", "2.1", "Bread is baked", "it is not")]));

    [Fact]
    public void Sections_are_in_the_order_of_their_numbers() =>
        new[] { "2.10", "2.9", "10", "2", "V10.4.16", "V10.4.2" }.OrderBy(Specifications.SortKey, StringComparer.Ordinal).ShouldBe(["2", "2.9", "2.10", "10", "V10.4.2", "V10.4.16"]);

    [Fact]
    public void A_requirement_shown_by_two_tests_is_one_row()
    {
        var page = ConformancePage.Write(Read(Good), [], []);

        page.ShouldContain("| 2.1 | Bread is baked | [`BreadTests.Bread_is_baked`](../tests/Bread.cs)<br>[`BreadTests.Rolls_are_bread`](../tests/Bread.cs) |\n");
        page.ShouldContain("| [RFC 8693](#rfc-8693) | OAuth 2.0 Token Exchange | 1 | 0 | 0 |\n");
    }

    private static IReadOnlyList<ProvenRequirement> Read(string text) => RequirementReader.Read("tests/Bread.cs", text.Replace("§", "Requirement", StringComparison.Ordinal).Split('\n'));
}
