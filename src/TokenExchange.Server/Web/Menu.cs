using TokenExchange.Server.Administrators;

namespace TokenExchange.Server.Web;

/// <summary>A page in the menu.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Path">Its address; pages below it belong to it.</param>
/// <param name="Right">Who sees it.</param>
public sealed record MenuItem(string Name, string Path, string Right = Rights.Read)
{
    /// <summary>Whether a request is for this page or one below it.</summary>
    public bool IsHere(PathString path) => Path == "/admin" ? path.Value?.TrimEnd('/').Equals("/admin", StringComparison.OrdinalIgnoreCase) == true : path.StartsWithSegments(Path, StringComparison.OrdinalIgnoreCase);
}

/// <summary>The menu of the administration.</summary>
public static class Menu
{
    /// <summary>Groups and their pages, in the order of the screen.</summary>
    public static IReadOnlyList<(string Group, IReadOnlyList<MenuItem> Items)> Groups { get; } =
    [
        (string.Empty, [new MenuItem("Overview", "/admin")]),
        ("Live", [new MenuItem("Delegations", "/admin/delegations")]),
        ("Configure",
        [
            new MenuItem("Agents", "/admin/agents"),
            new MenuItem("Purposes & policies", "/admin/policies"),
            new MenuItem("Resources & scopes", "/admin/resources"),
            new MenuItem("Trusted issuers", "/admin/issuers"),
        ]),
        ("Investigate", [new MenuItem("Audit", "/admin/audit"), new MenuItem("Simulator", "/admin/simulator", Rights.Try)]),
        ("System",
        [
            new MenuItem("Keys", "/admin/keys"),
            new MenuItem("Administrators", "/admin/administrators"),
            new MenuItem("Settings", "/admin/settings"),
            new MenuItem("About", "/admin/about"),
        ]),
    ];
}
