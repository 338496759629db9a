using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Exchange;
using TokenExchange.Server.Tests.Fixtures;
using TokenExchange.Storage.Configuration;

namespace TokenExchange.Server.Tests.Policies;

/// <summary>The world in which two scripts write policies, so that one can publish what the other wrote.</summary>
internal static class PolicyWorld
{
    public const string Second = "second-script";

    /// <summary>As <see cref="World"/>, published as version 1.</summary>
    public static ExchangeConfiguration Configuration { get; } = World.WithOps(World.Configuration) with
    {
        Clients = [.. World.WithOps(World.Configuration).Clients!, new ClientDefinition { ClientId = Second, Name = Second, Kind = ClientKind.Automation, SecretSha256 = World.SecretHash }],
    };

    public static Task<RunningServer> StartAsync(bool fourEyes = false) => RunningServer.StartAsync(
        Configuration, builder => builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal) { ["Policies:FourEyes"] = fourEyes ? "true" : "false" }));

    /// <summary>The purposes and policies of the world, some of the latter changed, as members of a JSON object.</summary>
    public static string Content(Func<PolicyDefinition, PolicyDefinition>? change = null)
    {
        var content = new ExchangeConfiguration { Purposes = World.Configuration.Purposes, Policies = [.. World.Configuration.Policies!.Select(change ?? (p => p))] };
        return JsonSerializer.Serialize(content, ConfigurationJson.Compact).Trim('{').TrimEnd()[..^1];
    }

    /// <summary>The first policy with a shorter life of its tokens.</summary>
    public static string Shorter(int minutes) =>
        Content(p => p.Name == "triage-by-inbox-agent" ? p with { Limits = p.Limits with { MaxLifetime = TimeSpan.FromMinutes(minutes) } } : p);

    public static async Task<string> TokenAsync(this RunningServer server, string client, string? scope = null) =>
        (await server.PostAsync("/token", client, World.Secret, ("grant_type", "client_credentials"), ("scope", scope))).AccessToken;

    public static async Task<Answer> AdminAsync(this RunningServer server, HttpMethod method, string path, string? json = null, string? ifMatch = null, string client = World.Ops) =>
        await server.ApiAsync(method, "/admin/api" + path, await server.TokenAsync(client), json, ifMatch);

    /// <summary>Begins a draft and returns its path.</summary>
    public static async Task<string> BeginAsync(this RunningServer server, string content, string title = "Shorter tokens")
    {
        var answer = await server.AdminAsync(HttpMethod.Post, "/drafts", string.Create(CultureInfo.InvariantCulture, $$"""{"title":"{{title}}",{{content}}}"""));
        answer.Status.ShouldBe(201, answer.Body);
        return $"/drafts/{(string)answer.Json["id"]!}";
    }

    public static Task<Answer> PublishAsync(this RunningServer server, string draft, string ifMatch = "\"1\"", string client = World.Ops) =>
        server.AdminAsync(HttpMethod.Post, $"{draft}/publication", "{}", ifMatch, client);

    public static async Task<StoredConfiguration> StoredAsync(this RunningServer server) => await server.Services.GetRequiredService<ConfigurationStore>().ReadAsync(default);

    public static string Lifetime(this StoredConfiguration stored) => stored.Content.Policies!.Single(p => p.Name == "triage-by-inbox-agent").Limits.MaxLifetime.ToString();

    public static string Text(this JsonNode node) => node.ToJsonString(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public static Caller Caller(string client = World.Ops) => new(client, System.Net.IPAddress.Loopback);
}
