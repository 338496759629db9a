namespace TokenExchange.Architecture.Tests;

/// <summary>Arrows between projects only ever point one way. The table is the design; a new project or arrow is a decision, made here.</summary>
public sealed class ProjectFileTests : IDisposable
{
    private static readonly string[] Table =
    [
        "Client -> Core",
        "Core -> none",
        "Migrations.SqlServer -> Storage",
        "Migrations.Sqlite -> Storage",
        "ResourceServer -> Core",
        "Server -> Core, Migrations.SqlServer, Migrations.Sqlite, Storage",
        "Storage -> Core",
    ];

    private readonly string _scratch = Directory.CreateTempSubdirectory("project-files-").FullName;

    public void Dispose() => Directory.Delete(_scratch, recursive: true);

    [Fact]
    public void Projects_reference_each_other_as_the_table_says() =>
        ProjectFiles.References(Repository.PathOf("src"), Repository.PathOf("migrations")).ShouldBe(Table);

    [Fact]
    public void An_arrow_that_is_not_in_the_table_is_seen()
    {
        WriteProject("TokenExchange.Core", """<ItemGroup><ProjectReference Include="..\TokenExchange.Storage\TokenExchange.Storage.csproj" /></ItemGroup>""");

        ProjectFiles.References(_scratch).ShouldBe(["Core -> Storage"]);
    }

    [Fact]
    public void Shared_build_files_add_no_references_behind_the_table()
    {
        var shared = SharedBuildFiles(Repository.Root).Where(path => !path.StartsWith(Repository.PathOf("tests"), StringComparison.Ordinal)).ToArray();

        shared.ShouldContain(Repository.PathOf("Directory.Build.props"), StringComparer.Ordinal);
        shared.SelectMany(path => ProjectFiles.Items(path, "ProjectReference")).ShouldBeEmpty();
    }

    [Fact]
    public void A_reference_in_a_shared_build_file_is_seen()
    {
        File.WriteAllText(Path.Combine(_scratch, "Directory.Build.props"), """<Project><ItemGroup><ProjectReference Include="a.csproj" /></ItemGroup></Project>""");

        SharedBuildFiles(_scratch).SelectMany(path => ProjectFiles.Items(path, "ProjectReference")).ShouldHaveSingleItem();
    }

    [Fact]
    public void Core_brings_no_package_with_it()
    {
        var core = Repository.PathOf("src", "TokenExchange.Core", "TokenExchange.Core.csproj");

        ProjectFiles.Items(core, "PackageReference").ShouldNotBeEmpty("the analyzers are what this rule lets through");
        ProjectFiles.PackagesHandedOn(core).ShouldBeEmpty();
    }

    [Fact]
    public void A_package_that_is_not_private_is_seen()
    {
        var project = WriteProject(
            "TokenExchange.Core",
            """
            <ItemGroup>
              <PackageReference Include="Analyzer.Inline" PrivateAssets="all" />
              <PackageReference Include="Analyzer.Nested"><PrivateAssets>All</PrivateAssets></PackageReference>
              <PackageReference Include="Newtonsoft.Json" />
              <PackageReference Include="Half.Private" PrivateAssets="build" />
            </ItemGroup>
            """);

        ProjectFiles.PackagesHandedOn(project).ShouldBe(["Newtonsoft.Json", "Half.Private"]);
    }

    private static IEnumerable<string> SharedBuildFiles(string folder) => Repository.WrittenFiles(folder, "Directory.*.*s");

    private string WriteProject(string name, string items)
    {
        var path = Path.Combine(_scratch, $"{name}.csproj");
        File.WriteAllText(path, $"""<Project Sdk="Microsoft.NET.Sdk">{items}</Project>""");
        return path;
    }
}
