using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using OpenIddict.Server;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Clients;
using TokenExchange.Server.Keys;
using TokenExchange.Server.Settings;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace TokenExchange.Server.OpenIddict;

/// <summary>Server metadata (RFC 8414): written out here, so that it says what is served and nothing else, and the issuer as the exact string.</summary>
internal static class MetadataEndpoint
{
    public static void Register(OpenIddictServerBuilder server) =>
        server.AddEventHandler<HandleConfigurationRequestContext>(b => b.UseScopedHandler<WriteMetadata>().SetOrder(int.MinValue));

    /// <summary>The document.</summary>
    public static JsonObject Document(string issuer, bool clientCertificates)
    {
        static JsonArray List(params IReadOnlyList<string> values) => new([.. values.Select(v => JsonValue.Create(v))]);
        JsonArray Methods() => List(["client_secret_basic", "client_secret_post", "private_key_jwt", .. clientCertificates ? ["tls_client_auth"] : (string[])[]]);
        static JsonArray Algorithms() => List(ClientAssertions.Algorithms);
        return new JsonObject
        {
            ["issuer"] = issuer,
            ["token_endpoint"] = $"{issuer}/token",
            ["introspection_endpoint"] = $"{issuer}/introspect",
            ["revocation_endpoint"] = $"{issuer}/revoke",
            ["jwks_uri"] = $"{issuer}/jwks",
            ["grant_types_supported"] = List(GrantTypes.TokenExchange, GrantTypes.ClientCredentials),
            ["response_types_supported"] = List(),
            ["token_endpoint_auth_methods_supported"] = Methods(),
            ["token_endpoint_auth_signing_alg_values_supported"] = Algorithms(),
            ["introspection_endpoint_auth_methods_supported"] = Methods(),
            ["introspection_endpoint_auth_signing_alg_values_supported"] = Algorithms(),
            ["introspection_signing_alg_values_supported"] = List(SigningKeys.Algorithm),
            ["revocation_endpoint_auth_methods_supported"] = Methods(),
            ["revocation_endpoint_auth_signing_alg_values_supported"] = Algorithms(),
            ["authorization_details_types_supported"] = List("purpose"),
        };
    }

    private sealed class WriteMetadata(IOptions<ExchangeSettings> settings, ClientCertificates certificates) : IOpenIddictServerHandler<HandleConfigurationRequestContext>
    {
        public async ValueTask HandleAsync(HandleConfigurationRequestContext context)
        {
            var response = context.Transaction.Http().Response;
            response.Headers.CacheControl = PublicDocuments.CacheControl;
            await response.WriteAsJsonAsync(Document(settings.Value.Issuer, certificates.Available), context.CancellationToken);
            context.HandleRequest();
        }
    }
}
