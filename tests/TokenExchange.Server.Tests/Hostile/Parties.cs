using TokenExchange.Core.Configuration;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Tests.Fixtures;
using TokenExchange.Server.Tests.Wire;

namespace TokenExchange.Server.Tests.Hostile;

/// <summary>What an administrator can switch off, how the next request is refused then, and what of a token in hand.</summary>
internal sealed record Party(string Name, Func<ExchangeConfiguration, ExchangeConfiguration> SwitchOff, string Code, string Error = ErrorCodes.InvalidRequest, int Status = 400, string? CodeInHand = null)
{
    public static IReadOnlyDictionary<string, Party> All { get; } = new Party[]
    {
        new("issuer disabled", c => c with { Issuers = [.. c.Issuers!.Select(i => i.Issuer == World.Idp ? i with { Enabled = false } : i)] }, "issuer_not_trusted", CodeInHand: "subject_token_revoked"),
        new("issuer removed", c => WithoutIssuer(c), "issuer_not_trusted", CodeInHand: "subject_token_revoked"),
        new("issuer's keys replaced", c => c with { Issuers = [.. c.Issuers!.Select(i => i.Issuer == World.Idp ? i with { Jwks = new TestKey("idp-1").Jwks } : i)] }, "subject_token_signature"),
        new("issuer for ID tokens only", c => c with { Issuers = [.. c.Issuers!.Select(i => i.Issuer == World.Idp ? i with { TokenTypes = ["id_token"] } : i)] }, "issuer_not_trusted"),
        new("issuer for another audience", c => c with { Issuers = [.. c.Issuers!.Select(i => i.Issuer == World.Idp ? i with { Audiences = ["https://elsewhere.example"] } : i)] }, "subject_token_audience"),
        new("client disabled", c => Client(c, x => x with { Enabled = false }), "client_authentication_failed", ErrorCodes.InvalidClient, 401, "client_authentication_failed"),
        new("client expired", c => Client(c, x => x with { Expires = RunningServer.Start }), "client_authentication_failed", ErrorCodes.InvalidClient, 401, "client_authentication_failed"),
        new("client's secret replaced", c => Client(c, x => x with { SecretSha256 = new string('A', 43) }), "client_authentication_failed", ErrorCodes.InvalidClient, 401, "client_authentication_failed"),
        new("client is no agent any more", c => Client(c, x => x with { Kind = ClientKind.Automation, Workloads = [] }) with { Policies = [.. c.Policies!.Where(NotOfInboxAgent)] }, "client_may_not_exchange", ErrorCodes.UnauthorizedClient, CodeInHand: "client_may_not_exchange"),
        new("client removed", c => c with { Clients = [.. c.Clients!.Where(x => x.ClientId != World.InboxAgent)], Policies = [.. c.Policies!.Where(NotOfInboxAgent)] }, "client_authentication_failed", ErrorCodes.InvalidClient, 401, "client_authentication_failed"),
        new("resource disabled", c => c with { Resources = [c.Resources![0] with { Enabled = false }, .. c.Resources.Skip(1)] }, "resource_not_permitted", ErrorCodes.InvalidTarget, CodeInHand: "subject_token_revoked"),
        new("purpose retired", c => c with { Purposes = [c.Purposes![0] with { State = "retired" }, .. c.Purposes.Skip(1)] }, "purpose_not_permitted", CodeInHand: "subject_token_revoked"),
        new("policy removed", c => c with { Policies = [.. c.Policies!.Where(NotOfInboxAgent)] }, "resource_not_permitted", ErrorCodes.InvalidTarget, CodeInHand: "resource_not_permitted"),
        new("policy denies", c => c with { Policies = [.. c.Policies!, c.Policies!.Single(p => p.Name == "triage-by-inbox-agent") with { Name = "no", Effect = "deny", Limits = new LimitsDefinition() }] }, "purpose_not_permitted", CodeInHand: "purpose_not_permitted"),
        new("policy for other users", c => Policy(c, p => p with { Subjects = [p.Subjects[0] with { Claims = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { ["sub"] = ["bob"] } }] }), "purpose_not_permitted", CodeInHand: "purpose_not_permitted"),
        new("policy for a scope less", c => Policy(c, p => p with { Scopes = ["mail.label"], Limits = new LimitsDefinition() }), "scope_not_permitted", ErrorCodes.InvalidScope, CodeInHand: "scope_not_permitted"),
    }.ToDictionary(p => p.Name, StringComparer.Ordinal);

    private static bool NotOfInboxAgent(PolicyDefinition policy) => !policy.Agents.Contains(World.InboxAgent, StringComparer.Ordinal);

    private static ExchangeConfiguration Client(ExchangeConfiguration c, Func<ClientDefinition, ClientDefinition> change) =>
        c with { Clients = [.. c.Clients!.Select(x => x.ClientId == World.InboxAgent ? change(x) : x)] };

    private static ExchangeConfiguration Policy(ExchangeConfiguration c, Func<PolicyDefinition, PolicyDefinition> change) =>
        c with { Policies = [.. c.Policies!.Select(p => p.Name == "triage-by-inbox-agent" ? change(p) : p)] };

    // Policies that name an issuer need it: they go with it.
    private static ExchangeConfiguration WithoutIssuer(ExchangeConfiguration c) =>
        c with { Issuers = [.. c.Issuers!.Where(i => i.Issuer != World.Idp)], Policies = [] };
}

/// <summary>What is switched off is off for the very next request, whether or not anything was kept of it.</summary>
public sealed class SwitchedOffTests(HostileWorld world) : IClassFixture<HostileWorld>, IAsyncLifetime
{
    public static TheoryData<string> Names => [.. Party.All.Keys];

    public static TheoryData<string> NamesInHand => [.. Party.All.Values.Where(p => p.CodeInHand is not null).Select(p => p.Name)];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await world.Server.ApplyAsync(HostileWorld.Configuration);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Before_anything_is_kept(string name)
    {
        var party = Party.All[name];
        await world.Server.ApplyAsync(party.SwitchOff(HostileWorld.Configuration));

        await world.Server.ShouldRefuseAsync(() => world.Server.FirstHopAsync(("scope", "mail.read")), party.Status, party.Error, party.Code);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task After_it_was_used(string name)
    {
        var party = Party.All[name];
        (await world.Server.FirstHopAsync(("scope", "mail.read"))).Status.ShouldBe(200);
        await world.Server.ApplyAsync(party.SwitchOff(HostileWorld.Configuration));

        await world.Server.ShouldRefuseAsync(() => world.Server.FirstHopAsync(("scope", "mail.read")), party.Status, party.Error, party.Code);

        await world.Server.ApplyAsync(HostileWorld.Configuration);
        (await world.Server.FirstHopAsync(("scope", "mail.read"))).Status.ShouldBe(200);
    }

    [Theory]
    [MemberData(nameof(NamesInHand))]
    public async Task With_a_token_in_hand(string name)
    {
        var party = Party.All[name];
        var token = await world.Server.FirstTokenAsync();
        await world.Server.ApplyAsync(party.SwitchOff(HostileWorld.Configuration));

        var (status, error) = party.CodeInHand == "subject_token_revoked" ? (400, ErrorCodes.InvalidRequest) : (party.Status, party.Error);
        await world.Server.ShouldRefuseAsync(() => world.Server.HopAsync(World.InboxAgent, token, TokenTypes.AccessToken, ("scope", "mail.read")), status, error, party.CodeInHand!, secrets: token);
    }

    [Fact]
    public async Task A_client_known_by_its_key_is_off_as_well()
    {
        var form = new[] { ("grant_type", (string?)GrantTypes.TokenExchange), ("subject_token", world.Server.Assertion()), ("subject_token_type", TokenTypes.Jwt), ("resource", World.Mail), ("purpose", World.Triage) };
        (await world.Server.PostAsync("/token", null, null, [.. form, .. ClientAuthenticationTests.AssertionOf(world.Server, World.KeyAgent)])).Status.ShouldBe(200);
        await world.Server.ApplyAsync(HostileWorld.Configuration with
        {
            Clients = [.. HostileWorld.Configuration.Clients!.Select(c => c.ClientId == World.KeyAgent ? c with { Jwks = new TestKey("agent-1").Jwks } : c)],
        });

        await world.Server.ShouldRefuseAsync(
            () => world.Server.PostAsync("/token", null, null, [.. form, .. ClientAuthenticationTests.AssertionOf(world.Server, World.KeyAgent)]), 401, ErrorCodes.InvalidClient, "client_authentication_failed");
    }
}
