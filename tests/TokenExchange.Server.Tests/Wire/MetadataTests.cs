using System.Text.Json.Nodes;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Wire;

/// <summary>RFC 8414: what is said is what is served.</summary>
public sealed class MetadataTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private RunningServer Server => shared.Server;

    [Requirement("RFC 9701", "7", "The metadata name the algorithms of the signature")]
    [Requirement("RFC 8414", "2", "Methods of client authentication are those that are served")]
    [Requirement("RFC 8414", "2", "Signature algorithms of client authentication are listed, and none is not among them")]
    [Requirement("RFC 8414", "2", "The metadata name the issuer, the endpoints, the keys and what is supported")]
    [Requirement("RFC 8414", "3", "The document is at its well-known address")]
    [Requirement("RFC 9700", "2.6", "The server publishes its metadata")]
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
            + """ "grant_types_supported":["urn:ietf:params:oauth:grant-type:token-exchange","client_credentials"],"response_types_supported":[],""".TrimStart()
            + $$""" "token_endpoint_auth_methods_supported":{{methods}},"token_endpoint_auth_signing_alg_values_supported":{{algorithms}},""".TrimStart()
            + $$""" "introspection_endpoint_auth_methods_supported":{{methods}},"introspection_endpoint_auth_signing_alg_values_supported":{{algorithms}},"introspection_signing_alg_values_supported":["ES256"],""".TrimStart()
            + $$""" "revocation_endpoint_auth_methods_supported":{{methods}},"revocation_endpoint_auth_signing_alg_values_supported":{{algorithms}},""".TrimStart()
            + """ "authorization_details_types_supported":["purpose"]}""".TrimStart());
    }

    [Requirement("RFC 9068", "2.1", "Access tokens are signed with an asymmetric key, never unsigned")]
    [Requirement("RFC 8725", "3.5", "Keys have the strength their algorithm asks for")]
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

    [Requirement("RFC 6749", "2.3.1", "Credentials in the URL are not read")]
    [Requirement("RFC 6749", "3.2", "Requests for tokens are POST with a form")]
    [Requirement("RFC 7662", "2.1", "The question is a POST with the token in the form")]
    [Requirement("RFC 7662", "4", "Tokens do not travel in URLs")]
    [Requirement("RFC 9700", "4.3.2", "Tokens are not put into URLs")]
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
