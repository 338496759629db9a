using PublicApiGenerator;

namespace TokenExchange.Client.Tests;

public sealed class PublicApiTests
{
    /// <summary>A change here is a change for every agent. Run with UPDATE_APPROVED=1 to approve it.</summary>
    [Fact]
    public void The_public_api_is_the_approved_one()
    {
        var path = Path.Combine(Folders.ThisProject, "PublicApi.approved.txt");
        var api = typeof(TokenExchangeClient).Assembly.GeneratePublicApi(new ApiGeneratorOptions
        {
            IncludeAssemblyAttributes = false,
            DenyNamespacePrefixes = [],
        }).ReplaceLineEndings("\n").Trim() + "\n";
        if (Environment.GetEnvironmentVariable("UPDATE_APPROVED") is "1")
        {
            File.WriteAllText(path, api);
        }

        File.ReadAllText(path).ShouldBe(api);
    }
}

/// <summary>Where the sources are: found from the output folder, because a deterministic build writes no real paths.</summary>
internal static class Folders
{
    public static string ThisProject { get; } = Find("TokenExchange.Client.Tests.csproj");

    public static string Repository { get; } = Find("TokenExchange.sln");

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
