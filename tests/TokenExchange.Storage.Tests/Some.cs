using System.Text.Json;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Policies;
using TokenExchange.Core.Tokens;
using TokenExchange.Storage.Assertions;
using TokenExchange.Storage.Audit;
using TokenExchange.Storage.Delegations;

namespace TokenExchange.Storage.Tests;

/// <summary>Values to store. Ids are new each time, because suites share a database.</summary>
internal static class Some
{
    /// <summary>With digits down to the last tick: none may be lost.</summary>
    public static readonly DateTimeOffset Now = new DateTimeOffset(2031, 5, 6, 7, 8, 9, TimeSpan.Zero).AddTicks(1234567);

    private static int s_days;

    /// <summary>A day that no token of an earlier test reaches: what is alive then is the test's own.</summary>
    public static DateTimeOffset Day() => Now.AddYears(20).AddDays(Interlocked.Increment(ref s_days));

    public static string Id() => Guid.NewGuid().ToString("N");

    public static ExchangeRecord Record(RecordKind kind = RecordKind.Permit, string reason = "permitted") => new() { At = Now, Kind = kind, Reason = reason };

    /// <summary>A question that was permitted, with text that is more than ASCII.</summary>
    public static RecordedQuestion Question(string purpose = "inbox.triage") => new(
        new PolicyQuestion
        {
            Now = Now,
            Agent = new AgentFacts("inbox-agent", ClientKind.AiAgent, ["internal"]),
            Subject = new SubjectFacts(
                "https://idp.example",
                new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { ["department"] = ["“Ünï” 📬 \0"] },
                new UserAuthentication(Now.AddMinutes(-5), "silver", ["pwd"])),
            Resource = ResourceIndicator.Parse("https://mail.example"),
            Purpose = purpose,
            RequestedScopes = ScopeSet.Of("mail.read"),
            ChainDepth = 1,
        },
        ["rank"],
        new RecordedDecision.Permit(purpose, ScopeSet.Of("mail.read"), "triage-by-inbox-agent"));

    public static ExchangeRecord Change() => Record(RecordKind.Configuration, "applied");

    public static ExchangeRecord Revocation() => Record(RecordKind.Revocation, "revoked");

    public static Delegation Delegation(string? key = null) =>
        new(Id(), key ?? Id(), Id(), $"corp|{Id()}", $"https://{Id()}.example", Id(), Id(), Now);

    public static SingleUse SingleUse() => new(Id(), Now.AddMinutes(10));

    public static IssuedToken Token(Delegation delegation, params string[] ancestors) => new()
    {
        Id = Id(),
        Delegation = delegation,
        Ancestors = ancestors,
        ClientId = "inbox-agent",
        Agents = [Id(), Id()],
        Resources = [$"https://{Id()}.example", $"https://{Id()}.example"],
        Scopes = ScopeSet.Of("mail.read", "mail.label"),
        LentAt = Now,
        Policy = "triage-by-inbox-agent",
        MaxChainDepth = 3,
        DelegationEndsAt = Now.AddHours(8),
        SubjectClaims = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { ["groups"] = ["staff", "support"], ["roles"] = [] },
        IssuedAt = Now,
        ExpiresAt = Now.AddMinutes(5),
    };

    public static ClientDefinition Client(string clientId) => new() { ClientId = clientId, Name = "A client", Kind = ClientKind.AiAgent, SecretSha256 = "c2VjcmV0" };

    /// <summary>A configuration with nothing in it.</summary>
    public static ExchangeConfiguration Nothing() => new() { Issuers = [], Resources = [], Clients = [], Purposes = [], Policies = [] };

    /// <summary>A configuration that sets every member of every definition to something that is not its default; lists stand in the order they are read in.</summary>
    public static ExchangeConfiguration Everything() => new()
    {
        Issuers =
        [
            new IssuerDefinition
            {
                Issuer = "https://idp.example",
                Jwks = Json("""{"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","kid":"k1"}]}"""),
                Audiences = ["mail-app", "https://exchange.example"],
                Algorithms = ["RS256", "ES384"],
                TokenTypes = ["jwt"],
                AssertionTypes = ["JWT", "session+jwt"],
                MaxAssertionAge = TimeSpan.FromSeconds(90),
                SingleUse = true,
                Claims = new IssuerClaims { Session = "session_id", Scope = "scp", Presenter = "azp" },
                SubjectPrefix = "corp|",
                AllowPrivateHosts = ["127.0.0.1", "idp.internal"],
                Enabled = false,
            },
            new IssuerDefinition { Issuer = "https://partner.example", JwksUri = "https://partner.example/keys" },
        ],
        Resources =
        [
            new ResourceDefinition
            {
                Resource = "https://Mail.example/",
                Name = "Mail “Ünï” <b>",
                Owner = "mail team",
                Clients = ["mail-api"],
                Scopes = [new ScopeDefinition { Name = "mail.read", Description = "Read your mail", Sensitive = true }, new ScopeDefinition { Name = "mail.label" }],
                SenderConstraint = "mtls",
                Enabled = false,
            },
        ],
        Clients =
        [
            new ClientDefinition
            {
                ClientId = "inbox-agent",
                Name = "Inbox agent 📬",
                Kind = ClientKind.AiAgent,
                Owner = "mail team",
                Tags = ["beta", "mail"],
                SecretSha256 = "n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg",
                Enabled = false,
                Expires = Now,
            },
            new ClientDefinition { ClientId = "mail-api", Name = "Mail API", Kind = ClientKind.Resource, Jwks = Json("""{"keys":[{"kty":"OKP","crv":"Ed25519","x":"AA"}]}""") },
            new ClientDefinition
            {
                ClientId = "nightly", Name = "Nightly", Kind = ClientKind.Automation, JwksUri = "https://ci.internal/keys", AllowPrivateHosts = ["ci.internal"],
                TlsCertificate = new TlsCertificateDefinition { SubjectDn = "CN=nightly", SanDns = "nightly.internal", SanUri = "spiffe://corp.example/nightly" },
                Workloads = [new WorkloadDefinition { Issuer = "https://workloads.example", Subject = "spiffe://corp.example/nightly/*" }],
            },
        ],
        Purposes =
        [
            new PurposeDefinition { Purpose = "inbox.triage", Title = "Sort your inbox", Description = "Reads and labels new mail.", State = "retired" },
        ],
        Policies =
        [
            new PolicyDefinition
            {
                Name = "triage-by-inbox-agent",
                Purpose = "inbox.triage",
                Effect = "deny",
                Agents = ["inbox-agent"],
                AgentKinds = [ClientKind.Service],
                AgentTags = ["beta"],
                Subjects =
                [
                    new SubjectDefinition
                    {
                        Issuer = "https://idp.example",
                        Claims = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { ["groups"] = ["staff", "support"], ["dept"] = [] },
                    },
                ],
                Resource = "https://Mail.example/",
                Scopes = ["mail.read", "mail.label"],
                Limits = new LimitsDefinition
                {
                    MaxLifetime = TimeSpan.FromSeconds(61),
                    MaxDelegationAge = TimeSpan.FromDays(2),
                    MaxSessionAge = TimeSpan.FromHours(30),
                    MaxChainDepth = 4,
                    OnwardTo = [new OnwardDefinition { Agent = "nightly", Resource = "https://files.example", Scopes = ["files.read"] }],
                    MaxAuthAge = TimeSpan.FromMinutes(15),
                    AcrValues = ["gold", "silver"],
                    PerScope = new Dictionary<string, AuthenticationDefinition>(StringComparer.Ordinal)
                    {
                        ["mail.label"] = new() { MaxAuthAge = TimeSpan.FromMinutes(1), AcrValues = ["gold"] },
                    },
                    Approval = "first_use",
                    SenderConstraint = "dpop",
                },
                Conditions =
                [
                    new ConditionDefinition { TimeWindow = new TimeWindowDefinition { Days = ["Mon", "Fri"], From = "22:00", To = "06:00", Zone = "Europe/Berlin" } },
                    new ConditionDefinition { SourceNetwork = ["10.0.0.0/8", "2001:db8::/32"] },
                    new ConditionDefinition { ClaimEquals = new ClaimConditionDefinition { Claim = "dept", Value = "sales" } },
                    new ConditionDefinition { ClaimContains = new ClaimConditionDefinition { Claim = "groups", Value = "staff" } },
                ],
            },
        ],
    };

    private static JsonElement Json(string text) => JsonSerializer.Deserialize<JsonElement>(text);
}
