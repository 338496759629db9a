using TokenExchange.Browser.Running;

namespace TokenExchange.Browser.Pages;

/// <summary>An address of a page that shows something.</summary>
/// <param name="Name">Tells it from others of the same page; empty for the only one.</param>
/// <param name="Path">Makes the address, given what is known of the site.</param>
internal sealed record PageExample(string Name, Func<Site, string> Path)
{
    /// <summary>Who looks at it.</summary>
    public string Who { get; init; } = Running.Who.Nobody;

    /// <summary>Whether it looks different while there is nothing yet; then it is looked at there as well.</summary>
    public bool WhenEmpty { get; init; }

    /// <summary>Whether it is looked at on a small screen as well.</summary>
    public bool Small { get; init; }
}

/// <summary>
/// For each page the addresses that are looked at. A page that is not named here is opened at its own address by an administrator, or, below <c>/me</c>, by a user;
/// one whose address needs parameters must be named.
/// </summary>
internal static class Examples
{
    private static readonly Dictionary<string, IReadOnlyList<PageExample>> s_named = new(StringComparer.Ordinal)
    {
        ["/Admin/Index"] = [new("", _ => "/admin") { Who = Administrator, WhenEmpty = true, Small = true }],
    };

    private const string Administrator = Server.Administrators.Roles.Administrator;

    /// <summary>The names of pages that are named here.</summary>
    public static IEnumerable<string> Named => s_named.Keys;

    public static IReadOnlyList<PageExample> Of(SitePage page) => s_named.TryGetValue(page.Name, out var named)
        ? named
        : [new PageExample(string.Empty, _ => page.Templates[0]) { Who = page.IsAdministration ? Administrator : Who.User }];

    /// <summary>An address with values that may contain anything.</summary>
    public static string At(string path, params (string Name, string Value)[] query) => path + Microsoft.AspNetCore.Http.QueryString.Create(query.Select(q => KeyValuePair.Create(q.Name, (string?)q.Value)));
}
