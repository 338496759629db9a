using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Wire;

/// <summary>
/// Whole exchanges as they go over the wire, one story a file in <c>Wire/Golden</c>: what is sent, a line of dashes, what is answered. They are meant
/// to be read, by people who write a client too. UPDATE_GOLDEN=1 writes the answers anew.
/// </summary>
public sealed partial class GoldenTests(GoldenServer golden) : IClassFixture<GoldenServer>
{
    public static TheoryData<string> Stories => [.. Directory.GetFiles(Folder, "*.txt").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)];

    private static string Folder => Path.Combine(Folders.Project("TokenExchange.Server.Tests"), "Wire", "Golden");

    [Requirement("RFC 8693", "2.2.1", "The answer holds the token, its issued type, its token type and its lifetime")]
    [Requirement("RFC 8414", "3.2", "The answer is 200 with JSON")]
    [Theory]
    [MemberData(nameof(Stories))]
    public async Task The_wire_shows_exactly_this(string story)
    {
        var path = Path.Combine(Folder, $"{story}.txt");
        var expected = await File.ReadAllTextAsync(path);
        var cast = new Cast(golden);

        var exchanges = new List<string>();
        foreach (var exchange in expected.Split("\n===\n"))
        {
            var request = exchange.Split("\n---\n")[0].Trim('\n');
            exchanges.Add($"{request}\n---\n{await AnswerAsync(await cast.FillAsync(request))}");
        }

        var actual = string.Join("\n\n===\n", exchanges) + "\n";
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") is "1")
        {
            await File.WriteAllTextAsync(path, actual);
            return;
        }

        actual.ShouldBe(expected);
    }

    private async Task<string> AnswerAsync(string text)
    {
        var (head, body) = text.Split("\n\n") is [var h, var b] ? (h, b) : (text, null);
        var lines = head.Split('\n');
        var verb = lines[0].Split(' ');
        using var request = new HttpRequestMessage(new HttpMethod(verb[0]), verb[1]);
        var headers = lines[1..].Select(l => l.Split(": ", 2)).ToDictionary(l => l[0], l => l[1], StringComparer.OrdinalIgnoreCase);
        if (body is not null)
        {
            var form = body.Split('\n').Select(l => l.Split('=', 2)).Select(p => $"{WebUtility.UrlEncode(p[0])}={WebUtility.UrlEncode(p[1])}");
            request.Content = new StringContent(string.Join('&', form), Encoding.ASCII, headers["Content-Type"]);
        }

        if (headers.TryGetValue("Authorization", out var authorization))
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        using var response = await golden.Server.Http.SendAsync(request);
        return Show(response, await response.Content.ReadAsStringAsync());
    }

    private string Show(HttpResponseMessage response, string body)
    {
        var text = new StringBuilder($"HTTP/{response.Version} {(int)response.StatusCode} {response.ReasonPhrase}\n");
        foreach (var name in new[] { "Content-Type", "Cache-Control", "WWW-Authenticate", "Retry-After" })
        {
            foreach (var header in response.Headers.Concat(response.Content.Headers).Where(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)))
            {
                text.Append($"{name}: {string.Join(", ", header.Value)}\n");
            }
        }

        if (body.Length > 0)
        {
            text.Append($"\n{body}\n");
        }

        if (body.StartsWith('{') && (string?)JsonNode.Parse(body)!["access_token"] is { } token)
        {
            text.Replace(token, "{access_token}").Append($"\naccess_token:\n{Pretty(Jwt.Header(token))}\n{Pretty(Jwt.Payload(token))}\n");
        }

        text.Replace(golden.Server.Issuer, "{issuer}");
        return RandomValue().Replace(text.ToString().TrimEnd('\n'), "\"${name}\":${space}\"{${name}}\"");
    }

    private static string Pretty(JsonObject json) => json.ToJsonString(Readable).ReplaceLineEndings("\n");

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // What is different in every run and in nothing else.
    [GeneratedRegex("\"(?<name>jti|txn|sid|kid|x|y)\":(?<space> ?)\"[A-Za-z0-9_-]+\"", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex RandomValue();

    /// <summary>The tokens and secrets a story speaks of, made when it first does.</summary>
    private sealed partial class Cast(GoldenServer golden)
    {
        private readonly Dictionary<string, string> _known = new(StringComparer.Ordinal);

        public async Task<string> FillAsync(string text)
        {
            foreach (var name in Placeholder().Matches(text).Select(m => m.Groups["name"].Value).Distinct(StringComparer.Ordinal))
            {
                if (!_known.TryGetValue(name, out var value))
                {
                    _known[name] = value = await MakeAsync(name);
                }

                text = text.Replace($"{{{name}}}", value, StringComparison.Ordinal);
            }

            return text;
        }

        private async Task<string> MakeAsync(string name)
        {
            var server = golden.Server;
            return name switch
            {
                "issuer" => server.Issuer,
                "assertion" => server.Assertion(),
                "assertion of a silent issuer" => server.Assertion(c => c["iss"] = GoldenServer.SilentIssuer),
                "first token" => await server.FirstTokenAsync(),
                "second token" => (await server.HopAsync(World.SummaryAgent, await server.FirstTokenAsync(), TokenTypes.AccessToken)).AccessToken,
                _ when name.Split(':') is [var client, "secret"] => Convert.ToBase64String(Encoding.ASCII.GetBytes($"{client}:{World.Secret}")),
                _ => throw new InvalidOperationException($"Nobody knows {{{name}}}."),
            };
        }

        [GeneratedRegex(@"\{(?<name>[a-z][a-z0-9:_ -]*)\}", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
        private static partial Regex Placeholder();
    }
}

/// <summary>The usual world, and one trusted issuer whose keys cannot be had.</summary>
public sealed class GoldenServer : IAsyncLifetime
{
    public const string SilentIssuer = "https://silent.example";

    public RunningServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await RunningServer.StartAsync(World.Configuration with
    {
        Issuers =
        [
            .. World.Configuration.Issuers!,
            new IssuerDefinition
            {
                Issuer = SilentIssuer, JwksUri = $"http://127.0.0.1:{RunningServer.FreePort()}/jwks", AllowPrivateHosts = ["127.0.0.1"],
                Audiences = ["https://exchange.example"], SubjectPrefix = "silent|",
            },
        ],
    });

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
