namespace TokenExchange.Server.Hosting;

/// <summary>
/// Levels below which some libraries never log here, whatever configuration says: OpenIddict writes whole requests at Information, blotting out only what
/// stands where a token belongs and not one that a client put elsewhere; the web host and routing write whole addresses, and the web server the header it cannot
/// read. The web host also puts the address into the scope of all that is logged for a request, unless it logs nothing at all. A token never reaches a log.
/// </summary>
internal static class QuietLogs
{
    public static void AddQuietLogs(this IServiceCollection services) => services.PostConfigure<LoggerFilterOptions>(options =>
    {
        Raise(options, "OpenIddict", LogLevel.Warning);
        Raise(options, "Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        Raise(options, "Microsoft.AspNetCore.Routing", LogLevel.Information);
        Raise(options, "Microsoft.AspNetCore.Server.Kestrel.BadRequests", LogLevel.Information);
    });

    // The most exact rule of a provider wins: those for this category are raised, and beside each that is wider one for this category is put.
    private static void Raise(LoggerFilterOptions options, string category, LogLevel floor)
    {
        options.Rules.Insert(0, new LoggerFilterRule(null, null, options.MinLevel, null));
        foreach (var (rule, index) in options.Rules.Select((r, i) => (r, i)).ToList())
        {
            var level = rule.LogLevel is { } l && l > floor ? l : floor;
            if (rule.CategoryName?.StartsWith(category, StringComparison.OrdinalIgnoreCase) == true)
            {
                options.Rules[index] = new LoggerFilterRule(rule.ProviderName, rule.CategoryName, level, rule.Filter);
            }
            else if (category.StartsWith(rule.CategoryName ?? string.Empty, StringComparison.OrdinalIgnoreCase))
            {
                options.Rules.Add(new LoggerFilterRule(rule.ProviderName, category, level, rule.Filter));
            }
        }
    }
}
