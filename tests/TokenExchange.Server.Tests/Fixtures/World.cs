using System.Text.Json.Nodes;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Assertions;

namespace TokenExchange.Server.Tests.Fixtures;

/// <summary>The people and parties of the tests: one identity provider, two resources, agents that may and may not hand on, and their policies.</summary>
public static class World
{
    public const string Idp = "https://idp.example";
    public const string Mail = "https://mail.example";
    public const string Calendar = "https://calendar.example";
    public const string InboxAgent = "inbox-agent";
    public const string SummaryAgent = "summary-agent";
    public const string ArchiveAgent = "archive-agent";
    public const string KeyAgent = "key-agent";
    public const string MailApi = "mail-api";
    public const string Ops = "ops-script";
    public const string Secret = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3I";
    public const string Triage = "inbox.triage";
    public const string Workloads = "https://workloads.example";
    public const string InboxWorkload = "spiffe://corp.example/inbox/7f3a";

    public static TestKey IdpKey { get; } = new("idp-1");

    public static TestKey AgentKey { get; } = new("agent-1");

    public static TestKey WorkloadKey { get; } = new("workload-1");

    public static string SecretHash { get; } = Base64Sha256(Secret);

    public static ExchangeConfiguration Configuration { get; } = new()
    {
        Issuers =
        [
            new IssuerDefinition { Issuer = Idp, Jwks = IdpKey.Jwks, Audiences = ["https://exchange.example"], Claims = new IssuerClaims { Scope = "scope" } },
        ],
        Resources =
        [
            new ResourceDefinition
            {
                Resource = Mail, Name = "Mail", Clients = [MailApi],
                Scopes =
                [
                    new ScopeDefinition { Name = "mail.read", Description = "Read your mail" },
                    new ScopeDefinition { Name = "mail.label", Description = "Label your mail" },
                    new ScopeDefinition { Name = "mail.send", Description = "Send mail as you", Sensitive = true },
                ],
            },
            new ResourceDefinition
            {
                Resource = Calendar, Name = "Calendar",
                Scopes = [new ScopeDefinition { Name = "calendar.read", Description = "Read your calendar" }],
            },
        ],
        Clients =
        [
            Agent(InboxAgent) with { SecretSha256 = SecretHash, Tags = ["internal"] },
            Agent(SummaryAgent) with { SecretSha256 = SecretHash },
            Agent(ArchiveAgent) with { SecretSha256 = SecretHash, Kind = ClientKind.Service },
            Agent(KeyAgent) with { Jwks = AgentKey.Jwks },
            Agent(MailApi) with { SecretSha256 = SecretHash, Kind = ClientKind.Resource },
            Agent("disabled-agent") with { SecretSha256 = SecretHash, Enabled = false },
            Agent("expired-agent") with { SecretSha256 = SecretHash, Expires = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero) },
        ],
        Purposes =
        [
            new PurposeDefinition { Purpose = Triage, Title = "Sort my inbox", Description = "Read new mail and label it" },
            new PurposeDefinition { Purpose = "mail.digest", Title = "Sum up my mail", Description = "Read mail and write a digest" },
            new PurposeDefinition { Purpose = "mail.answer", Title = "Answer my mail", Description = "Send answers" },
            new PurposeDefinition { Purpose = "old.purpose", Title = "Old", Description = "No longer used", State = "retired" },
        ],
        Policies =
        [
            Permit("triage-by-inbox-agent", Triage, InboxAgent, "mail.read", "mail.label") with
            {
                Limits = new LimitsDefinition
                {
                    MaxChainDepth = 2,
                    OnwardTo = [new OnwardDefinition { Agent = SummaryAgent, Scopes = ["mail.read"] }, new OnwardDefinition { Agent = ArchiveAgent, Resource = Calendar, Scopes = ["calendar.read"] }],
                },
            },
            Permit("triage-by-summary-agent", Triage, SummaryAgent, "mail.read", "mail.label") with
            {
                Limits = new LimitsDefinition { MaxChainDepth = 3, OnwardTo = [new OnwardDefinition { Agent = ArchiveAgent }] },
            },
            Permit("triage-by-archive-agent", Triage, ArchiveAgent, "mail.read") with { Limits = new LimitsDefinition { MaxChainDepth = 5 } },
            Permit("calendar-by-archive-agent", Triage, ArchiveAgent, "calendar.read") with { Resource = Calendar, Limits = new LimitsDefinition { MaxChainDepth = 5 } },
            Permit("triage-by-key-agent", Triage, KeyAgent, "mail.read"),
            Permit("answer-by-inbox-agent", "mail.answer", InboxAgent, "mail.send") with
            {
                Limits = new LimitsDefinition { MaxAuthAge = TimeSpan.FromMinutes(5), AcrValues = ["phr"] },
            },
        ],
    };

    /// <summary>The same world, in which a script administers the server.</summary>
    public static ExchangeConfiguration WithOps(ExchangeConfiguration configuration) =>
        configuration with { Clients = [.. configuration.Clients!, Agent(Ops) with { SecretSha256 = SecretHash, Kind = ClientKind.Automation }] };

    /// <summary>The same world, in which an issuer of its own names the workloads that agents run as.</summary>
    public static ExchangeConfiguration WithWorkloads(ExchangeConfiguration configuration) => configuration with
    {
        Issuers = [.. configuration.Issuers!, new IssuerDefinition { Issuer = Workloads, Jwks = WorkloadKey.Jwks, Audiences = ["https://exchange.example"], TokenTypes = ["workload"] }],
        Clients =
        [
            .. configuration.Clients!.Select(c => c.ClientId switch
            {
                InboxAgent => c with { Workloads = [new WorkloadDefinition { Issuer = Workloads, Subject = "spiffe://corp.example/inbox/*" }] },
                SummaryAgent => c with { Workloads = [new WorkloadDefinition { Issuer = Workloads, Subject = "spiffe://corp.example/summary" }] },
                _ => c,
            }),
        ],
    };

    public static JsonObject Claims(DateTimeOffset now) => new()
    {
        ["iss"] = Idp, ["sub"] = "alice", ["aud"] = "https://exchange.example", ["iat"] = now.ToUnixTimeSeconds(), ["exp"] = now.AddMinutes(10).ToUnixTimeSeconds(),
        ["jti"] = Guid.NewGuid().ToString("N"), ["sid"] = "session-1", ["auth_time"] = now.AddMinutes(-20).ToUnixTimeSeconds(), ["acr"] = "pwd", ["amr"] = new JsonArray("pwd"),
        ["department"] = "sales",
    };

    public static string Assertion(DateTimeOffset now, Action<JsonObject>? change = null, Action<JsonObject>? header = null)
    {
        var claims = Claims(now);
        change?.Invoke(claims);
        return IdpKey.Sign(claims, header);
    }

    /// <summary>A workload JWT: which instance of the inbox agent this is.</summary>
    public static string Workload(DateTimeOffset now, Action<JsonObject>? change = null, Action<JsonObject>? header = null)
    {
        var claims = new JsonObject
        {
            ["iss"] = Workloads, ["sub"] = InboxWorkload, ["aud"] = "https://exchange.example", ["iat"] = now.ToUnixTimeSeconds(), ["exp"] = now.AddMinutes(5).ToUnixTimeSeconds(),
        };
        change?.Invoke(claims);
        return WorkloadKey.Sign(claims, header);
    }

    public static PolicyDefinition Permit(string name, string purpose, string agent, params string[] scopes) => new()
    {
        Name = name, Purpose = purpose, Agents = [agent], Subjects = [new SubjectDefinition { Issuer = Idp }], Resource = Mail, Scopes = scopes,
    };

    private static ClientDefinition Agent(string id) => new() { ClientId = id, Name = id, Kind = ClientKind.AiAgent };

    private static string Base64Sha256(string text) =>
        Microsoft.IdentityModel.Tokens.Base64UrlEncoder.Encode(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));
}
