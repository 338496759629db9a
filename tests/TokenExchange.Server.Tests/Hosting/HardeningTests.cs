using System.Net;
using System.Net.Http.Headers;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Hosting;

/// <summary>What stands before every request.</summary>
public sealed class HardeningTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private RunningServer Server => shared.Server;

    [Requirement("RFC 9700", "4.16", "Answers cannot be framed")]
    [Theory]
    [InlineData("GET", "/jwks")]
    [InlineData("GET", "/.well-known/oauth-authorization-server")]
    [InlineData("GET", "/health/live")]
    [InlineData("GET", "/errors/scope_not_permitted")]
    [InlineData("GET", "/no/such/page")]
    [InlineData("POST", "/token")]
    [InlineData("POST", "/introspect")]
    [InlineData("POST", "/revoke")]
    [InlineData("POST", "/ssf/events")]
    public async Task Every_answer_carries_the_security_headers(string method, string path)
    {
        using var response = await Server.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));

        Header(response, "X-Content-Type-Options").ShouldBe("nosniff");
        Header(response, "X-Frame-Options").ShouldBe("DENY");
        Header(response, "Content-Security-Policy").ShouldBe("default-src 'none'; frame-ancestors 'none'");
        Header(response, "Referrer-Policy").ShouldBe("no-referrer");
        Header(response, "Server").ShouldBeNull();
    }

    [Fact]
    public async Task An_answer_to_what_cannot_be_read_carries_them_too()
    {
        var answer = await Server.PostAsync("/token", null, null, [.. Enumerable.Range(0, 3000).Select(i => ($"p{i}", (string?)"x"))]);

        answer.Status.ShouldBe(400);
        answer.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
    }

    [Theory]
    [InlineData("/token")]
    [InlineData("/introspect")]
    [InlineData("/jwks")]
    [InlineData("/ssf/events")]
    public async Task No_other_origins_page_may_read_an_answer(string path)
    {
        using var preflight = new HttpRequestMessage(HttpMethod.Options, path);
        preflight.Headers.Add("Origin", "https://evil.example");
        preflight.Headers.Add("Access-Control-Request-Method", "POST");

        using var response = await Server.Http.SendAsync(preflight);

        response.Headers.ShouldNotContain(h => h.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
        ((int)response.StatusCode).ShouldBeInRange(400, 499);
    }

    [Requirement("RFC 9700", "4.13", "What a proxy says of a request is believed of configured proxies only")]
    [Theory]
    [InlineData("X-Forwarded-For", "203.0.113.9")]
    [InlineData("Forwarded", "for=203.0.113.9")]
    [InlineData("X-Real-IP", "203.0.113.9")]
    public async Task Nobody_is_believed_about_addresses_unless_configured(string header, string value)
    {
        await SendAsync(Server, header, value);

        (await Server.LastRecordAsync()).Source.ShouldBe("127.0.0.1");
    }

    [Requirement("RFC 9700", "4.13", "What a proxy says of a request is believed of configured proxies only")]
    [Theory]
    [InlineData("127.0.0.0/8", "203.0.113.9", "203.0.113.9")]
    [InlineData("127.0.0.1", "203.0.113.9", "203.0.113.9")]
    [InlineData("127.0.0.1, 198.51.100.0/24", "203.0.113.9, 198.51.100.4", "203.0.113.9")]
    [InlineData("127.0.0.1", "192.0.2.1, 203.0.113.9", "203.0.113.9")]
    [InlineData("10.0.0.0/8", "203.0.113.9", "127.0.0.1")]
    [InlineData("127.0.0.1", "no address", "127.0.0.1")]
    public async Task Only_a_configured_proxy_is_believed_and_only_about_its_own_neighbour(string trusted, string forwarded, string source)
    {
        await using var server = await RunningServer.StartAsync(customize: b => b.Configuration["Proxies:Trusted"] = trusted);

        await SendAsync(server, "X-Forwarded-For", forwarded);

        (await server.LastRecordAsync()).Source.ShouldBe(source);
    }

    [Fact]
    public async Task A_request_line_has_a_bound() =>
        (await Server.Http.PostAsync("/token?" + new string('x', 5000), null)).StatusCode.ShouldBe(HttpStatusCode.RequestUriTooLong);

    [Fact]
    public async Task Headers_have_a_bound()
    {
        using var large = new HttpRequestMessage(HttpMethod.Get, "/jwks");
        large.Headers.Add("X-Large", new string('x', 17_000));
        using var many = new HttpRequestMessage(HttpMethod.Get, "/jwks");
        foreach (var i in Enumerable.Range(0, 70))
        {
            many.Headers.Add($"X-{i}", "x");
        }

        (await Server.Http.SendAsync(large)).StatusCode.ShouldBe(HttpStatusCode.RequestHeaderFieldsTooLarge);
        (await Server.Http.SendAsync(many)).StatusCode.ShouldBe(HttpStatusCode.RequestHeaderFieldsTooLarge);
    }

    [Theory]
    [InlineData("/jwks")]
    [InlineData("/.well-known/openid-configuration")]
    [InlineData("/.well-known/oauth-authorization-server")]
    public async Task Public_documents_may_be_kept_for_five_minutes(string path)
    {
        using var response = await Server.Http.GetAsync(path);

        response.Headers.CacheControl.ShouldBe(CacheControlHeaderValue.Parse("public, max-age=300"));
    }

    [Requirement("RFC 8414", "3.1", "The document is read with GET")]
    [Theory]
    [InlineData("POST", "/jwks")]
    [InlineData("POST", "/.well-known/openid-configuration")]
    public async Task A_public_document_is_read_with_GET(string method, string path)
    {
        using var response = await Server.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));

        (await response.Content.ReadAsStringAsync()).ShouldBe("""{"error":"invalid_request","error_description":"This document is read with GET."}""");
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    private static string? Header(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;

    private static async Task SendAsync(RunningServer server, string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/token")
        {
            Content = new FormUrlEncodedContent([KeyValuePair.Create("grant_type", GrantTypes.TokenExchange), KeyValuePair.Create("client_id", World.InboxAgent)]),
        };
        request.Headers.TryAddWithoutValidation(header, value);
        (await server.Http.SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }
}
