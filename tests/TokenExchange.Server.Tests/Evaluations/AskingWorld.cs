using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Evaluations;

/// <summary>A world in which the mail app asks before its agents send: the user must have signed in within the last 22 minutes. They did 20 minutes ago.</summary>
public static class AskingWorld
{
    public const string CalendarApi = "calendar-api";

    public static ExchangeConfiguration Configuration { get; } = World.Configuration with
    {
        Clients = [.. World.Configuration.Clients!, new ClientDefinition { ClientId = CalendarApi, Name = CalendarApi, Kind = ClientKind.Resource, SecretSha256 = World.SecretHash }],
        Resources = [.. World.Configuration.Resources!.Select(r => r.Resource == World.Calendar ? r with { Clients = [CalendarApi] } : r)],
        Policies = [.. World.Configuration.Policies!.Select(p => p.Name == "triage-by-inbox-agent" ? Sending(p) : p)],
    };

    /// <summary>The same with the policy of the inbox agent changed.</summary>
    public static ExchangeConfiguration With(Func<PolicyDefinition, PolicyDefinition> change) =>
        Configuration with { Policies = [.. Configuration.Policies!.Select(p => p.Name == "triage-by-inbox-agent" ? change(p) : p)] };

    /// <summary>A question as JSON; a part that is null is left out.</summary>
    public static JsonObject Question(string? token, string? scope = "mail.read", string? subject = "alice", string? resource = World.Mail, string? source = null)
    {
        var question = new JsonObject();
        void Add(string name, JsonObject? part) => _ = part is null ? null : question[name] = part;
        Add("subject", subject is null ? null : new JsonObject { ["type"] = "user", ["id"] = subject });
        Add("action", scope is null ? null : new JsonObject { ["name"] = scope });
        Add("resource", resource is null ? null : new JsonObject { ["type"] = "resource", ["id"] = resource });
        Add("context", token is null ? null : new JsonObject { ["access_token"] = token });
        if (source is not null)
        {
            question["context"]!["source"] = source;
        }

        return question;
    }

    /// <summary>A token of a relying app for the server's own API.</summary>
    public static async Task<string> AppTokenAsync(this RunningServer server, string client = World.MailApi) =>
        (await server.PostAsync("/token", client, World.Secret, ("grant_type", GrantTypes.ClientCredentials))).AccessToken;

    /// <summary>Asks one question in the name of a relying app.</summary>
    public static async Task<Answer> EvaluateAsync(this RunningServer server, JsonObject question, string client = World.MailApi) =>
        await server.ApiAsync(HttpMethod.Post, "/access/v1/evaluation", await server.AppTokenAsync(client), question.ToJsonString());

    /// <summary>Asks several.</summary>
    public static async Task<Answer> EvaluateAllAsync(this RunningServer server, JsonObject questions) =>
        await server.ApiAsync(HttpMethod.Post, "/access/v1/evaluations", await server.AppTokenAsync(), questions.ToJsonString());

    /// <summary>The version of the policies published now.</summary>
    public static async Task<long> PolicyVersionAsync(this RunningServer server) => (await server.Services.GetRequiredService<CatalogSource>().CurrentAsync(default)).Policies.Version;

    private static PolicyDefinition Sending(PolicyDefinition policy) => policy with
    {
        Scopes = ["mail.read", "mail.label", "mail.send"],
        Limits = policy.Limits with
        {
            PerScope = new Dictionary<string, AuthenticationDefinition>(StringComparer.Ordinal) { ["mail.send"] = new() { MaxAuthAge = TimeSpan.FromMinutes(22), AcrValues = ["pwd", "phr"] } },
        },
    };
}

/// <summary>One server in that world for a class of tests that do not disturb each other.</summary>
public sealed class SharedAskingServer : IAsyncLifetime
{
    public RunningServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await RunningServer.StartAsync(AskingWorld.Configuration);

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
