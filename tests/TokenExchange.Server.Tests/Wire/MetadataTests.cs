using System.Text.Json.Nodes;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Wire;

/// <summary>RFC 8414: what is said is what is served.</summary>
public sealed class MetadataTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private RunningServer Server => shared.Server;

    [Theory]
    [InlineData("/.well-known/oauth-authorization-server")]
    [InlineData("/.well-known/openid-configuration")]
    public async Task The_document_is_exactly_this(string path)
    {
        var issuer = Server.Issuer;
        const string methods = """["client_secret_basic","client_secret_post","private_key_jwt"]""";
        const string algorithms = """["ES256","ES384","ES512","PS256","PS384","PS512","RS256"]""";

        (await Server.Http.GetStringAsync(path)).ShouldBe(
            $$"""{"issuer":"{{issuer}}","token_endpoint":"{{issuer}}/token","introspection_endpoint":"{{issuer}}/introspect","revocation_endpoint":"{{issuer}}/revoke","jwks_uri":"{{issuer}}/jwks","""
            + """ "grant_types_supported":["urn:ietf:params:oauth:grant-type:token-exchange"],"response_types_supported":[],""".TrimStart()
            + $$""" "token_endpoint_auth_methods_supported":{{methods}},"token_endpoint_auth_signing_alg_values_supported":{{algorithms}},""".TrimStart()
            + $$""" "introspection_endpoint_auth_methods_supported":{{methods}},"introspection_endpoint_auth_signing_alg_values_supported":{{algorithms}},"introspection_signing_alg_values_supported":["ES256"],""".TrimStart()
            + $$""" "revocation_endpoint_auth_methods_supported":{{methods}},"revocation_endpoint_auth_signing_alg_values_supported":{{algorithms}},""".TrimStart()
            + """ "authorization_details_types_supported":["purpose"]}""".TrimStart());
    }

    [Fact]
    public async Task The_key_set_holds_one_public_signature_key()
    {
        var keys = JsonNode.Parse(await Server.Http.GetStringAsync("/jwks"))!["keys"]!.AsArray();

        var key = keys.Single()!.AsObject();
        key.Select(p => p.Key).Order(StringComparer.Ordinal).ShouldBe(["alg", "crv", "kid", "kty", "use", "x", "y"]);
        ((string)key["alg"]!, (string)key["crv"]!, (string)key["use"]!).ShouldBe(("ES256", "P-256", "sig"));
    }

    [Theory]
    [InlineData("/health/live", """{"status":"live"}""")]
    [InlineData("/health/ready", """{"status":"ready"}""")]
    public async Task Health_is_told(string path, string body) => (await Server.Http.GetStringAsync(path)).ShouldBe(body);

    [Theory]
    [InlineData("/token")]
    [InlineData("/introspect")]
    [InlineData("/introspect?client_id=mail-api&client_secret=c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3I&token=a.b.c")]
    [InlineData("/revoke")]
    public async Task Endpoints_that_take_a_form_refuse_to_be_read(string path)
    {
        using var response = await Server.Http.GetAsync(path);

        ((int)response.StatusCode).ShouldBe(400);
        (await response.Content.ReadAsStringAsync()).ShouldBe($$"""{"error":"invalid_request","error_description":"The request is not a well-formed token request.","error_uri":"{{Server.Issuer}}/errors/malformed_request"}""");
    }
}
