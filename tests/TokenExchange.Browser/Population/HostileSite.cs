using TokenExchange.Browser.Running;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Browser.Population;

/// <summary>A site in which every text that somebody else can choose is an attack on whoever looks at it.</summary>
public static class HostileSite
{
    /// <summary>The attribute of every element that an attack tries to bring into a page.</summary>
    public const string Canary = "data-canary";

    /// <summary>Breaks out of text, attributes, comments, scripts, styles and templates.</summary>
    public const string Text = "</title></script></textarea><!-- --><img src=x onerror=alert(1) data-canary=1>\"'`><svg onload=alert(2) data-canary=2>{{7*7}}${7*7}javascript:alert(3)";

    /// <summary>The same for what is an identifier: without a space, of ASCII.</summary>
    public const string Identifier = "\"'></script><img/src=x/onerror=alert(1)/data-canary=3>";

    public static async Task FillAsync(Site site)
    {
        ArgumentNullException.ThrowIfNull(site);
        site.Clock.Behind = TimeSpan.FromMinutes(1);
        (site.Known["policy"], site.Known["draft policy"], site.Known["purpose"], site.Known["version"]) = (Identifier, Text, "hostile", "1");
        (site.Known["agent"], site.Known["resource"], site.Known["issuer"]) = (Identifier, Resource, Identifier);
        var server = site.Server;
        var permitted = await server.HopAsync(Identifier, server.Assertion(Hostile), TokenTypes.Jwt, ("purpose", "hostile"), ("resource", Resource), ("scope", Scope));
        site.Known["txn"] = (string)permitted.Claims["txn"]!;
        foreach (var user in new[] { "alice", "bob" })
        {
            var lent = await server.HopAsync(Identifier, site.Users.Assertion(user, new() { ["department"] = Text, ["acr"] = Identifier }), TokenTypes.Jwt, ("purpose", "hostile"), ("resource", Resource), ("scope", Scope));
            site.Known[$"txn of {user}"] = (string)lent.Claims["txn"]!;
        }

        site.Known["ended txn"] = site.Known["txn"];
        site.Known["jti"] = (string)permitted.Claims["jti"]!;
        site.Known["sid"] = (string)permitted.Claims["sid"]!;
        foreach (var name in new[] { "purpose", "resource", "scope", "audience", "requested_token_type", "actor_token_type", "subject_token_type" })
        {
            (await server.HopAsync(Identifier, server.Assertion(Hostile), TokenTypes.Jwt, (name, Text))).Status.ShouldBe(400, name);
        }

        await server.HopAsync(Identifier, Text, Text);
        await server.HopAsync(Identifier, World.Assertion(server.Now, c => (c["iss"], c["sub"]) = (Identifier, Text), h => h["kid"] = Identifier), TokenTypes.Jwt);
        await server.PostAsync("/token", Identifier, "wrong", ("grant_type", Text));
        await server.PostAsync("/token", null, null, ("grant_type", GrantTypes.TokenExchange), ("client_id", Text), ("client_secret", Text));
        await server.ApiAsync(HttpMethod.Post, "/admin/api/revocations", await server.ApiTokenAsync(), new System.Text.Json.Nodes.JsonObject { ["kind"] = "subject", ["id"] = Text, ["reason"] = Text }.ToJsonString());
        site.Known["draft"] = await Drafts.BeginAsync(site, Text, p => p with { Name = Text, Agents = [Text], Conditions = [new ConditionDefinition { ClaimEquals = new ClaimConditionDefinition { Claim = Text, Value = Text } }] });
        site.Known["wrong draft"] = site.Known["ill-meant draft"] = site.Known["draft"];
    }

    private const string Resource = "https://hostile.example/'-alert(1)-'";

    private const string Scope = "</script><img/src=x/onerror=alert(1)/data-canary=4>'";

    private static void Hostile(System.Text.Json.Nodes.JsonObject claims)
    {
        (claims["sub"], claims["sid"], claims["acr"], claims["department"]) = (Text, Text, Identifier, Text);
        claims["amr"] = new System.Text.Json.Nodes.JsonArray(Identifier);
        claims["exp"] = (long)claims["iat"]! + 3600;
    }

    public static ExchangeConfiguration Configuration(IdentityProvider users) => World.WithOps(new ExchangeConfiguration
    {
        Issuers = [World.Configuration.Issuers![0], World.Configuration.Issuers[0] with { Issuer = Identifier, SubjectPrefix = Identifier }, users.Definition],
        Resources =
        [
            World.Configuration.Resources![0] with { Clients = [] },
            new ResourceDefinition { Resource = Resource, Name = Text, Owner = Text, Clients = [Identifier + "r"], Scopes = [new ScopeDefinition { Name = Scope, Description = Text, Sensitive = true }] },
        ],
        Clients =
        [
            new ClientDefinition { ClientId = Identifier, Name = Text, Owner = Text, Kind = ClientKind.AiAgent, Tags = [Identifier], SecretSha256 = World.SecretHash },
            new ClientDefinition { ClientId = Identifier + "r", Name = Text, Owner = Text, Kind = ClientKind.Resource, SecretSha256 = World.SecretHash },
        ],
        Purposes = [new PurposeDefinition { Purpose = "hostile", Title = Text, Description = Text }, World.Configuration.Purposes![0]],
        Policies =
        [
            new PolicyDefinition
            {
                Name = Identifier, Purpose = "hostile", Agents = [Identifier], AgentTags = [Identifier], Subjects = [new SubjectDefinition { Issuer = World.Idp }, new SubjectDefinition { Issuer = users.Issuer }],
                Resource = Resource, Scopes = [Scope],
                Limits = new LimitsDefinition { MaxLifetime = TimeSpan.FromHours(1), MaxChainDepth = 2, AcrValues = [Identifier], OnwardTo = [new OnwardDefinition { Agent = Identifier, Scopes = [Scope] }] },
                Conditions = [new ConditionDefinition { ClaimEquals = new ClaimConditionDefinition { Claim = "department", Value = Text } }],
            },
        ],
    });
}
