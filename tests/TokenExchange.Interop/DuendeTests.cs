using System.Text.Json.Nodes;
using Duende.IdentityModel;
using Duende.IdentityModel.Client;
using TokenExchange.Interop.Running;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Interop;

/// <summary>Duende.IdentityModel: the discovery document and one extension method per request.</summary>
public sealed class DuendeTests(ServerProcess server) : IDisposable
{
    private readonly HttpClient _http = new();

    public void Dispose() => _http.Dispose();

    [Requirement("RFC 8414", "3", "The document is at its well-known address")]
    [Fact]
    public async Task Duende_reads_the_discovery_document()
    {
        var document = await DiscoverAsync();

        (document.Issuer, document.TokenEndpoint, document.IntrospectionEndpoint, document.RevocationEndpoint)
            .ShouldBe((server.Issuer, $"{server.Issuer}/token", $"{server.Issuer}/introspect", $"{server.Issuer}/revoke"));
        document.KeySet!.Keys.ShouldHaveSingleItem().Alg.ShouldBe("ES256");
    }

    [Fact]
    public async Task Duende_exchanges_with_a_secret_introspects_and_revokes()
    {
        var document = await DiscoverAsync();

        var exchanged = await _http.RequestTokenExchangeTokenAsync(Asking(document, World.InboxAgent, World.Secret));

        exchanged.IsError.ShouldBeFalse(exchanged.Error);
        (exchanged.IssuedTokenType, exchanged.TokenType, exchanged.ExpiresIn, exchanged.Scope, exchanged.RefreshToken)
            .ShouldBe((OidcConstants.TokenTypeIdentifiers.AccessToken, "Bearer", 300, "mail.read", null));
        exchanged.TryGet("purpose").ShouldBe(World.Triage);
        Jwt.Payload(exchanged.AccessToken!).ShouldBeAnActorToken(server.Issuer, World.InboxAgent);

        var active = await IntrospectAsync(document, exchanged.AccessToken!);
        active.IsActive.ShouldBeTrue();
        (active.Issuer, active.Subject, active.ClientId, active.TokenType).ShouldBe((server.Issuer, "alice", World.InboxAgent, "Bearer"));
        active.Audiences.ShouldBe([World.Mail]);
        active.Scopes.ShouldBe(["mail.read"]);
        JsonNode.Parse(active.Raw!).ShouldBeAnActorToken(server.Issuer, World.InboxAgent);

        var revoked = await _http.RevokeTokenAsync(new TokenRevocationRequest
        {
            Address = document.RevocationEndpoint, ClientId = World.InboxAgent, ClientSecret = World.Secret, Token = exchanged.AccessToken!,
        });
        revoked.IsError.ShouldBeFalse(revoked.Error);
        (await IntrospectAsync(document, exchanged.AccessToken!)).IsActive.ShouldBeFalse();
    }

    [Fact]
    public async Task Duende_exchanges_with_a_client_assertion()
    {
        var asking = Asking(await DiscoverAsync(), World.KeyAgent, secret: null);
        asking.ClientCredentialStyle = ClientCredentialStyle.PostBody;
        asking.ClientAssertion = new ClientAssertion { Type = OidcConstants.ClientAssertionTypes.JwtBearer, Value = World.AgentKey.Sign(Assertion(server.Issuer)) };

        var exchanged = await _http.RequestTokenExchangeTokenAsync(asking);

        exchanged.IsError.ShouldBeFalse(exchanged.Error);
        Jwt.Payload(exchanged.AccessToken!).ShouldBeAnActorToken(server.Issuer, World.KeyAgent);
    }

    [Fact]
    public async Task Duende_reads_what_was_refused_and_why()
    {
        var document = await DiscoverAsync();
        var asking = Asking(document, World.InboxAgent, World.Secret);
        asking.Scope = "mail.send";

        var exchanged = await _http.RequestTokenExchangeTokenAsync(asking);
        var unauthenticated = await _http.RequestTokenExchangeTokenAsync(Asking(document, World.InboxAgent, "wrong"));

        (exchanged.ErrorType, exchanged.Error, exchanged.ErrorDescription).ShouldBe((ResponseErrorType.Protocol, "invalid_scope", "A scope goes beyond what is permitted."));
        exchanged.TryGet("error_uri").ShouldBe($"{server.Issuer}/errors/scope_not_permitted");
        (unauthenticated.ErrorType, unauthenticated.Error, (int)unauthenticated.HttpStatusCode).ShouldBe((ResponseErrorType.Http, "Unauthorized", 401));
        unauthenticated.TryGet("error").ShouldBe("invalid_client");
    }

    private async Task<DiscoveryDocumentResponse> DiscoverAsync()
    {
        var document = await _http.GetDiscoveryDocumentAsync(server.Issuer);
        document.IsError.ShouldBeFalse(document.Error);
        return document;
    }

    private Task<TokenIntrospectionResponse> IntrospectAsync(DiscoveryDocumentResponse document, string token) => _http.IntrospectTokenAsync(new TokenIntrospectionRequest
    {
        Address = document.IntrospectionEndpoint, ClientId = World.MailApi, ClientSecret = World.Secret, Token = token,
    });

    private static TokenExchangeTokenRequest Asking(DiscoveryDocumentResponse document, string client, string? secret) => new()
    {
        Address = document.TokenEndpoint, ClientId = client, ClientSecret = secret, SubjectToken = ServerProcess.Assertion(), SubjectTokenType = "urn:ietf:params:oauth:token-type:jwt",
        Resource = World.Mail, Scope = "mail.read", Parameters = { { "purpose", World.Triage } },
    };

    private static JsonObject Assertion(string issuer) => new()
    {
        ["iss"] = World.KeyAgent, ["sub"] = World.KeyAgent, ["aud"] = issuer, ["jti"] = Guid.NewGuid().ToString(), ["exp"] = TimeProvider.System.GetUtcNow().AddMinutes(1).ToUnixTimeSeconds(),
    };
}
