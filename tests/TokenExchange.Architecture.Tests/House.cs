using System.Text.RegularExpressions;
using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using static ArchUnitNET.Fluent.ArchRuleDefinition;
using Assembly = System.Reflection.Assembly;

namespace TokenExchange.Architecture.Tests;

/// <summary>
/// The compiled projects as one picture the rules look at. There are two: the real one, whose parts are assemblies, and one built to break
/// every rule, whose parts are namespaces below <c>Violations</c>. The rules cannot tell which one they are given.
/// </summary>
internal sealed record House(
    ArchUnitNET.Domain.Architecture Architecture,
    string RootNamespace,
    IObjectProvider<IType> Core,
    IObjectProvider<IType> Storage,
    IObjectProvider<IType> Server,
    IObjectProvider<IType> ResourceServer,
    IObjectProvider<IType> Client,
    IObjectProvider<IType> Migrations)
{
    private static readonly string[] MigrationProjects = ["TokenExchange.Migrations.Sqlite", "TokenExchange.Migrations.SqlServer"];

    /// <summary>The names of all assemblies of the real house, migrations included.</summary>
    public static IReadOnlyList<string> AssemblyNames { get; } =
    [
        "TokenExchange.Client",
        "TokenExchange.Core",
        .. MigrationProjects,
        "TokenExchange.ResourceServer",
        "TokenExchange.Server",
        "TokenExchange.Storage",
    ];

    public static House Real { get; } = BuildReal();

    public static House Violating { get; } = BuildViolating();

    /// <summary>What the projects under <c>src/</c> hold.</summary>
    public IObjectProvider<IType> Source =>
        Types().That().Are(Core).Or().Are(Storage).Or().Are(Server).Or().Are(ResourceServer).Or().Are(Client);

    /// <summary>What is installed by others: it must never drag the server along.</summary>
    public IObjectProvider<IType> Published => Types().That().Are(Core).Or().Are(ResourceServer).Or().Are(Client);

    /// <summary>A regular expression for a namespace of this house and all below it.</summary>
    public string Namespace(string name) => Below($"{RootNamespace}.{name}");

    private static House BuildReal()
    {
        var assemblies = AssemblyNames.ToDictionary(name => name, Assembly.Load, StringComparer.Ordinal);
        return new(
            new ArchLoader().LoadAssemblies([.. assemblies.Values]).Build(),
            "TokenExchange",
            In("TokenExchange.Core"),
            In("TokenExchange.Storage"),
            In("TokenExchange.Server"),
            In("TokenExchange.ResourceServer"),
            In("TokenExchange.Client"),
            Types().That().ResideInAssembly(assemblies[MigrationProjects[0]], assemblies[MigrationProjects[1]]));

        IObjectProvider<IType> In(string name) => Types().That().ResideInAssembly(assemblies[name]);
    }

    private static House BuildViolating()
    {
        var root = $"{typeof(House).Namespace}.Violations";
        return new(
            new ArchLoader().LoadAssemblies(typeof(House).Assembly).Build(),
            root,
            In("Core"),
            In("Storage"),
            In("Server"),
            In("ResourceServer"),
            In("Client"),
            In("Migrations"));

        IObjectProvider<IType> In(string name) => Types().That().ResideInNamespaceMatching(Below($"{root}.{name}"));
    }

    private static string Below(string name) => $@"^{Regex.Escape(name)}(\.|$)";
}
