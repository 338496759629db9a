using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace TokenExchange.ResourceServer.Authority;

/// <summary>What must hold of the authority's metadata before a key out of it is believed.</summary>
internal static class MetadataRules
{
    /// <summary>The first thing wrong with the metadata, as a sentence for the log; null when it can be used.</summary>
    public static string? FindProblem(OpenIdConnectConfiguration metadata, ActorTokenOptions options)
    {
        // RFC 8414 §3.3: otherwise one issuer could publish keys in the name of another.
        if (!string.Equals(metadata.Issuer, options.Authority, StringComparison.Ordinal))
        {
            return "Its issuer is not the Authority option, character by character.";
        }

        if (metadata.SigningKeys.Count == 0)
        {
            return "It leads to no signing key.";
        }

        if (options.Enforcement is not null && !IsEndpoint(metadata.TokenEndpoint, options.RequireHttpsMetadata))
        {
            return "The Enforcement option is set, but it names no token_endpoint that may be called (https, unless RequireHttpsMetadata is false).";
        }

        return options.Introspection is not null && !IsEndpoint(metadata.IntrospectionEndpoint, options.RequireHttpsMetadata)
            ? "The Introspection option is set, but it names no introspection_endpoint that may be called (https, unless RequireHttpsMetadata is false)."
            : null;
    }

    private static bool IsEndpoint(string? address, bool requireHttps) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme is "https" || (uri.Scheme is "http" && !requireHttps));
}
