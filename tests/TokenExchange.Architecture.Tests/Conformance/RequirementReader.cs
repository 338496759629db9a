using System.Text.RegularExpressions;

namespace TokenExchange.Architecture.Tests.Conformance;

/// <summary>
/// Reads the <c>[Requirement]</c> attributes from the sources of the tests. It knows one way to write them, and whatever only looks like one is an error:
/// a requirement that was overlooked would be missing from the page without anybody noticing.
/// </summary>
internal static partial class RequirementReader
{
    // Apart from the attributes that use them: a line that begins like an attribute and has the name in it would be read as one.
    private const string Looks = @"^\s*\[.*\bRequirement(Attribute)?\b";
    private const string Is = @"^\s*\[Requirement\(""(?<specification>[^""\\]+)"", ""(?<section>[^""\\]+)"", ""(?<text>[^""\\]+)""\)\]$";

    /// <summary>The requirements proven by all tests below a folder.</summary>
    public static IReadOnlyList<ProvenRequirement> ReadAll(string root, string folder) =>
    [
        .. Repository.WrittenFiles(folder, "*.cs")
            .Where(path => !string.Equals(Path.GetFileName(path), "RequirementAttribute.cs", StringComparison.Ordinal))
            .SelectMany(path => Read(Path.GetRelativePath(root, path).Replace('\\', '/'), File.ReadAllLines(path))),
    ];

    /// <summary>The requirements of one file.</summary>
    /// <exception cref="FormatException">An attribute is not written as it must be, or does not stand on a test or a class of tests.</exception>
    public static IReadOnlyList<ProvenRequirement> Read(string path, IReadOnlyList<string> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        var found = new List<ProvenRequirement>();
        for (var i = 0; i < lines.Count; i++)
        {
            if (!Mention().IsMatch(lines[i]))
            {
                continue;
            }

            if (Attribute().Match(lines[i]) is not { Success: true } attribute)
            {
                throw At(path, i, "write [Requirement(\"specification\", \"section\", \"text\")] alone on one line, with plain strings");
            }

            found.Add(new(attribute.Groups["specification"].Value, attribute.Groups["section"].Value, attribute.Groups["text"].Value, Test(path, lines, i), path));
        }

        return found;
    }

    private static string Test(string path, IReadOnlyList<string> lines, int at)
    {
        var declared = at;
        while (declared < lines.Count && !Declaration().IsMatch(lines[declared]))
        {
            declared++;
        }

        if (declared == lines.Count)
        {
            throw At(path, at, "no public class or method follows");
        }

        if (Class().Match(lines[declared]) is { Success: true } type)
        {
            return type.Groups["name"].Value;
        }

        if (Method().Match(lines[declared]) is not { Success: true } method)
        {
            throw At(path, at, "what follows is neither a class nor a method");
        }

        // The attributes of the method, above this one and below it: what stands between it and the empty line or brace before it.
        var first = at;
        while (first > 0 && lines[first - 1].Trim() is not ("" or "{"))
        {
            first--;
        }

        if (!lines.Skip(first).Take(declared - first).Any(line => TestAttribute().IsMatch(line)))
        {
            throw At(path, at, $"{method.Groups["name"].Value} is no test");
        }

        var indent = Indent(lines[declared]);
        var enclosing = lines.Take(at).LastOrDefault(line => Class().IsMatch(line) && Indent(line) < indent) ?? throw At(path, at, "the method is in no class");
        return $"{Class().Match(enclosing).Groups["name"].Value}.{method.Groups["name"].Value}";
    }

    private static int Indent(string line) => line.Length - line.TrimStart().Length;

    private static FormatException At(string path, int line, string problem) => new($"{path}({line + 1}): {problem}");

    [GeneratedRegex(Looks, RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Mention();

    [GeneratedRegex(Is, RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Attribute();

    [GeneratedRegex(@"^\s*(public|internal)\s", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"^\s*(public|internal) (static |sealed |abstract |partial )*class (?<name>\w+)", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Class();

    [GeneratedRegex(@"^\s*public (static |async )*[\w<>]+ (?<name>\w+)\(", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Method();

    [GeneratedRegex(@"^\s*\[\w*(Fact|Theory|Law)\b", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex TestAttribute();
}
