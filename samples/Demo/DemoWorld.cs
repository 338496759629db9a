using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using DemoIdp;
using InboxAgent;
using MailApi;
using Microsoft.IdentityModel.Tokens;
using TokenExchange.Client;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Hosting;

namespace Demo;

/// <summary>
/// Everybody in the story, each on a port of its own: the exchange server, an identity provider, a mail API and an inbox agent. The server keeps its
/// SQLite database and its key ring in a temporary folder that goes with the demo.
/// </summary>
internal sealed class DemoWorld : IAsyncDisposable
{
    public const string InboxAgentId = "inbox-agent";
    public const string SummaryAgentId = "summary-agent";
    public const string ArchiveAgentId = "archive-agent";
    public const string MeId = "exchange-me";
    public const string Calendar = "https://calendar.example";

    private readonly string _folder = Directory.CreateTempSubdirectory("tokenexchange-demo-").FullName;
    private readonly List<WebApplication> _apps = [];
    private readonly Dictionary<string, string> _secrets = new(StringComparer.Ordinal);
    private readonly List<TokenExchangeClient> _clients = [];
    private readonly List<ServiceProvider> _providers = [];

    private DemoWorld()
    {
    }

    public string Exchange { get; } = FreeUrl();

    public string Idp { get; } = FreeUrl();

    public string Mail { get; } = FreeUrl();

    public string Agent { get; } = FreeUrl();

    public HttpClient Http { get; } = new();

    public IServiceProvider Server => _apps[0].Services;

    public static async Task<DemoWorld> StartAsync()
    {
        var world = new DemoWorld();
        await world.StartServerAsync();
        await world.StartAsync(DemoIdpApp.Build(
        [
            $"--urls={world.Idp}", $"--Idp:Exchange={world.Exchange}", $"--Idp:Clients:0:ClientId={MeId}", $"--Idp:Clients:0:RedirectUris:0={world.Exchange}/me/signed-in/0", .. Quiet,
        ]));
        await world.StartAsync(MailApiApp.Build(
        [
            $"--urls={world.Mail}", $"--ActorToken:Authority={world.Exchange}", $"--ActorToken:Resource={world.Mail}",
            "--ActorToken:Enforcement:ClientId=mail-api", $"--ActorToken:Enforcement:ClientSecret={world._secrets["mail-api"]}", .. Quiet,
        ]));
        await world.StartAsync(InboxAgentApp.Build(
        [
            $"--urls={world.Agent}", $"--Agent:Authority={world.Exchange}", $"--Agent:ClientSecret={world._secrets[InboxAgentId]}", $"--Agent:Mail={world.Mail}", .. Quiet,
        ]));
        return world;
    }

    /// <summary>The agent's side of an exchange, as our package does it; an agent nobody knows guesses a secret.</summary>
    public TokenExchangeClient ClientOf(string agent)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddTokenExchangeClient(o => (o.Authority, o.ClientId, o.ClientSecret) = (Exchange, agent, _secrets.GetValueOrDefault(agent, "a-guess")));
        var provider = services.BuildServiceProvider();
        _providers.Add(provider);
        var client = provider.GetRequiredService<TokenExchangeClient>();
        _clients.Add(client);
        return client;
    }

    /// <summary>Posts a form with a client's credentials, for what the package does not cover.</summary>
    public async Task<(HttpStatusCode Status, string Body)> PostAsync(string path, string client, params (string Name, string Value)[] form)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Exchange + path) { Content = new FormUrlEncodedContent(form.Select(f => KeyValuePair.Create(f.Name, f.Value))) };
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes($"{client}:{_secrets[client]}")));
        using var response = await Http.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>Calls the mail API with a bearer token.</summary>
    public async Task<(HttpStatusCode Status, string Challenge, string Body)> MailAsync(HttpMethod method, string path, string token, object? body = null)
    {
        using var request = new HttpRequestMessage(method, Mail + path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new("Bearer", token);
        using var response = await Http.SendAsync(request);
        return (response.StatusCode, response.Headers.WwwAuthenticate.ToString(), await response.Content.ReadAsStringAsync());
    }

    /// <summary>Calls the mail API until it answers so, for a second at most; says how long that took.</summary>
    public async Task<(bool InTime, string Challenge)> MailAnswersAsync(HttpStatusCode awaited, string token)
    {
        for (var since = Stopwatch.StartNew(); ; await Task.Delay(5))
        {
            var (status, challenge, _) = await MailAsync(HttpMethod.Get, "/messages", token);
            if (status == awaited || since.Elapsed > TimeSpan.FromSeconds(1))
            {
                return (status == awaited, $"{(int)status} {challenge} after {since.ElapsedMilliseconds} ms");
            }
        }
    }

    /// <summary>An administrator's script calls the server's API.</summary>
    public async Task<(HttpStatusCode Status, string Body)> AdministerAsync(string path, object body)
    {
        var (_, answer) = await PostAsync("/token", "ops", ("grant_type", "client_credentials"));
        using var request = new HttpRequestMessage(HttpMethod.Post, Exchange + path) { Content = JsonContent.Create(body) };
        request.Headers.Authorization = new("Bearer", (string)JsonNode.Parse(answer)!["access_token"]!);
        using var response = await Http.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>An administrator changes what the sorting agent may do, and applies it.</summary>
    public async Task ApplyAsync(params string[] scopes)
    {
        var editor = Server.GetRequiredService<ConfigurationEditor>();
        var policies = (await editor.ExportAsync(default)).Policies!.Select(p => p.Name == "triage-by-inbox-agent" ? p with { Scopes = scopes } : p);
        if (await editor.ApplyAsync(new ExchangeConfiguration { Policies = [.. policies] }, "demo", dryRun: false, default) is ApplyOutcome.Invalid invalid)
        {
            throw new InvalidOperationException(string.Join(Environment.NewLine, invalid.Problems));
        }
    }

    public async Task StayAsync()
    {
        Console.WriteLine();
        Console.WriteLine($"exchange server  {Exchange}");
        Console.WriteLine($"identity provider {Idp}   POST /assertion {{\"user\":\"alice\",\"audience\":\"{Exchange}\"}}");
        Console.WriteLine($"mail API         {Mail}");
        Console.WriteLine($"inbox agent      {Agent}   POST /triage {{\"subjectToken\":\"…\"}}");
        Console.WriteLine();
        Console.WriteLine("client secrets of this run:");
        foreach (var (client, secret) in _secrets)
        {
            Console.WriteLine($"  {client}  {secret}");
        }

        Console.WriteLine();
        Console.WriteLine("Press Ctrl+C to end.");
        await _apps[0].WaitForShutdownAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        _clients.ForEach(c => c.Dispose());
        foreach (var provider in _providers)
        {
            await provider.DisposeAsync();
        }

        foreach (var app in Enumerable.Reverse(_apps))
        {
            await app.DisposeAsync();
        }

        try
        {
            Directory.Delete(_folder, recursive: true);
        }
        catch (IOException)
        {
            // A temporary folder that is still in use goes when the system cleans up.
        }
    }

    private static string[] Quiet => ["--Logging:LogLevel:Default=Error"];

    private async Task StartServerAsync()
    {
        var app = ServerApp.Build(
        [
            "--environment=Development", $"--urls={Exchange}", $"--Exchange:Issuer={Exchange}",
            $"--ConnectionStrings:Exchange=Data Source={Path.Combine(_folder, "exchange.db")}", $"--Keys:RingDirectory={Path.Combine(_folder, "keys")}",
            $"--Me:SignIn:0:Issuer={Idp}", $"--Me:SignIn:0:ClientId={MeId}", "--Me:SignIn:0:Name=the demo identity provider", .. Quiet,
        ]);
        await ServerStart.PrepareAsync(app, default);
        if (await app.Services.GetRequiredService<ConfigurationEditor>().ApplyAsync(Configuration(), "demo", dryRun: false, default) is ApplyOutcome.Invalid invalid)
        {
            throw new InvalidOperationException(string.Join(Environment.NewLine, invalid.Problems));
        }

        await StartAsync(app);
    }

    private async Task StartAsync(WebApplication app)
    {
        await app.StartAsync();
        _apps.Add(app);
    }

    // What an administrator would write into exchange.json.
    private ExchangeConfiguration Configuration()
    {
        SubjectDefinition[] sales = [new SubjectDefinition { Issuer = Idp, Claims = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { ["department"] = ["sales"] } }];
        return new ExchangeConfiguration
        {
            Issuers = [new IssuerDefinition { Issuer = Idp, Audiences = [Exchange], TokenTypes = ["jwt", "id_token", "security_event"], AllowPrivateHosts = ["127.0.0.1"] }],
            Resources =
            [
                new ResourceDefinition
                {
                    Resource = Mail, Name = "Mail", Clients = ["mail-api"],
                    Scopes =
                    [
                        new ScopeDefinition { Name = "mail.read", Description = "Read your mail" },
                        new ScopeDefinition { Name = "mail.label", Description = "Label your mail" },
                        new ScopeDefinition { Name = "mail.send", Description = "Send mail as you", Sensitive = true },
                    ],
                },
                new ResourceDefinition { Resource = Calendar, Name = "Calendar", Scopes = [new ScopeDefinition { Name = "calendar.read", Description = "Read your calendar" }] },
            ],
            Clients = [Client(InboxAgentId, ClientKind.AiAgent), Client(SummaryAgentId, ClientKind.AiAgent), Client(ArchiveAgentId, ClientKind.Service), Client("mail-api", ClientKind.Resource), Client("ops", ClientKind.Automation)],
            Purposes =
            [
                new PurposeDefinition { Purpose = "inbox.triage", Title = "Sort my inbox", Description = "Read new mail and label it" },
                new PurposeDefinition { Purpose = "inbox.peek", Title = "Peek at my inbox", Description = "Look once, for a moment" },
                new PurposeDefinition { Purpose = "mail.answer", Title = "Answer my mail", Description = "Send answers in my name" },
            ],
            Policies =
            [
                new PolicyDefinition
                {
                    Name = "triage-by-inbox-agent", Purpose = "inbox.triage", Agents = [InboxAgentId], Subjects = sales, Resource = Mail, Scopes = ["mail.read", "mail.label"],
                    Limits = new LimitsDefinition { MaxChainDepth = 2, OnwardTo = [new OnwardDefinition { Agent = SummaryAgentId, Scopes = ["mail.read"] }] },
                },
                new PolicyDefinition
                {
                    Name = "triage-by-summary-agent", Purpose = "inbox.triage", Agents = [SummaryAgentId], Subjects = sales, Resource = Mail, Scopes = ["mail.read"],
                    Limits = new LimitsDefinition { MaxChainDepth = 2, OnwardTo = [new OnwardDefinition { Agent = ArchiveAgentId }] },
                },
                new PolicyDefinition
                {
                    Name = "triage-by-archive-agent", Purpose = "inbox.triage", Agents = [ArchiveAgentId], Subjects = sales, Resource = Mail, Scopes = ["mail.read"],
                    Limits = new LimitsDefinition { MaxChainDepth = 3 },
                },
                new PolicyDefinition
                {
                    Name = "peek-by-inbox-agent", Purpose = "inbox.peek", Agents = [InboxAgentId], Subjects = sales, Resource = Mail, Scopes = ["mail.read"],
                    Limits = new LimitsDefinition { MaxLifetime = TimeSpan.FromSeconds(2) },
                },
            ],
        };
    }

    private ClientDefinition Client(string id, string kind)
    {
        var secret = _secrets[id] = Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(32));
        return new ClientDefinition { ClientId = id, Name = id, Kind = kind, SecretSha256 = Base64UrlEncoder.Encode(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(secret))) };
    }

    // A port nobody listens on, below those the system gives to outgoing connections, so that none of these can take it before it is used.
    private static string FreeUrl()
    {
        while (true)
        {
            var port = Random.Shared.Next(20_000, 32_000);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return $"http://127.0.0.1:{port}";
            }
            catch (SocketException)
            {
                // Taken: another one.
            }
        }
    }
}
