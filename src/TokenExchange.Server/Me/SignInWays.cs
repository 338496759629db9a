using Microsoft.Extensions.Options;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Settings;

namespace TokenExchange.Server.Me;

/// <summary>One of the places where users sign in.</summary>
/// <param name="Number">Its number among the settings.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Settings">What was set.</param>
public sealed record SignInWay(int Number, string Name, SignInSettings Settings)
{
    /// <summary>Where a link leads that signs in; <see cref="ReturnUrl.Parameter"/> may say where to go then. A link and no form: the way leads to another site, and forms here lead nowhere else.</summary>
    public string Path => $"{SignInEndpoints.SignIn}/{Number}";

    /// <summary>The issuer.</summary>
    public string Issuer => Settings.Issuer;

    /// <summary>Where the issuer sends the browser back to; each issuer to an address of its own, so that none can be taken for another (RFC 9700 §4.4.2).</summary>
    internal string CallbackPath => $"{SignInEndpoints.SignedIn}/{Number}";

    /// <summary>Its authentication scheme.</summary>
    internal string Scheme => $"{SignedInUser.Scheme}.{Number}";
}

/// <summary>The places where users sign in: those that were set, as far as they are trusted at the moment.</summary>
public sealed class SignInWays(IOptions<MeSettings> settings, CatalogSource catalogs)
{
    private static readonly string[] ForUsers = ["id_token", "jwt"];

    /// <summary>All that were set, in their order.</summary>
    public IReadOnlyList<SignInWay> All { get; } =
        [.. settings.Value.SignIn.Select((s, i) => new SignInWay(i, string.IsNullOrEmpty(s.Name) ? new Uri(s.Issuer).Host : s.Name, s))];

    /// <summary>Those that can be offered now.</summary>
    public async Task<IReadOnlyList<SignInWay>> OfferedAsync(CancellationToken cancellationToken)
    {
        var catalog = await catalogs.CurrentAsync(cancellationToken);
        return [.. All.Where(w => FindIssuer(w.Issuer, catalog) is not null)];
    }

    /// <summary>The issuer, where users can sign in there: it was set, and it is trusted with users at the moment.</summary>
    internal IssuerDefinition? FindIssuer(string issuer, Catalog catalog) =>
        All.Any(w => string.Equals(w.Issuer, issuer, StringComparison.Ordinal)) && catalog.FindIssuer(issuer) is { } found && UseOf(found) is not null ? found : null;

    /// <summary>As what its tokens about users may be presented; null where they may not at all.</summary>
    internal static string? UseOf(IssuerDefinition issuer) => ForUsers.FirstOrDefault(t => issuer.TokenTypes.Contains(t, StringComparer.Ordinal));
}
