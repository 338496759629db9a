namespace TokenExchange.Server.Tests.Fixtures;

/// <summary>Where the sources are: found from the output folder, because a deterministic build writes no real paths.</summary>
internal static class Folders
{
    /// <summary>The folder of one test project.</summary>
    public static string Project(string name) => Path.Combine(Find("TokenExchange.sln"), "tests", name);

    public static string Docs { get; } = Path.Combine(Find("TokenExchange.sln"), "docs");

    private static string Find(string file)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, file)))
            {
                return folder.FullName;
            }
        }

        throw new FileNotFoundException($"No folder above the output has {file}.");
    }
}
