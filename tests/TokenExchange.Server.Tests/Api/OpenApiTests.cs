using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;
using TokenExchange.Server.Api;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Api;

/// <summary>The description of the API is that of the API: what is mapped is in it, with what it needs to be called.</summary>
public sealed class OpenApiTests(SharedOpsServer shared) : IClassFixture<SharedOpsServer>
{
    private RunningServer Server => shared.Server;

    [Fact]
    public async Task It_is_a_valid_document_of_OpenAPI_3_1()
    {
        var (text, read) = await ReadAsync();

        text.ShouldStartWith("{\n  \"openapi\": \"3.1.");
        read.Diagnostic!.Errors.Select(e => e.Message).ShouldBeEmpty();
        read.Diagnostic.Warnings.Select(e => e.Message).ShouldBeEmpty();
        read.Document!.Servers!.Single().Url.ShouldBe(Server.Issuer);
    }

    [Fact]
    public async Task Every_endpoint_is_in_it_with_its_scope_its_summary_and_its_answers()
    {
        var document = (await ReadAsync()).Read.Document!;
        var mapped = Server.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
            .Where(e => e.RoutePattern.RawText!.StartsWith("/admin/api/", StringComparison.Ordinal))
            .SelectMany(e => e.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(m => (Path: e.RoutePattern.RawText!.Replace(":long", "", StringComparison.Ordinal), Method: m, e.Metadata.GetMetadata<ApiScope>()!.Scope)))
            .ToList();
        var described = document.Paths.SelectMany(p => p.Value.Operations!.Select(o => (Path: p.Key, Method: o.Key.Method, Operation: o.Value))).ToList();

        mapped.Count.ShouldBeGreaterThan(12);
        described.Select(d => $"{d.Method} {d.Path}").ShouldBe(mapped.Select(m => $"{m.Method} {m.Path}"), ignoreOrder: true);
        foreach (var (path, method, scope) in mapped)
        {
            var operation = described.Single(d => d.Path == path && d.Method == method).Operation;
            var name = $"{method} {path}";
            operation.Summary.ShouldNotBeNullOrWhiteSpace(name);
            operation.Security!.Single().Single().Value.ShouldBe([scope], name);
            operation.Security!.Single().Single().Key.Reference!.Id.ShouldBe("clientCredentials", name);
            operation.Responses!.Keys.ShouldContain("401", StringComparer.Ordinal, name);
            operation.Responses.Keys.ShouldContain("403", StringComparer.Ordinal, name);
            operation.Responses.Keys.ShouldContain(k => k.StartsWith('2'), name);
            (operation.RequestBody is not null).ShouldBe(method is "POST" or "PUT", name);
        }
    }

    [Fact]
    public async Task What_is_read_and_answered_has_its_members()
    {
        var document = (await ReadAsync()).Read.Document!;
        var put = document.Paths["/admin/api/drafts/{id}"].Operations![HttpMethod.Put];

        put.RequestBody!.Content!["application/json"].Schema!.Properties!.Keys.ShouldBe(["title", "basedOn", "purposes", "policies"]);
        put.Responses!["200"].Content!["application/json"].Schema!.Properties!.Keys.ShouldContain("editors", StringComparer.Ordinal);
        put.Parameters!.Select(p => p.Name).ShouldBe(["id", "If-Match"]);
        put.Responses.Keys.ShouldBe(["200", "400", "401", "403", "404", "412", "413", "428", "429", "503"], ignoreOrder: true);
    }

    [Fact]
    public async Task It_is_not_for_everybody() => (await Server.ApiAsync(HttpMethod.Get, "/admin/api/openapi.json", null)).Status.ShouldBe(401);

    private async Task<(string Text, ReadResult Read)> ReadAsync()
    {
        var answer = await Server.ApiAsync(HttpMethod.Get, "/admin/api/openapi.json", await Server.ApiTokenAsync("admin.read"));
        (answer.Status, answer.ContentType).ShouldBe((200, "application/json"));
        return (answer.Body, OpenApiDocument.Parse(answer.Body, "json"));
    }
}
