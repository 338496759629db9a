using PublicApiGenerator;

namespace TokenExchange.ResourceServer.Tests;

public sealed class PublicApi
{
    /// <summary>What is published cannot change unnoticed. To accept a change, run the tests once with UPDATE_APPROVED=1 and review the difference.</summary>
    [Fact]
    public void The_public_API_is_the_approved_one()
    {
        var file = Path.Combine(FindRoot(), "tests", "TokenExchange.ResourceServer.Tests", "PublicApi.approved.txt");
        var api = typeof(Delegation).Assembly.GeneratePublicApi(new ApiGeneratorOptions
        {
            IncludeAssemblyAttributes = false,

            // Extension methods live where those who call them look; the generator leaves Microsoft's namespaces out unless told.
            DenyNamespacePrefixes = [],
        }).ReplaceLineEndings("\n") + "\n";
        if (Environment.GetEnvironmentVariable("UPDATE_APPROVED") is "1")
        {
            File.WriteAllText(file, api);
        }

        api.ShouldBe(File.ReadAllText(file));
    }

    // Not [CallerFilePath]: deterministic builds rewrite it.
    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "TokenExchange.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests must run inside the repository.");
        }

        return folder;
    }
}
