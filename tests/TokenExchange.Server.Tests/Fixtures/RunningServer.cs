using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Hosting;
using TokenExchange.Shared;
using TokenExchange.Storage;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Server.Tests.Fixtures;

/// <summary>The real server on a real port over a real SQLite file, with a clock that tests can turn.</summary>
public sealed class RunningServer : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 10, 0, 0, 500, TimeSpan.Zero);

    private readonly WebApplication _app;
    private readonly string _directory;

    private RunningServer(WebApplication app, string directory, string issuer, FakeTimeProvider clock)
    {
        (_app, _directory, Issuer, Clock) = (app, directory, issuer, clock);
        Http = new HttpClient { BaseAddress = new Uri(issuer) };
    }

    public string Issuer { get; }

    public FakeTimeProvider Clock { get; }

    public HttpClient Http { get; }

    public DateTimeOffset Now => Services.GetRequiredService<TimeProvider>().GetUtcNow();

    public IServiceProvider Services => _app.Services;

    public ConfigurationEditor Editor => Services.GetRequiredService<ConfigurationEditor>();

    public string DatabasePath => Path.Combine(_directory, "exchange.db");

    public static async Task<RunningServer> StartAsync(ExchangeConfiguration? configuration = null, Action<WebApplicationBuilder>? customize = null)
    {
        var directory = Directory.CreateTempSubdirectory("tokenexchange-test-").FullName;
        var issuer = $"http://127.0.0.1:{FreePort()}";
        var clock = new FakeTimeProvider(Start);
        var app = ServerApp.Build(
            [
                "--environment=Development", $"--urls={issuer}", $"--Exchange:Issuer={issuer}",
                $"--ConnectionStrings:Exchange=Data Source={Path.Combine(directory, "exchange.db")}", $"--Keys:RingDirectory={Path.Combine(directory, "keys")}",
                "--Logging:LogLevel:Default=Warning", "--Limits:RequestsPerSecondPerAddress=0", "--Limits:RequestsPerSecondPerClient=0",
            ],
            builder =>
            {
                builder.Services.AddSingleton<TimeProvider>(clock);
                builder.Services.ConfigureDbContext<ExchangeDbContext>(options => options.AddInterceptors(LengthGuard.Instance));
                customize?.Invoke(builder);
            });
        await ServerStart.PrepareAsync(app, default);
        var server = new RunningServer(app, directory, issuer, clock);
        await server.ApplyAsync(configuration ?? World.Configuration);
        await app.StartAsync();
        return server;
    }

    public async Task ApplyAsync(ExchangeConfiguration configuration)
    {
        var outcome = await Editor.ApplyAsync(configuration, "test", dryRun: false, default);
        (outcome as ApplyOutcome.Invalid)?.Problems.ShouldBeEmpty();
    }

    public string Assertion(Action<JsonObject>? change = null) => World.Assertion(Now, change);

    public string Workload(Action<JsonObject>? change = null) => World.Workload(Now, change);

    /// <summary>Exchanges as a client with a secret; a null parameter is left out.</summary>
    public Task<Answer> ExchangeAsync(string client, params (string Name, string? Value)[] form) => PostAsync("/token", client, World.Secret, [("grant_type", GrantTypes.TokenExchange), .. form]);

    /// <summary>The ordinary first hop: the inbox agent lends alice's session to sort her inbox.</summary>
    public Task<Answer> FirstHopAsync(params (string Name, string? Value)[] changes) => HopAsync(World.InboxAgent, Assertion(), TokenTypes.Jwt, changes);

    public async Task<string> FirstTokenAsync(params (string Name, string? Value)[] changes) => (await FirstHopAsync(changes)).AccessToken;

    /// <summary>A hop with the usual parameters, some of them changed.</summary>
    public Task<Answer> HopAsync(string client, string subjectToken, string subjectTokenType, params (string Name, string? Value)[] changes)
    {
        var form = new List<(string Name, string? Value)>
        {
            ("subject_token", subjectToken), ("subject_token_type", subjectTokenType), ("resource", World.Mail), ("purpose", World.Triage),
        };
        foreach (var change in changes)
        {
            form.RemoveAll(p => p.Name == change.Name);
        }

        return ExchangeAsync(client, [.. form, .. changes]);
    }

    /// <summary>A token for the server's own API, in a world with <see cref="World.Ops"/>.</summary>
    public async Task<string> ApiTokenAsync(string? scope = null) =>
        (await PostAsync("/token", World.Ops, World.Secret, ("grant_type", GrantTypes.ClientCredentials), ("scope", scope))).AccessToken;

    /// <summary>Calls the API; without a token when it is null.</summary>
    public async Task<Answer> ApiAsync(HttpMethod method, string path, string? token, string? json = null, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        // What is too large is refused while it is still being sent, and the answer lost: asked first, the server says so before.
        request.Headers.ExpectContinue = json?.Length > 1_000_000;
        request.Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json");
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return await SendAsync(request);
    }

    public Task<Answer> IntrospectAsync(string token, string client = World.MailApi) => PostAsync("/introspect", client, World.Secret, ("token", token));

    public Task<Answer> RevokeAsync(string token, string client = World.InboxAgent) => PostAsync("/revoke", client, World.Secret, ("token", token));

    public async Task<Answer> PostAsync(string path, string? client, string? secret, params (string Name, string? Value)[] form)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new FormUrlEncodedContent(form.Where(p => p.Value is not null).Select(p => KeyValuePair.Create(p.Name, p.Value!))),
        };
        if (client is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{Uri.EscapeDataString(client)}:{Uri.EscapeDataString(secret!)}")));
        }

        return await SendAsync(request);
    }

    public async Task<Answer> SendAsync(HttpRequestMessage request)
    {
        using var response = await Http.SendAsync(request);
        return new Answer((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers, response.Content.Headers.ContentType?.ToString());
    }

    public async Task<IReadOnlyList<ExchangeRecord>> RecordsAsync() => await Services.GetRequiredService<ExchangeLedger>().ReadLatestAsync(1000, default);

    public async Task<ExchangeRecord> LastRecordAsync() => (await RecordsAsync())[0];

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>A port nobody listens on, below those the system gives to outgoing connections: none of these can take it before it is used.</summary>
    public static int FreePort() => Ports.Next();
}

/// <summary>An answer as it came over the wire.</summary>
public sealed record Answer(int Status, string Body, HttpResponseHeaders Headers, string? ContentType)
{
    public JsonObject Json => JsonNode.Parse(Body)!.AsObject();

    public string AccessToken => Status == 200 ? (string)Json["access_token"]! : throw new InvalidOperationException($"{Status} {Body}");

    public JsonObject Claims => Jwt.Payload(AccessToken);
}

/// <summary>One server for a class of tests that do not disturb each other.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    public RunningServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await RunningServer.StartAsync();

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}

/// <summary>The same, in the world where a script administers the server.</summary>
public sealed class SharedOpsServer : IAsyncLifetime
{
    public RunningServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await RunningServer.StartAsync(World.WithOps(World.Configuration));

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}

/// <summary>The same, in the world where agents run as workloads that an issuer names.</summary>
public sealed class SharedWorkloadServer : IAsyncLifetime
{
    public RunningServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await RunningServer.StartAsync(World.WithWorkloads(World.Configuration));

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
