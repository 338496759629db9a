using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Tests.Fixtures;

[assembly: AssemblyFixture(typeof(TokenExchange.Interop.Running.ServerProcess))]

namespace TokenExchange.Interop.Running;

/// <summary>The executable as an administrator runs it: a configuration applied, then served, each in a process of its own. One for all parties, as in life.</summary>
public sealed class ServerProcess : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tokenexchange-interop-").FullName;
    private readonly HttpClient _http = new();
    private Subprocess? _process;

    /// <summary>The issuer, and the address it listens on.</summary>
    public string Issuer { get; } = $"http://127.0.0.1:{RunningServer.FreePort()}";

    /// <summary>Where a relying app can be that must live at its resource's own address; registered as that, without a slash at the end.</summary>
    public Uri App { get; } = RelyingApp.FreeAddress();

    public string AppResource => App.GetLeftPart(UriPartial.Authority);

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "exchange.json"), JsonSerializer.Serialize(Configuration(), ConfigurationJson.Indented));
        string[] settings = ["--environment=Development", $"--urls={Issuer}", $"--Exchange:Issuer={Issuer}", "--Logging:LogLevel:Default=Warning"];
        var server = Path.Combine(AppContext.BaseDirectory, "TokenExchange.Server.dll");
        var applied = await Subprocess.RunAsync("dotnet", [server, "apply", "exchange.json", .. settings], _folder);
        (applied.ExitCode, applied.Error).ShouldBe((0, ""));
        _process = await Subprocess.ServeAsync("dotnet", [server, "serve", .. settings], _folder, new Uri($"{Issuer}/health/live"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>What alice's session lends, by the real clock: third-party programs have no other.</summary>
    public static string Assertion() => World.Assertion(TimeProvider.System.GetUtcNow());

    /// <summary>An actor token of an agent with a secret, for parties that only receive them.</summary>
    public async Task<string> TokenAsync(string agent = World.InboxAgent, string resource = World.Mail, string scope = "mail.read") =>
        (string)JsonNode.Parse(await PostAsync("/token", agent, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["grant_type"] = GrantTypes.TokenExchange, ["subject_token"] = Assertion(), ["subject_token_type"] = TokenTypes.Jwt,
            ["resource"] = resource, ["purpose"] = World.Triage, ["scope"] = scope,
        }))!["access_token"]!;

    public Task RevokeAsync(string token, string agent = World.InboxAgent) => PostAsync("/revoke", agent, new Dictionary<string, string>(StringComparer.Ordinal) { ["token"] = token });

    private ExchangeConfiguration Configuration() => World.Configuration with
    {
        Resources = [.. World.Configuration.Resources!, new ResourceDefinition { Resource = AppResource, Name = "Tools", Scopes = [new ScopeDefinition { Name = "tools.call", Description = "Call tools" }] }],
        Policies =
        [
            .. World.Configuration.Policies!,
            World.Permit("tools-by-key-agent", World.Triage, World.KeyAgent, "tools.call") with { Resource = AppResource },
            World.Permit("tools-by-inbox-agent", World.Triage, World.InboxAgent, "tools.call") with { Resource = AppResource },
        ],
    };

    private async Task<string> PostAsync(string path, string client, Dictionary<string, string> form)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Issuer + path) { Content = new FormUrlEncodedContent(form) };
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{client}:{World.Secret}")));
        using var response = await _http.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode ? body : throw new InvalidOperationException($"{path}: {(int)response.StatusCode} {body}");
    }
}
