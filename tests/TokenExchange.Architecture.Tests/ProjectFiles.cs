using System.Xml.Linq;

namespace TokenExchange.Architecture.Tests;

/// <summary>What a project file says it depends on, read as text: the compiler drops references nobody uses, this does not.</summary>
internal static class ProjectFiles
{
    /// <summary>Every project's references below the given folders, one line each: <c>Storage -> Core</c>, ordered; without the product's name.</summary>
    public static IReadOnlyList<string> References(params IEnumerable<string> folders) =>
    [
        .. folders
            .SelectMany(folder => Repository.WrittenFiles(folder, "*.csproj"))
            .Select(path => Line(ShortName(path), Items(path, "ProjectReference").Select(item => ShortName(Include(item)))))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The packages that whoever installs the project has to install too: everything not marked <c>PrivateAssets="all"</c>.</summary>
    public static IReadOnlyList<string> PackagesHandedOn(string projectFile) =>
    [
        .. Items(projectFile, "PackageReference")
            .Where(item => !string.Equals(Metadata(item, "PrivateAssets"), "all", StringComparison.OrdinalIgnoreCase))
            .Select(Include),
    ];

    /// <summary>Items of a kind in any MSBuild file.</summary>
    public static IReadOnlyList<XElement> Items(string msbuildFile, string kind) =>
        [.. XDocument.Load(msbuildFile).Descendants().Where(element => Named(element, kind))];

    private static string Line(string project, IEnumerable<string> references)
    {
        var names = string.Join(", ", references.Order(StringComparer.Ordinal));
        return $"{project} -> {(names.Length == 0 ? "none" : names)}";
    }

    private static string ShortName(string path) =>
        Path.GetFileNameWithoutExtension(path.Replace('\\', '/')).Replace("TokenExchange.", "", StringComparison.Ordinal);

    private static string Include(XElement item) => Metadata(item, "Include") ?? throw new InvalidDataException($"{item} includes nothing.");

    private static string? Metadata(XElement item, string name) =>
        item.Attribute(name)?.Value ?? item.Elements().FirstOrDefault(child => Named(child, name))?.Value;

    private static bool Named(XElement element, string name) => string.Equals(element.Name.LocalName, name, StringComparison.Ordinal);
}
