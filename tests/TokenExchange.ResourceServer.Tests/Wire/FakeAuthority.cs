using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace TokenExchange.ResourceServer.Tests.Wire;

/// <summary>An authorization server as far as a relying app sees one: metadata, keys and introspection, on a real port.</summary>
internal sealed class FakeAuthority : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeAuthority(WebApplication app) => (_app, Api) = (app, new FakeServerApi(this));

    public string Issuer => _app.Urls.First();

    /// <summary>What a relying app with the Enforcement option follows.</summary>
    public FakeServerApi Api { get; }

    public SigningKey Key { get; } = new("key-1");

    public List<SigningKey> Published { get; } = [];

    /// <summary>Changes the metadata document before it is sent.</summary>
    public Action<JsonObject> Metadata { get; set; } = _ => { };

    /// <summary>What the introspection endpoint does.</summary>
    public Func<HttpContext, Task> Introspection { get; set; } = http => http.Response.WriteAsync("""{"active":true}""");

    /// <summary>What the evaluation endpoints do.</summary>
    public Func<HttpContext, Task> Evaluation { get; set; } = http => http.Response.WriteAsync("""{"decision":true}""");

    /// <summary>What a relying app gets as its own token, with the metadata of <see cref="OffersApiTokens"/>.</summary>
    public Func<IResult> ApiToken { get; set; } = () => Results.Json(new { access_token = "api-token", token_type = "Bearer", expires_in = 300 });

    /// <summary>Whether calls are cut off before an answer.</summary>
    public bool Down { get; set; }

    /// <summary>Every call, as method and path.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    public int MetadataCalls => CountOf("GET /.well-known/openid-configuration");

    public int IntrospectionCalls => CountOf("POST /introspect");

    public static async Task<FakeAuthority> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var authority = new FakeAuthority(app);
        authority.Published.Add(authority.Key);
        app.Use(authority.CountAsync);
        app.MapGet("/.well-known/openid-configuration", () => Json(authority.WriteMetadata()));
        app.MapGet("/jwks", () => Json(new JsonObject { ["keys"] = new JsonArray([.. authority.Published.Select(k => k.ToJwk())]) }));
        app.MapPost("/api-token", () => authority.ApiToken());
        app.MapPost("/access/v1/{kind}", (HttpContext http) => authority.Evaluation(http));
        app.MapPost("/introspect", (HttpContext http) => authority.Introspection(http));
        authority.Api.Map(app);
        await app.StartAsync();
        return authority;
    }

    /// <summary>Lets relying apps have a token of their own.</summary>
    public void OffersApiTokens() => Metadata = m => m["token_endpoint"] = Issuer + "/api-token";

    public int CountOf(string call) => Calls.Count(c => string.Equals(c, call, StringComparison.Ordinal));

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Key.Dispose();
    }

    private static IResult Json(JsonObject json) => Results.Text(json.ToJsonString(), "application/json");

    private Task CountAsync(HttpContext http, RequestDelegate next)
    {
        Calls.Enqueue($"{http.Request.Method} {http.Request.Path}");
        if (!Down)
        {
            return next(http);
        }

        http.Abort();
        return Task.CompletedTask;
    }

    private JsonObject WriteMetadata()
    {
        var metadata = new JsonObject { ["issuer"] = Issuer, ["jwks_uri"] = Issuer + "/jwks", ["introspection_endpoint"] = Issuer + "/introspect" };
        Metadata(metadata);
        return metadata;
    }
}
