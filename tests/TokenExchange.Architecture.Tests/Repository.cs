namespace TokenExchange.Architecture.Tests;

/// <summary>The working tree these tests were built from, found upwards from the test's own folder.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>The files below a folder that people write: nothing that a build left there and nothing vendored from elsewhere.</summary>
    public static IEnumerable<string> WrittenFiles(string folder, string pattern) =>
        Directory.EnumerateFiles(folder, pattern, SearchOption.AllDirectories)
            .Where(path => !Path.GetRelativePath(folder, path).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "node_modules"))
            .Order(StringComparer.Ordinal);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "TokenExchange.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"TokenExchange.sln is in no folder above {AppContext.BaseDirectory}.");
    }
}
