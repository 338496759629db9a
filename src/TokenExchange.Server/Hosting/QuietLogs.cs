namespace TokenExchange.Server.Hosting;

/// <summary>
/// Levels below which some libraries never log here, whatever configuration says: OpenIddict writes whole requests at Information, blotting out only what
/// stands where a token belongs and not one that a client put elsewhere; the web host and routing write whole addresses, the web server what it cannot read,
/// others the headers they look at, sign-in with an identity provider its codes and tokens. At users' sign-in it would also log as an error whatever a stranger makes it refuse, which is on record. The web host also puts the address into the scope of all that is logged for a request, unless it logs nothing at
/// all. A token never reaches a log.
/// </summary>
internal static class QuietLogs
{
    private static readonly (string Category, LogLevel Floor)[] s_floors =
    [
        ("OpenIddict", LogLevel.Warning),
        (typeof(Me.SignInHandler).FullName!, LogLevel.None),
        ("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None),
        ("Microsoft.AspNetCore.Routing", LogLevel.Information),
        ("Microsoft.AspNetCore.StaticFiles", LogLevel.Information),
        ("Microsoft.AspNetCore.Server.Kestrel.BadRequests", LogLevel.Information),
        ("Microsoft.AspNetCore.Server.Kestrel.Http2", LogLevel.Information),
        ("Microsoft.AspNetCore.Server.Kestrel.Http3", LogLevel.Information),
        ("Microsoft.AspNetCore.Authentication.OpenIdConnect", LogLevel.Information),
        ("Microsoft.AspNetCore.HttpOverrides", LogLevel.Information),
        ("Microsoft.AspNetCore.HostFiltering", LogLevel.Warning),
    ];

    public static void AddQuietLogs(this IServiceCollection services) => services.PostConfigure<LoggerFilterOptions>(options =>
    {
        // One rule of each provider wins, the most exact one; so that whichever it is keeps to the floors, all do, and there is one for everything.
        options.Rules.Insert(0, new LoggerFilterRule(null, null, options.MinLevel, null));
        for (var i = 0; i < options.Rules.Count; i++)
        {
            var rule = options.Rules[i];
            options.Rules[i] = new LoggerFilterRule(
                rule.ProviderName, rule.CategoryName, rule.LogLevel,
                (provider, category, level) => level >= FloorOf(category) && (rule.Filter?.Invoke(provider, category, level) ?? true));
        }
    });

    private static LogLevel FloorOf(string? category)
    {
        foreach (var (quiet, floor) in s_floors)
        {
            if (category?.StartsWith(quiet, StringComparison.OrdinalIgnoreCase) == true)
            {
                return floor;
            }
        }

        return LogLevel.Trace;
    }
}
