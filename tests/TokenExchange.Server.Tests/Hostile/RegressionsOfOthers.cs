using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Tests.Fixtures;
using TokenExchange.Server.Tests.Hostile.Jwts;
using TokenExchange.Server.Tests.Wire;

namespace TokenExchange.Server.Tests.Hostile;

/// <summary>What went wrong in other servers and libraries, played through here. Each row names the advisory it is about.</summary>
public sealed class RegressionsOfOthers(HostileWorld world) : IClassFixture<HostileWorld>
{
    private const string Trait = "Advisory";

    private RunningServer Server => world.Server;

    public static TheoryData<string, string> Paths =>
    [
        .. from path in new[] { "an assertion as JWT", "an assertion as ID token", "an assertion beside an actor token", "a token that is narrowed", "a token that is handed on" }
           from check in new[] { "scope", "purpose", "resource", "client", "kind", "issuer" }
           select (path, check),
    ];

    [Theory]
    [MemberData(nameof(Paths))]
    [Trait(Trait, "dex GHSA-7qjx-gp9h-65qj")]
    [Trait(Trait, "ZITADEL CVE-2026-56668")]
    [Trait(Trait, "Keycloak CVE-2026-18214")]
    public async Task No_path_of_an_exchange_skips_a_check_that_another_path_makes(string path, string check)
    {
        var token = await Server.FirstTokenAsync();
        var agent = path == "a token that is handed on" ? World.SummaryAgent : World.InboxAgent;
        Task<Answer> Send(params (string, string?)[] form) => path switch
        {
            "an assertion as JWT" => Server.HopAsync(agent, Server.Assertion(), TokenTypes.Jwt, form),
            "an assertion as ID token" => Server.HopAsync(agent, Server.Assertion(), TokenTypes.IdToken, form),
            "an assertion beside an actor token" => Server.HopAsync(agent, Server.Assertion(), TokenTypes.Jwt, [.. form, ("actor_token", Server.Workload()), ("actor_token_type", TokenTypes.Jwt)]),
            _ => Server.HopAsync(agent, token, TokenTypes.AccessToken, form),
        };
        (await Send()).Status.ShouldBe(200);
        var own = path.StartsWith("a token", StringComparison.Ordinal);
        var c = HostileWorld.Configuration;
        try
        {
            switch (check)
            {
                case "scope":
                    await Server.ShouldRefuseAsync(() => Send(("scope", "mail.send")), 400, ErrorCodes.InvalidScope, "scope_not_permitted");
                    break;
                case "purpose":
                    await Server.ShouldRefuseAsync(() => Send(("purpose", "mail.digest")), 400, ErrorCodes.InvalidRequest, "purpose_not_permitted");
                    break;
                case "resource":
                    await Server.ShouldRefuseAsync(() => Send(("resource", HostileWorld.Photos)), 400, ErrorCodes.InvalidTarget, "resource_not_permitted");
                    break;
                case "client":
                    await Server.ApplyAsync(c with { Clients = [.. c.Clients!.Select(x => x.ClientId == agent ? x with { Enabled = false } : x)] });
                    await Server.ShouldRefuseAsync(() => Send(), 401, ErrorCodes.InvalidClient, "client_authentication_failed");
                    break;
                case "kind":
                    await Server.ApplyAsync(c with { Clients = [.. c.Clients!.Select(x => x.ClientId == agent ? x with { Kind = ClientKind.Resource, Workloads = [] } : x)], Policies = [] });
                    await Server.ShouldRefuseAsync(() => Send(), 400, ErrorCodes.UnauthorizedClient, "client_may_not_exchange");
                    break;
                default:
                    await Server.ApplyAsync(c with { Issuers = [.. c.Issuers!.Select(i => i.Issuer == World.Idp ? i with { Enabled = false } : i)] });
                    await Server.ShouldRefuseAsync(() => Send(), 400, ErrorCodes.InvalidRequest, own ? "subject_token_revoked" : "issuer_not_trusted");
                    break;
            }
        }
        finally
        {
            await Server.ApplyAsync(c);
        }
    }

    [Theory]
    [InlineData("subject_token", "subject_token_audience")]
    [InlineData("actor_token", "actor_token_audience")]
    [Trait(Trait, "ZITADEL CVE-2026-55669")]
    public async Task A_foreign_JWT_for_another_audience_is_refused(string parameter, string code) =>
        await Server.ShouldRefuseAsync(() => Foreign(parameter, c => c["aud"] = "https://another-relying-party.example"), 400, ErrorCodes.InvalidRequest, code);

    [Theory]
    [InlineData("subject_token", "exp")]
    [InlineData("subject_token", "iat")]
    [InlineData("actor_token", "exp")]
    [InlineData("actor_token", "iat")]
    [Trait(Trait, "ZITADEL GHSA-wxg7-w2v3-w38g")]
    public async Task A_foreign_JWT_without_exp_or_iat_is_refused(string parameter, string claim) =>
        await Server.ShouldRefuseAsync(() => Foreign(parameter, c => c.Remove(claim)), 400, ErrorCodes.InvalidRequest, $"{parameter}_claims");

    [Theory]
    [InlineData("Keycloak CVE-2025-14559", "the agent")]
    [InlineData("Keycloak CVE-2026-1609", "an agent earlier in the chain")]
    [InlineData("Keycloak CVE-2026-1486", "the identity provider")]
    [InlineData("zeroid#89", "the agent")]
    public async Task Whoever_is_disabled_is_served_no_more_and_neither_are_the_tokens_that_name_him(string advisory, string who)
    {
        advisory.ShouldNotBeEmpty();
        var c = HostileWorld.Configuration;
        await using var app = await RelyingApp.StartAsync(Server, introspects: true);
        var root = await Server.FirstTokenAsync();
        var leaf = (await Server.HopAsync(World.SummaryAgent, root, TokenTypes.AccessToken)).AccessToken;
        (await app.GetAsync(leaf)).Status.ShouldBe(200);
        try
        {
            await Server.ApplyAsync(who switch
            {
                "the agent" => c with { Clients = [.. c.Clients!.Select(x => x.ClientId == World.SummaryAgent ? x with { Enabled = false } : x)] },
                "an agent earlier in the chain" => c with { Clients = [.. c.Clients!.Select(x => x.ClientId == World.InboxAgent ? x with { Enabled = false } : x)] },
                _ => c with { Issuers = [.. c.Issuers!.Select(i => i.Issuer == World.Idp ? i with { Enabled = false } : i)] },
            });

            (await Server.HopAsync(World.SummaryAgent, leaf, TokenTypes.AccessToken)).Status.ShouldBe(who == "the agent" ? 401 : 400);
            (await Server.HopAsync(World.SummaryAgent, root, TokenTypes.AccessToken)).Status.ShouldBe(who == "the agent" ? 401 : 400);
            (await Server.IntrospectAsync(leaf)).Body.ShouldBe("""{"active":false}""");
            await app.ShouldRefuseAsync(leaf, "The token is no longer active.");
        }
        finally
        {
            await Server.ApplyAsync(c);
        }
    }

    [Fact]
    [Trait(Trait, "keycloak#52691")]
    public async Task Leaving_out_the_actor_token_does_not_launder_act()
    {
        var first = await Server.FirstHopAsync(("actor_token", Server.Workload()), ("actor_token_type", TokenTypes.Jwt));

        var narrowed = await Server.HopAsync(World.InboxAgent, first.AccessToken, TokenTypes.AccessToken, ("scope", "mail.read"));
        var handedOn = await Server.HopAsync(World.SummaryAgent, first.AccessToken, TokenTypes.AccessToken);

        JsonNode.DeepEquals(narrowed.Claims["act"], first.Claims["act"]).ShouldBeTrue();
        JsonNode.DeepEquals(handedOn.Claims["act"]!["act"], first.Claims["act"]).ShouldBeTrue();
        await Server.ShouldRefuseAsync(() => Server.HopAsync(World.SummaryAgent, first.AccessToken, TokenTypes.Jwt), 400, ErrorCodes.InvalidRequest, "issuer_not_trusted");
    }

    [Fact]
    [Trait(Trait, "keycloak#51633")]
    public async Task A_chain_that_was_revoked_is_not_extended_into_a_new_token()
    {
        var root = await Server.FirstTokenAsync();
        var leaf = (await Server.HopAsync(World.InboxAgent, root, TokenTypes.AccessToken, ("scope", "mail.read"))).AccessToken;
        (await Server.RevokeAsync(root)).Status.ShouldBe(200);

        foreach (var (agent, token) in new[] { (World.InboxAgent, root), (World.SummaryAgent, root), (World.InboxAgent, leaf), (World.SummaryAgent, leaf) })
        {
            await Server.ShouldRefuseAsync(() => Server.HopAsync(agent, token, TokenTypes.AccessToken), 400, ErrorCodes.InvalidRequest, "subject_token_revoked", secrets: token);
        }
    }

    [Fact]
    [Trait(Trait, "keycloak#53029")]
    public async Task Introspection_does_not_drop_act()
    {
        var token = (await Server.HopAsync(World.SummaryAgent, await Server.FirstTokenAsync(), TokenTypes.AccessToken)).AccessToken;

        var answer = (await Server.IntrospectAsync(token)).Json;

        JsonNode.DeepEquals(answer["act"], Jwt.Payload(token)["act"]).ShouldBeTrue();
        ((string)answer["act"]!["act"]!["sub"]!).ShouldBe(World.InboxAgent);
    }

    [Fact]
    [Trait(Trait, "Keycloak CVE-2026-37979")]
    public async Task Introspection_does_not_ignore_the_audience()
    {
        var token = await Server.FirstTokenAsync(("resource", HostileWorld.Files));

        (await Server.IntrospectAsync(token)).Body.ShouldBe("""{"active":false}""");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("mail.label mail.read")]
    [Trait(Trait, "OpenCRVS GHSA-8qc8-4w2g-h9c9")]
    public async Task No_scope_is_granted_that_nobody_permitted(string? scope)
    {
        ((string)(await Server.FirstHopAsync(("scope", scope))).Json["scope"]!).ShouldBe("mail.label mail.read");
        ((string)(await Server.HopAsync(World.SummaryAgent, await Server.FirstTokenAsync(), TokenTypes.AccessToken)).Json["scope"]!).ShouldBe("mail.read");
        foreach (var more in new[] { "mail.send", "mail.label mail.read mail.send", "admin.write" })
        {
            await Server.ShouldRefuseAsync(() => Server.FirstHopAsync(("scope", more)), 400, ErrorCodes.InvalidScope, "scope_not_permitted");
        }
    }

    [Fact]
    [Trait(Trait, "Hydra GHSA-3p3g-vpw6-4w66")]
    public async Task The_jti_of_a_client_assertion_is_good_once_whatever_else_it_says()
    {
        var form = new[] { ("grant_type", (string?)GrantTypes.TokenExchange), ("subject_token", Server.Assertion()), ("subject_token_type", TokenTypes.Jwt), ("resource", World.Mail), ("purpose", World.Triage) };
        var jti = Guid.NewGuid().ToString("N");
        Task<Answer> Send(long lifetime) => Server.PostAsync("/token", null, null,
            [.. form, .. ClientAuthenticationTests.AssertionOf(Server, World.KeyAgent, c => (c["jti"], c["exp"]) = (jti, Server.Now.ToUnixTimeSeconds() + lifetime))]);
        (await Send(60)).Status.ShouldBe(200);

        foreach (var lifetime in new[] { 60, 61, 300 })
        {
            await Server.ShouldRefuseAsync(() => Send(lifetime), 401, ErrorCodes.InvalidClient, "client_authentication_failed");
        }
    }

    [Theory]
    [InlineData("subject token")]
    [InlineData("own subject token")]
    [InlineData("actor token")]
    [InlineData("client assertion")]
    [InlineData("relying app")]
    [Trait(Trait, "IdentityModel CVE-2024-21643")]
    public async Task Nobody_goes_where_a_jku_leads(string place)
    {
        foreach (var kid in new[] { "stranger", null })
        {
            var draft = Place.All[place].DraftIn(world);
            draft.Header["jku"] = world.Trap + "/jwks";
            draft.Header["kid"] = kid ?? (string)draft.Header["kid"]!;

            (await Place.All[place].AcceptsAsync(world, Draft.Stranger.Sign(draft.HeaderText, draft.PayloadText))).ShouldBeFalse();
        }

        world.Trapped.ShouldBe(0);
    }

    [Fact]
    [Trait(Trait, "Keycloak CVE-2026-9802")]
    public async Task A_revocation_is_not_undone_by_a_restart()
    {
        var token = await Server.FirstTokenAsync();
        var other = await Server.FirstTokenAsync();
        (await Server.RevokeAsync(token)).Status.ShouldBe(200);

        await using var restarted = await MeanwhileTests.OtherNodeAsync(Server, HostileWorld.Configuration);

        (await restarted.IntrospectAsync(token)).Body.ShouldBe("""{"active":false}""");
        (await restarted.HopAsync(World.InboxAgent, token, TokenTypes.AccessToken)).Status.ShouldBe(400);
        (await restarted.IntrospectAsync(other)).Json["active"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    [Trait(Trait, "ASP.NET Core CVE-2026-40372")]
    public void Data_protection_is_not_the_version_that_takes_forged_payloads()
    {
        var provider = Server.Services.GetRequiredService<IDataProtectionProvider>().GetType().Assembly;

        provider.GetName().Name.ShouldBe("Microsoft.AspNetCore.DataProtection");
        var text = provider.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        var version = Version.Parse(text.Split('+', '-')[0]);
        (version >= new Version(10, 0, 0) && version <= new Version(10, 0, 6)).ShouldBeFalse(text);
    }

    private Task<Answer> Foreign(string parameter, Action<JsonObject> change) => parameter == "subject_token"
        ? Server.HopAsync(World.InboxAgent, Server.Assertion(change), TokenTypes.Jwt)
        : Server.FirstHopAsync(("actor_token", Server.Workload(change)), ("actor_token_type", TokenTypes.Jwt));
}
