using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Client;
using TokenExchange.Interop.Running;
using TokenExchange.Server.Tests.Fixtures;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Abstractions.OpenIddictExceptions;

namespace TokenExchange.Interop;

/// <summary>OpenIddict's client, which knows token exchange and finds the server by its metadata.</summary>
public sealed class OpenIddictClientTests(ServerProcess server)
{
    [Fact]
    public async Task OpenIddicts_client_exchanges_with_a_secret()
    {
        var result = await ExchangeAsync(new OpenIddictClientRegistration { ClientId = World.InboxAgent, ClientSecret = World.Secret });

        (result.IssuedTokenType, result.TokenResponse.TokenType, result.TokenResponse.ExpiresIn, result.TokenResponse.Scope, result.RefreshToken)
            .ShouldBe((TokenTypeIdentifiers.AccessToken, "Bearer", 300, "mail.read", null));
        ((string?)result.TokenResponse["purpose"]).ShouldBe(World.Triage);
        Jwt.Payload(result.IssuedToken).ShouldBeAnActorToken(server.Issuer, World.InboxAgent);
    }

    [Fact]
    public async Task OpenIddicts_client_exchanges_with_a_key()
    {
        var result = await ExchangeAsync(new OpenIddictClientRegistration { ClientId = World.KeyAgent, SigningCredentials = { Credentials(World.AgentKey) } });

        Jwt.Payload(result.IssuedToken).ShouldBeAnActorToken(server.Issuer, World.KeyAgent);
    }

    [Fact]
    public async Task OpenIddicts_client_reads_what_was_refused_and_replaces_the_reason()
    {
        var refused = await Should.ThrowAsync<ProtocolException>(() => ExchangeAsync(new() { ClientId = World.InboxAgent, ClientSecret = World.Secret }, "no.such"));
        var unknown = await Should.ThrowAsync<ProtocolException>(() => ExchangeAsync(new() { ClientId = World.KeyAgent, SigningCredentials = { Credentials(new TestKey("agent-1")) } }));

        (refused.Error, refused.ErrorDescription).ShouldBe(("invalid_request", "The token request was rejected by the remote server."));
        (unknown.Error, unknown.ErrorDescription).ShouldBe(("invalid_client", "The token request was rejected by the remote server."));
    }

    private async Task<OpenIddictClientModels.TokenExchangeAuthenticationResult> ExchangeAsync(OpenIddictClientRegistration registration, string purpose = World.Triage)
    {
        registration.Issuer = new Uri(server.Issuer);
        var services = new ServiceCollection();
        services.AddOpenIddict().AddClient(client => client.AllowTokenExchangeFlow().DisableTokenStorage().AddRegistration(registration).UseSystemNetHttp());
        await using var provider = services.BuildServiceProvider();

        return await provider.GetRequiredService<OpenIddictClientService>().AuthenticateWithTokenExchangeAsync(new()
        {
            SubjectToken = ServerProcess.Assertion(), SubjectTokenType = "urn:ietf:params:oauth:token-type:jwt", RequestedTokenType = TokenTypeIdentifiers.AccessToken,
            Resources = [World.Mail], Scopes = ["mail.read"], AdditionalTokenRequestParameters = new(StringComparer.Ordinal) { ["purpose"] = purpose },
        });
    }

    // Not a JsonWebKey: the client passes over one without a word and asks unauthenticated.
    private static SigningCredentials Credentials(TestKey key)
    {
        var jwk = key.Jwk(withPrivate: true);
        byte[] Part(string name) => Base64UrlEncoder.DecodeBytes((string)jwk[name]!);
        var parameters = new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = Part("d"), Q = new ECPoint { X = Part("x"), Y = Part("y") } };
        return new SigningCredentials(new ECDsaSecurityKey(ECDsa.Create(parameters)) { KeyId = key.KeyId }, SecurityAlgorithms.EcdsaSha256);
    }
}
