using System.Text.Json.Nodes;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Interop.Running;

/// <summary>A script of node/ or python/: told what to do by its environment, it answers with one line of JSON.</summary>
internal static class Script
{
    // The system's own Python, because the package of Debian is installed for that one only.
    private const string Python = "/usr/bin/python3";

    private static readonly string Project = Folders.Project("TokenExchange.Interop");

    private static readonly Lazy<Task<string?>> NodeIsMissing = new(() => WhyNotAsync(
        "node", ["--input-type=module", "--eval", "await Promise.all(['jose', 'openid-client', 'oauth4webapi', '@modelcontextprotocol/sdk/client/auth.js'].map(name => import(name)))"], Path.Combine(Project, "node"),
        "Node 20 or later with the packages of tests/TokenExchange.Interop/node (npm ci there, or bash tests/run.sh)"));

    private static readonly Lazy<Task<string?>> AuthlibIsMissing = new(() => WhyNotAsync(
        Python, ["-c", "import authlib.integrations.requests_client"], Project, "the Debian packages python3-authlib and python3-requests"));

    /// <summary>What all scripts that exchange are told: who asks with which key or secret, for which resource, purpose and scope. Later values win.</summary>
    public static Dictionary<string, string> Asking(string issuer, params (string Name, string Value)[] more)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["ISSUER"] = issuer, ["SUBJECT_TOKEN"] = ServerProcess.Assertion(), ["RESOURCE"] = World.Mail, ["PURPOSE"] = World.Triage, ["SCOPE"] = "mail.read",
        };
        foreach (var (name, value) in more)
        {
            environment[name] = value;
        }

        return environment;
    }

    public static (string Name, string Value)[] AsKeyAgent(TestKey? key = null) =>
        [("CLIENT_ID", World.KeyAgent), ("CLIENT_JWK", (key ?? World.AgentKey).Jwk(withPrivate: true).ToJsonString())];

    public static (string Name, string Value)[] AsInboxAgent(string secret = World.Secret) => [("CLIENT_ID", World.InboxAgent), ("CLIENT_SECRET", secret)];

    public static async Task<JsonObject> NodeAsync(string file, IReadOnlyDictionary<string, string> environment)
    {
        SkipIf(await NodeIsMissing.Value);
        return await RunAsync("node", file, Path.Combine(Project, "node"), environment);
    }

    /// <summary>Starts a script that stands elsewhere, as somebody does who has copied it into a project of their own.</summary>
    public static async Task<(Subprocess Process, string Copy)> BeginNodeAsync(string path, IReadOnlyDictionary<string, string> environment)
    {
        SkipIf(await NodeIsMissing.Value);
        var copy = Path.Combine(Project, "node", $"copy-{Guid.NewGuid():N}.mjs");
        File.Copy(path, copy);
        return (Subprocess.Begin("node", [copy], Path.Combine(Project, "node"), environment), copy);
    }

    public static async Task<JsonObject> PythonAsync(string file, IReadOnlyDictionary<string, string> environment)
    {
        SkipIf(await AuthlibIsMissing.Value);
        return await RunAsync(Python, file, Path.Combine(Project, "python"), environment);
    }

    public static void SkipIf(string? missing) => Assert.SkipWhen(missing is not null, missing ?? "");

    /// <summary>Null, or a sentence that says what would have to be installed.</summary>
    public static async Task<string?> WhyNotAsync(string program, IEnumerable<string> arguments, string folder, string needed)
    {
        try
        {
            return (await Subprocess.RunAsync(program, arguments, folder)).ExitCode == 0 ? null : $"Not here: {needed}.";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return $"Not here: {needed}.";
        }
    }

    private static async Task<JsonObject> RunAsync(string program, string file, string folder, IReadOnlyDictionary<string, string> environment)
    {
        var ended = await Subprocess.RunAsync(program, [file], folder, environment);
        return ended.Output.Length > 0 ? JsonNode.Parse(ended.Output)!.AsObject() : throw new InvalidOperationException(ended.Error);
    }
}
