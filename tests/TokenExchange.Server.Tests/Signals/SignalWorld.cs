using System.Text;
using System.Text.Json.Nodes;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Signals;

/// <summary>The world in which the identity provider tells of events, and a second one tells of its own users.</summary>
internal static class SignalWorld
{
    public const string Corp = "https://corp.example";
    public const string SessionRevoked = "https://schemas.openid.net/secevent/caep/event-type/session-revoked";
    public const string CredentialChange = "https://schemas.openid.net/secevent/caep/event-type/credential-change";
    public const string RiskLevelChange = "https://schemas.openid.net/secevent/caep/event-type/risk-level-change";
    public const string Risc = "https://schemas.openid.net/secevent/risc/event-type/";

    public static TestKey CorpKey { get; } = new("corp-1");

    public static ExchangeConfiguration Listening { get; } = World.Configuration with
    {
        Issuers =
        [
            World.Configuration.Issuers![0] with { TokenTypes = ["jwt", "id_token", "security_event"] },
            World.Configuration.Issuers![0] with { Issuer = Corp, Jwks = CorpKey.Jwks, SubjectPrefix = "corp|", TokenTypes = ["jwt", "security_event"] },
        ],
        Policies = [.. World.Configuration.Policies!.Select(p => p with { Subjects = [.. p.Subjects, new SubjectDefinition { Issuer = Corp }] })],
    };

    public static JsonObject User(string sub = "alice", string issuer = World.Idp) => new() { ["format"] = "iss_sub", ["iss"] = issuer, ["sub"] = sub };

    public static JsonObject Session(string session = "session-1", string sub = "alice") =>
        new() { ["format"] = "complex", ["user"] = User(sub), ["session"] = new JsonObject { ["format"] = "opaque", ["id"] = session } };

    /// <summary>The claims of a security event token: alice's first session is over.</summary>
    public static JsonObject Claims(DateTimeOffset now) => new()
    {
        ["iss"] = World.Idp, ["aud"] = "https://exchange.example", ["iat"] = now.ToUnixTimeSeconds(), ["jti"] = Guid.NewGuid().ToString("N"),
        ["sub_id"] = Session(), ["events"] = new JsonObject { [SessionRevoked] = new JsonObject { ["event_timestamp"] = now.ToUnixTimeSeconds() } },
    };

    public static string Sign(JsonObject claims, TestKey? key = null, string? type = "secevent+jwt") => (key ?? World.IdpKey).Sign(claims, h => h["typ"] = type);

    public static string Event(this RunningServer server, Action<JsonObject>? change = null)
    {
        var claims = Claims(server.Now);
        change?.Invoke(claims);
        return Sign(claims);
    }

    public static string Event(this RunningServer server, string type, JsonObject? subject, JsonObject? content = null) => server.Event(c =>
    {
        c["events"] = new JsonObject { [type] = content ?? [] };
        c.Remove("sub_id");
        if (subject is not null)
        {
            c["sub_id"] = subject;
        }
    });

    public static Task<Answer> TellAsync(this RunningServer server, string body, string contentType = "application/secevent+jwt") => server.TellAsync(Encoding.UTF8.GetBytes(body), contentType);

    public static async Task<Answer> TellAsync(this RunningServer server, byte[] body, string contentType)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/ssf/events") { Content = new ByteArrayContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        return await server.SendAsync(request);
    }

    public static async Task<bool> IsActiveAsync(this RunningServer server, string token) => (bool)(await server.IntrospectAsync(token)).Json["active"]!;
}
