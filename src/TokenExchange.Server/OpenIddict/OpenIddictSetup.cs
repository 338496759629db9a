using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Keys;
using TokenExchange.Server.Settings;
using TokenExchange.Storage;
using static OpenIddict.Server.OpenIddictServerEvents;
using static OpenIddict.Server.OpenIddictServerHandlers;

namespace TokenExchange.Server.OpenIddict;

/// <summary>
/// OpenIddict as the protocol front: it reads HTTP, authenticates clients, routes to the endpoints, signs, and writes answers. What a token says, and
/// whether there is one, is the story's. Its own judgement of subject tokens, scopes, resources and stored tokens is removed, so that nothing can be
/// exchanged, introspected or revoked without our code having run.
/// </summary>
public static class OpenIddictSetup
{
    private const string Unused = "unused";

    /// <summary>Registers OpenIddict and the adapters.</summary>
    public static IServiceCollection AddProtocolFront(this IServiceCollection services)
    {
        services.AddSingleton<IConfigureOptions<OpenIddictServerOptions>, ProtocolSetup>();
        services.AddOpenIddict()
            .AddCore(core => core.UseExchangeStorage())
            .AddServer(server =>
            {
                server.AllowTokenExchangeFlow().AllowClientCredentialsFlow();
                server.SetTokenEndpointUris("token");
                server.SetIntrospectionEndpointUris("introspect");
                server.SetRevocationEndpointUris("revoke");
                server.SetJsonWebKeySetEndpointUris("jwks");
                server.SetConfigurationEndpointUris(".well-known/oauth-authorization-server", ".well-known/openid-configuration");
                server.UseAspNetCore().DisableTransportSecurityRequirement().SuppressJsonResponseIndentation().SetRealm("TokenExchange");

                // Tokens are ours to remember: OpenIddict's table would cost a write per exchange and knows no chains.
                server.DisableTokenStorage().DisableAccessTokenEncryption();

                // The story judges scopes, audiences and resources, and fails closed.
                server.DisableScopeValidation().DisableAudienceValidation().DisableResourceValidation();
                server.IgnoreEndpointPermissions().IgnoreGrantTypePermissions().IgnoreScopePermissions().IgnoreAudiencePermissions().IgnoreResourcePermissions();

                server.RemoveEventHandler(OpenIddictServerHandlers.Exchange.ValidateTokenExchangeParameters.Descriptor);
                server.RemoveEventHandler(OpenIddictServerHandlers.Exchange.ValidateScopeParameter.Descriptor);
                server.RemoveEventHandler(OpenIddictServerHandlers.Exchange.ValidateAudienceParameter.Descriptor);
                server.RemoveEventHandler(OpenIddictServerHandlers.Exchange.ValidateResourceParameter.Descriptor);
                server.RemoveEventHandler(ValidateRequiredTokens.Descriptor);
                server.RemoveEventHandler(ValidateSubjectToken.Descriptor);
                server.RemoveEventHandler(ValidateActorToken.Descriptor);
                server.RemoveEventHandler(ValidateGenericToken.Descriptor);
                server.RemoveEventHandler(OpenIddictServerHandlers.Introspection.ValidateTokenType.Descriptor);
                server.RemoveEventHandler(OpenIddictServerHandlers.Introspection.ValidateAuthorizedParty.Descriptor);
                server.RemoveEventHandler(OpenIddictServerHandlers.Revocation.ValidateTokenType.Descriptor);
                server.RemoveEventHandler(OpenIddictServerHandlers.Revocation.ValidateAuthorizedParty.Descriptor);
                server.RemoveEventHandler(OpenIddictServerHandlers.Revocation.RevokeToken.Descriptor);

                FormRequests.Register(server);
                ClientAuthentication.Register(server);
                ExchangeEndpoint.Register(server);
                IntrospectionEndpoint.Register(server);
                RevocationEndpoint.Register(server);
                MetadataEndpoint.Register(server);
                KeysInUse.Register(server);
                PublicDocuments.Register(server);
                ErrorAnswers.Register(server);
            });
        return services;
    }

    /// <summary>Gives OpenIddict the issuer, the clock, and the keys it insists on.</summary>
    private sealed class ProtocolSetup(IOptions<ExchangeSettings> settings, TimeProvider clock) : IConfigureOptions<OpenIddictServerOptions>
    {
        public void Configure(OpenIddictServerOptions options)
        {
            options.Issuer = new Uri(settings.Value.Issuer);
            options.TimeProvider = clock;

            // Keys come and go while the server runs: KeysInUse says for each request which one signs and which are published. This one does neither, and
            // should a handler of ours ever not run, what it signs is good nowhere.
            options.SigningCredentials.Add(new SigningCredentials(new ECDsaSecurityKey(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = Unused }, SigningKeys.Algorithm));

            // OpenIddict insists on an encryption key; nothing here is ever encrypted.
            options.EncryptionCredentials.Add(new EncryptingCredentials(new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(32)) { KeyId = Unused },
                SecurityAlgorithms.Aes256KW, SecurityAlgorithms.Aes256CbcHmacSha512));
        }
    }
}
