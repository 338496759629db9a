namespace TokenExchange.Architecture.Tests;

/// <summary>A file that grows past a few screens usually hides a second room.</summary>
internal static class FileLengths
{
    public const int MostLines = 400;

    private static readonly string[] Kinds = ["*.cs", "*.cshtml", "*.css", "*.js", "*.mjs", "*.html"];

    /// <summary>The source files people write below a folder; <c>wwwroot/lib</c> holds what others wrote.</summary>
    public static IReadOnlyList<string> Sources(string folder) =>
    [
        .. Kinds.SelectMany(kind => Repository.WrittenFiles(folder, kind))
            .Where(path => !path.Replace('\\', '/').Contains("/wwwroot/lib/", StringComparison.Ordinal)),
    ];

    public static IReadOnlyList<string> TooLong(string folder) =>
    [
        .. from path in Sources(folder)
           let lines = File.ReadLines(path).Count()
           where lines > MostLines
           select $"{Path.GetRelativePath(folder, path)} has {lines} lines",
    ];
}
