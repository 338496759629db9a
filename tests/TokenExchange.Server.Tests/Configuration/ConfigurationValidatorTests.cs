using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Configuration;

/// <summary>One row per rule: the one thing wrong with an otherwise valid configuration, and the exact line that says so.</summary>
public sealed class ConfigurationValidatorTests
{
    private const string LongText = "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
        + "01234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890";

    private const string OtherHash = "KLe6V4PPrc8b0RKG1jtRsb3XzdCeynWNtWfEYUfE-5k";

    private static readonly DateTimeOffset Now = RunningServer.Start;

    private static readonly ConfigurationValidator Validator = new(new FakeTimeProvider(Now));

    public static TheoryData<string> Names => [.. Rows.Keys];

    private static Dictionary<string, (string Line, Func<ExchangeConfiguration, ExchangeConfiguration> Change)> Rows { get; } = new(StringComparer.Ordinal)
    {
        ["an issuer with a space"] = Issuer("issuer: write the exact iss of its assertions, at most 255 printable ASCII characters", i => i with { Issuer = "the idp", Jwks = World.IdpKey.Jwks }),
        ["an issuer with two key sets"] = Issuer("jwksUri: give jwks or jwksUri, not both; with neither the discovery document is read", i => i with { Jwks = World.IdpKey.Jwks, JwksUri = "https://second.example/jwks" }),
        ["an issuer whose jwks is no key set"] = Issuer("jwks: write a JSON Web Key Set with public keys: it is not a JSON object with an array \"keys\"", i => i with { Jwks = Json("[]") }),
        ["an issuer with a private key"] = Issuer("jwks: write a JSON Web Key Set with public keys: it holds a private key", i => i with { Jwks = Json($$"""{"keys":[{{World.IdpKey.Jwk(withPrivate: true).ToJsonString()}}]}""") }),
        ["an issuer with an empty key set"] = Issuer("jwks: write at least one EC or RSA signature key", i => i with { Jwks = Json("""{"keys":[]}""") }),
        ["an issuer with keys at http"] = Issuer("jwksUri: write an https address of at most 500 characters; http only for a host named in allowPrivateHosts", i => i with { JwksUri = "http://second.example/jwks" }),
        ["an issuer with keys at a very long address"] = Issuer("jwksUri: write an https address of at most 500 characters; http only for a host named in allowPrivateHosts", i => i with { JwksUri = $"https://second.example/{new string('x', 500)}" }),
        ["an issuer that is no address and has no keys"] = Issuer(
            "issuer: without jwks and jwksUri the issuer must be an https address, whose discovery document is read; http only for a host named in allowPrivateHosts", i => i with { Issuer = "second" }),
        ["an issuer without audience"] = Issuer("audiences: name at least one audience; every aud of an assertion must be among them", i => i with { Audiences = [] }),
        ["an issuer with an empty audience"] = Issuer("audiences: name at least one audience; every aud of an assertion must be among them", i => i with { Audiences = ["a", ""] }),
        ["an issuer with a symmetric algorithm"] = Issuer("algorithms: write one or more of ES256, ES384, ES512, RS256, RS384, RS512, PS256, PS384, PS512", i => i with { Algorithms = ["ES256", "HS256"] }),
        ["an issuer without algorithm"] = Issuer("algorithms: write one or more of ES256, ES384, ES512, RS256, RS384, RS512, PS256, PS384, PS512", i => i with { Algorithms = [] }),
        ["an issuer with an unknown token type"] = Issuer("tokenTypes: write one or more of jwt, id_token and security_event, or workload alone: who vouches for users does not vouch for workloads under the same name", i => i with { TokenTypes = ["saml2"] }),
        ["an issuer without token type"] = Issuer("tokenTypes: write one or more of jwt, id_token and security_event, or workload alone: who vouches for users does not vouch for workloads under the same name", i => i with { TokenTypes = [] }),
        ["an issuer with an empty typ"] = Issuer("assertionTypes: write values of the typ header, e.g. JWT", i => i with { AssertionTypes = [""] }),
        ["an issuer with an assertion age of nothing"] = Issuer("maxAssertionAge: write a duration from 00:00:01 to 1.00:00:00", i => i with { MaxAssertionAge = TimeSpan.Zero }),
        ["an issuer with an assertion age beyond a day"] = Issuer("maxAssertionAge: write a duration from 00:00:01 to 1.00:00:00", i => i with { MaxAssertionAge = new TimeSpan(24, 0, 1) }),
        ["an issuer without session claim"] = Issuer("claims.session: write a claim name, e.g. sid", i => i with { Claims = new IssuerClaims { Session = "" } }),
        ["an issuer with an empty scope claim"] = Issuer("claims.scope: write a claim name, e.g. scope, or leave it out", i => i with { Claims = new IssuerClaims { Scope = "" } }),
        ["an issuer with an empty presenter claim"] = Issuer("claims.presenter: write a claim name, e.g. azp, or leave it out", i => i with { Claims = new IssuerClaims { Presenter = "" } }),
        ["an issuer with a long prefix"] = Issuer("subjectPrefix: write 1 to 64 printable ASCII characters, e.g. corp|, or leave it out", i => i with { SubjectPrefix = new string('x', 65) }),
        ["an issuer with an empty host"] = Issuer("allowPrivateHosts: write host names or addresses, e.g. 127.0.0.1", i => i with { AllowPrivateHosts = [""] }),
        ["two issuers that are the same"] = ("issuers: two issuers are the same", c => c with { Issuers = [.. c.Issuers!, c.Issuers![0] with { SubjectPrefix = "second|" }] }),
        ["two issuers without prefix"] = (
            "issuers: two issuers have the same subjectPrefix, or two have none; give each its own, e.g. \"corp|\", so that their users cannot meet",
            c => c with { Issuers = [.. c.Issuers!, c.Issuers![0] with { Issuer = "https://second.example" }] }),

        ["a resource that is no URI"] = Resource("resource: write an absolute URI without query and fragment, e.g. https://mail.example", r => r with { Resource = "new" }),
        ["a resource without name"] = Resource("name: write a name of 1 to 200 characters", r => r with { Name = "" }),
        ["a resource with a long name"] = Resource("name: write a name of 1 to 200 characters", r => r with { Name = LongText }),
        ["a resource with an agent for a client"] = Resource("clients[0]: 'inbox-agent' is not a client of kind resource", r => r with { Clients = [World.InboxAgent] }),
        ["a resource without scope"] = Resource("scopes: name at least one scope", r => r with { Scopes = [] }),
        ["a scope with a space"] = Resource("scopes[0].name: the name of a scope is printable ASCII without space, \" and \\", r => r with { Scopes = [new ScopeDefinition { Name = "a b", Description = "x" }] }),
        ["a scope without description"] = Resource("scopes[0].description: a scope needs a description that a user understands, at most 500 characters", r => r with { Scopes = [new ScopeDefinition { Name = "a" }] }),
        ["two scopes of one name"] = Resource("scopes: two scopes have the same name", r => r with { Scopes = [.. r.Scopes, .. r.Scopes] }),
        ["a resource that wants a key"] = Resource("senderConstraint: sender constraints are not available yet: write none or leave it out", r => r with { SenderConstraint = "dpop" }),
        ["two resources that differ by a slash"] = ("resources: two resources are the same; with and without trailing slash is one", c => c with { Resources = [.. c.Resources!, c.Resources![1] with { Resource = "https://calendar.example/" }] }),

        ["an issuer of users and workloads"] = Issuer(
            "tokenTypes: write one or more of jwt, id_token and security_event, or workload alone: who vouches for users does not vouch for workloads under the same name", i => i with { TokenTypes = ["jwt", "workload"] }),
        ["an issuer of workloads that tells of users"] = Issuer(
            "tokenTypes: write one or more of jwt, id_token and security_event, or workload alone: who vouches for users does not vouch for workloads under the same name",
            i => i with { TokenTypes = ["workload", "security_event"] }),
        ["a workload issuer of single use"] = Issuer("singleUse: a workload shows its token again and again: write false or leave it out", i => i with { TokenTypes = ["workload"], SingleUse = true }),
        ["a workload of an issuer of users"] = Client("workloads[0].issuer: its issuer must be an issuer whose tokenTypes are [\"workload\"]", c => c with { Workloads = [new WorkloadDefinition { Issuer = World.Idp, Subject = "x" }] }),
        ["a workload with a star in the middle"] = (
            "clients[0].workloads[0].subject: write the exact subject of its tokens, or a beginning and a * at the end, e.g. spiffe://corp.example/inbox/*", c => WithWorkload(c, 0, "spiffe://*/inbox")),
        ["a workload that is a star"] = (
            "clients[0].workloads[0].subject: write the exact subject of its tokens, or a beginning and a * at the end, e.g. spiffe://corp.example/inbox/*", c => WithWorkload(c, 0, "*")),
        ["workloads of a relying app's client"] = ("clients[4].workloads: only an agent, of kind ai_agent or service, has workloads", c => WithWorkload(c, 4, "x")),
        ["a certificate with two names"] = Client(
            "tlsCertificate: give exactly one of subjectDn, sanDns and sanUri", c => c with { SecretSha256 = null, TlsCertificate = new TlsCertificateDefinition { SanDns = "a", SanUri = "b" } }),
        ["a certificate whose name cannot be read"] = Client(
            "tlsCertificate: write a distinguished name, e.g. CN=inbox-agent,O=Corp, or a name of at most 255 printable ASCII characters",
            c => c with { SecretSha256 = null, TlsCertificate = new TlsCertificateDefinition { SubjectDn = "inbox-agent" } }),

        ["a client id with a space"] = Client("clientId: write 1 to 100 printable ASCII characters without space", c => c with { ClientId = "new agent" }),
        ["a client id beyond 100 characters"] = Client("clientId: write 1 to 100 printable ASCII characters without space", c => c with { ClientId = new string('x', 101) }),
        ["a client without name"] = Client("name: write a name of 1 to 200 characters", c => c with { Name = " " }),
        ["a client with a long owner"] = Client("owner: write at most 200 characters", c => c with { Owner = LongText }),
        ["a client of unknown kind"] = Client("kind: write one of ai_agent, service, resource, automation", c => c with { Kind = "robot" }),
        ["a client with an empty tag"] = Client("tags[1]: a tag is printable ASCII without space", c => c with { Tags = ["ok", ""] }),
        ["a client without credential"] = Client("secretSha256: give exactly one of secretSha256, jwks, jwksUri and tlsCertificate", c => c with { SecretSha256 = null }),
        ["a client with two credentials"] = Client("secretSha256: give exactly one of secretSha256, jwks, jwksUri and tlsCertificate", c => c with { Jwks = World.AgentKey.Jwks }),
        ["a client with a secret for a hash"] = Client("secretSha256: write the base64url of the SHA-256 of a generated secret: 43 characters, not the secret itself", c => c with { SecretSha256 = "hunter2" }),
        ["a client with a hash in ordinary base64"] = Client("secretSha256: write the base64url of the SHA-256 of a generated secret: 43 characters, not the secret itself", c => c with { SecretSha256 = $"{World.SecretHash[..42]}+" }),
        ["a client with a private key"] = Client("jwks: write a JSON Web Key Set with public keys: it holds a private key", c => c with { SecretSha256 = null, Jwks = Json($$"""{"keys":[{{World.AgentKey.Jwk(withPrivate: true).ToJsonString()}}]}""") }),
        ["a client with keys at http"] = Client("jwksUri: write an https address of at most 500 characters; http only for a host named in allowPrivateHosts", c => c with { SecretSha256 = null, JwksUri = "http://agent.example/jwks" }),
        ["a client with an empty host"] = Client("allowPrivateHosts: write host names or addresses, e.g. 127.0.0.1", c => c with { AllowPrivateHosts = [""] }),
        ["two clients of one id"] = ("clients: two clients have the same clientId", c => c with { Clients = [.. c.Clients!, c.Clients![0]] }),

        ["a client called like an administrator"] = Client("clientId: write an id that does not begin with admin: or user:, by which people are recorded", c => c with { ClientId = "admin:root" }),
        ["a client called like a user"] = Client("clientId: write an id that does not begin with admin: or user:, by which people are recorded", c => c with { ClientId = "User:alice" }),
        ["an issuer called like a user"] = Issuer("issuer: write an issuer that does not begin with admin: or user:, by which people are recorded", i => i with { Issuer = "user:alice", Jwks = World.IdpKey.Jwks }),
        ["a previous secret for ever"] = Client("previousSecretSha256: give previousSecretSha256 and previousSecretExpires, or neither", c => c with { PreviousSecretSha256 = OtherHash }),
        ["the end of no previous secret"] = Client("previousSecretSha256: give previousSecretSha256 and previousSecretExpires, or neither", c => c with { PreviousSecretExpires = Now }),
        ["a previous secret for its hash"] = Client(
            "previousSecretSha256: write the base64url of the SHA-256 of a generated secret: 43 characters, not the secret itself", c => c with { PreviousSecretSha256 = "hunter2", PreviousSecretExpires = Now }),
        ["a previous secret of a client with keys"] = Client(
            "previousSecretSha256: only a client with secretSha256 has a previous one", c => c with { SecretSha256 = null, Jwks = World.AgentKey.Jwks, PreviousSecretSha256 = OtherHash, PreviousSecretExpires = Now }),
        ["the same secret twice"] = Client("previousSecretSha256: write another hash than secretSha256", c => c with { PreviousSecretSha256 = World.SecretHash, PreviousSecretExpires = Now }),
        ["a previous secret for a year"] = Client(
            "previousSecretExpires: write an instant at most 30 days ahead", c => c with { PreviousSecretSha256 = OtherHash, PreviousSecretExpires = Now.AddDays(30).AddTicks(1) }),

        ["a purpose in upper case"] = Purpose("purpose: write 1 to 100 of a-z 0-9 . _ -, beginning with a letter or digit", p => p with { Purpose = "Inbox" }),
        ["a purpose that ends with a line break"] = Purpose("purpose: write 1 to 100 of a-z 0-9 . _ -, beginning with a letter or digit", p => p with { Purpose = "inbox\n" }),
        ["a purpose without title"] = Purpose("title: write a few words, at most 200 characters", p => p with { Title = "" }),
        ["a purpose without description"] = Purpose("description: write a sentence, at most 1000 characters", p => p with { Description = "" }),
        ["a purpose in an unknown state"] = Purpose("state: write active or retired", p => p with { State = "draft" }),
        ["two purposes that are the same"] = ("purposes: two purposes are the same", c => c with { Purposes = [.. c.Purposes!, c.Purposes![0]] }),

        ["a policy without name"] = Policy("name: write a name of 1 to 200 printable ASCII characters without space", p => p with { Name = "" }),
        ["a policy for an unknown purpose"] = Policy("purpose: 'no.such' is not a purpose", p => p with { Purpose = "no.such" }),
        ["a policy with an unknown effect"] = Policy("effect: write permit or deny", p => p with { Effect = "allow" }),
        ["a policy for nobody"] = Policy("agents: name at least one agent, agent kind or agent tag", p => p with { Agents = [] }),
        ["a policy for a relying app"] = Policy("agents[1]: 'mail-api' is not a client of kind ai_agent or service", p => p with { Agents = [World.InboxAgent, World.MailApi] }),
        ["a policy for a kind that cannot act"] = Policy("agentKinds[0]: write ai_agent or service", p => p with { AgentKinds = ["resource"] }),
        ["a policy for an empty tag"] = Policy("agentTags[0]: a tag is printable ASCII without space", p => p with { AgentTags = [""] }),
        ["a policy for no users"] = Policy("subjects: say for which users: at least one entry with an issuer", p => p with { Subjects = [] }),
        ["a policy for users of a stranger"] = Policy("subjects[0].issuer: the issuer is not a trusted issuer", p => p with { Subjects = [new SubjectDefinition { Issuer = "https://other.example" }] }),
        ["a policy for a claim without value"] = Policy("subjects[0].claims: each claim needs a name and at least one value", p => p with { Subjects = [new SubjectDefinition { Issuer = World.Idp, Claims = Map<IReadOnlyList<string>>("department", []) }] }),
        ["a policy at an unknown resource"] = Policy("resource: 'https://other.example' is not a resource", p => p with { Resource = "https://other.example", Limits = new LimitsDefinition() }),
        ["a permit of nothing"] = Policy("scopes: a permit names at least one scope", p => p with { Scopes = [] }),
        ["a permit of an unknown scope"] = Policy("scopes[1]: 'mail.burn' is not a scope of the resource", p => p with { Scopes = ["mail.read", "mail.burn"] }),
        ["two policies of one name"] = ("policies: two policies have the same name", c => c with { Policies = [.. c.Policies!, c.Policies![0]] }),

        ["a lifetime of nothing"] = Limits("maxLifetime: write a duration from 00:00:01 to 01:00:00", l => l with { MaxLifetime = TimeSpan.Zero }),
        ["a lifetime beyond an hour"] = Limits("maxLifetime: write a duration from 00:00:01 to 01:00:00", l => l with { MaxLifetime = TimeSpan.FromMinutes(61) }),
        ["a delegation age of nothing"] = Limits("maxDelegationAge: write a duration from 00:00:01 to 30.00:00:00", l => l with { MaxDelegationAge = TimeSpan.Zero }),
        ["a delegation age beyond 30 days"] = Limits("maxDelegationAge: write a duration from 00:00:01 to 30.00:00:00", l => l with { MaxDelegationAge = TimeSpan.FromDays(31) }),
        ["a session age of nothing"] = Limits("maxSessionAge: write a duration of at least 00:00:01, or null", l => l with { MaxSessionAge = TimeSpan.Zero }),
        ["a negative authentication age"] = Limits("maxAuthAge: write a duration of at least 00:00:01, or null", l => l with { MaxAuthAge = TimeSpan.FromSeconds(-1) }),
        ["a chain of nobody"] = Limits("maxChainDepth: write a number from 1 to 10", l => l with { MaxChainDepth = 0 }),
        ["a chain of eleven"] = Limits("maxChainDepth: write a number from 1 to 10", l => l with { MaxChainDepth = 11 }),
        ["an empty acr"] = Limits("acrValues: an acr value is printable ASCII without space", l => l with { AcrValues = [""] }),
        ["stricter authentication for a scope the policy lacks"] = Limits("perScope: name only scopes of this policy", l => l with { PerScope = Map("mail.send", new AuthenticationDefinition()) }),
        ["stricter authentication that no one can meet"] = Limits(
            "perScope: maxAuthAge is a duration of at least 00:00:01 or null; an acr value is printable ASCII without space", l => l with { PerScope = Map("mail.read", new AuthenticationDefinition { MaxAuthAge = TimeSpan.Zero }) }),
        ["more receivers than a token can name"] = Limits("onwardTo: name at most 32 receivers", l => l with { OnwardTo = [.. Enumerable.Repeat(new OnwardDefinition { Agent = World.SummaryAgent }, 33)] }),
        ["a receiver that cannot act"] = Onward("agent: the agent is not a client of kind ai_agent or service", new OnwardDefinition { Agent = World.MailApi }),
        ["a receiver at an unknown resource"] = Onward("resource: the resource is not a resource", new OnwardDefinition { Agent = World.ArchiveAgent, Resource = "https://other.example", Scopes = ["x"] }),
        ["a receiver at another resource without scopes"] = Onward("scopes: with another resource, name exactly the scopes that can be reached there", new OnwardDefinition { Agent = World.ArchiveAgent, Resource = World.Calendar }),
        ["a receiver with a scope of another resource"] = Onward("scopes: a scope is not one of the resource", new OnwardDefinition { Agent = World.ArchiveAgent, Scopes = ["calendar.read"] }),
        ["an approval"] = Limits("approval: approval is not available yet: write none or leave it out", l => l with { Approval = "first_use" }),
        ["a sender constraint"] = Limits("senderConstraint: sender constraints are not available yet: write none or leave it out", l => l with { SenderConstraint = "mtls" }),

        ["an empty condition"] = Condition("timeWindow: give exactly one of timeWindow, sourceNetwork, claimEquals and claimContains", new ConditionDefinition()),
        ["a condition of two kinds"] = Condition("timeWindow: give exactly one of timeWindow, sourceNetwork, claimEquals and claimContains", new ConditionDefinition { SourceNetwork = ["10.0.0.0/8"], TimeWindow = Window }),
        ["a time window without days"] = Condition("timeWindow.days: days are one or more of Mon, Tue, Wed, Thu, Fri, Sat, Sun", new ConditionDefinition { TimeWindow = Window with { Days = [] } }),
        ["a time window on an unknown day"] = Condition("timeWindow.days: days are one or more of Mon, Tue, Wed, Thu, Fri, Sat, Sun", new ConditionDefinition { TimeWindow = Window with { Days = ["Monday"] } }),
        ["a time window at an unknown hour"] = Condition("timeWindow.to: from and to are times of day, HH:mm", new ConditionDefinition { TimeWindow = Window with { To = "24:00" } }),
        ["a time window in an unknown zone"] = Condition("timeWindow.zone: zone is not a time zone this machine knows; write an IANA name, e.g. Europe/Berlin", new ConditionDefinition { TimeWindow = Window with { Zone = "Europe/Atlantis" } }),
        ["a network with bits beyond its prefix"] = Condition("sourceNetwork: write one or more networks in CIDR notation, e.g. 10.0.0.0/8, with no bits set beyond the prefix", new ConditionDefinition { SourceNetwork = ["10.0.0.1/8"] }),
        ["no network"] = Condition("sourceNetwork: write one or more networks in CIDR notation, e.g. 10.0.0.0/8, with no bits set beyond the prefix", new ConditionDefinition { SourceNetwork = [] }),
        ["a claim to equal nothing"] = Condition("claimEquals: claim and value are both needed", new ConditionDefinition { ClaimEquals = new ClaimConditionDefinition { Claim = "department" } }),
        ["no claim to contain a value"] = Condition("claimContains: claim and value are both needed", new ConditionDefinition { ClaimContains = new ClaimConditionDefinition { Value = "sales" } }),
    };

    private static TimeWindowDefinition Window => new() { Days = ["Mon"], From = "07:00", To = "19:00", Zone = "Europe/Berlin" };

    [Requirement("RFC 9068", "2.2.3", "All scopes of a token mean something at its one audience")]
    [Requirement("RFC 8705", "2.1.2", "A client is registered with exactly one name of its certificate")]
    [Requirement("RFC 8725", "3.2", "Only asymmetric algorithms can be allowed, and none is never among them")]
    [Requirement("ASVS 5.0", "V9.1.2", "Algorithms are on a list of asymmetric ones, none is never accepted, and keys cannot be confused")]
    [Theory]
    [MemberData(nameof(Names))]
    public void Each_mistake_is_named_with_its_place(string name) => Validator.Problems(Rows[name].Change(World.Configuration)).Select(p => p.ToString()).ShouldBe([Rows[name].Line]);

    [Fact]
    public void The_configuration_they_are_made_in_is_valid() => Validator.Problems(World.Configuration).ShouldBeEmpty();

    [Fact]
    public void Without_a_mistake_what_the_rows_add_is_valid()
    {
        foreach (var (_, change) in new[] { Issuer("", i => i), Resource("", r => r), Client("", c => c), Purpose("", p => p), Policy("", p => p), Limits("", l => l), Condition("", new ConditionDefinition { TimeWindow = Window }) })
        {
            Validator.Problems(change(World.Configuration)).ShouldBeEmpty();
        }
    }

    [Theory]
    [InlineData(30)]
    [InlineData(0)]
    [InlineData(-400)]
    public void A_previous_secret_is_valid_to_the_last_day_and_for_ever_after(int days) =>
        Validator.Problems(Client("", c => c with { PreviousSecretSha256 = OtherHash, PreviousSecretExpires = Now.AddDays(days) }).Change(World.Configuration)).ShouldBeEmpty();

    [Fact]
    public void A_deny_without_scopes_denies_all_and_is_valid() =>
        Validator.Problems(Policy("", p => p with { Effect = "deny", Scopes = [] }).Change(World.Configuration)).ShouldBeEmpty();

    private static (string Line, Func<ExchangeConfiguration, ExchangeConfiguration> Change) Issuer(string line, Func<IssuerDefinition, IssuerDefinition> change) =>
        ($"issuers[1].{line}", c => c with { Issuers = [.. c.Issuers!, change(new IssuerDefinition { Issuer = "https://second.example", Audiences = ["https://exchange.example"], SubjectPrefix = "second|" })] });

    private static (string Line, Func<ExchangeConfiguration, ExchangeConfiguration> Change) Resource(string line, Func<ResourceDefinition, ResourceDefinition> change) =>
        ($"resources[2].{line}", c => c with { Resources = [.. c.Resources!, change(new ResourceDefinition { Resource = "https://new.example", Name = "New", Scopes = [new ScopeDefinition { Name = "new.read", Description = "Read" }] })] });

    private static (string Line, Func<ExchangeConfiguration, ExchangeConfiguration> Change) Client(string line, Func<ClientDefinition, ClientDefinition> change) =>
        ($"clients[7].{line}", c => c with { Clients = [.. c.Clients!, change(new ClientDefinition { ClientId = "new-agent", Name = "New", Kind = ClientKind.AiAgent, SecretSha256 = World.SecretHash })] });

    private static (string Line, Func<ExchangeConfiguration, ExchangeConfiguration> Change) Purpose(string line, Func<PurposeDefinition, PurposeDefinition> change) =>
        ($"purposes[4].{line}", c => c with { Purposes = [.. c.Purposes!, change(new PurposeDefinition { Purpose = "new.purpose", Title = "New", Description = "New" })] });

    private static (string Line, Func<ExchangeConfiguration, ExchangeConfiguration> Change) Policy(string line, Func<PolicyDefinition, PolicyDefinition> change) =>
        ($"policies[0].{line}", c => c with { Policies = [change(c.Policies![0]), .. c.Policies.Skip(1)] });

    private static (string Line, Func<ExchangeConfiguration, ExchangeConfiguration> Change) Limits(string line, Func<LimitsDefinition, LimitsDefinition> change) =>
        Policy($"limits.{line}", p => p with { Limits = change(p.Limits) });

    private static (string Line, Func<ExchangeConfiguration, ExchangeConfiguration> Change) Onward(string line, OnwardDefinition onward) =>
        Limits($"onwardTo[0].{line}", l => l with { OnwardTo = [onward] });

    private static (string Line, Func<ExchangeConfiguration, ExchangeConfiguration> Change) Condition(string line, ConditionDefinition condition) =>
        Policy($"conditions[0].{line}", p => p with { Conditions = [condition] });

    private static Dictionary<string, T> Map<T>(string key, T value) => new(StringComparer.Ordinal) { [key] = value };

    private static JsonElement Json(string text) => JsonSerializer.SerializeToElement(JsonNode.Parse(text));

    private static ExchangeConfiguration WithWorkload(ExchangeConfiguration configuration, int client, string subject)
    {
        var world = World.WithWorkloads(configuration);
        return world with
        {
            Clients = [.. world.Clients!.Select((c, i) => i == client ? c with { Workloads = [new WorkloadDefinition { Issuer = World.Workloads, Subject = subject }] } : c)],
        };
    }
}
