using System.Text.Json.Nodes;
using TokenExchange.Browser.Running;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Browser.Population;

/// <summary>A site some days after its start: agents at work for several people, some refused, some stopped, policies in draft; and names that somebody meant ill with.</summary>
public static class PopulatedSite
{
    /// <summary>What reads backwards, has markup in it, or is a formula to a spreadsheet.</summary>
    public const string IllMeant = "=cmd|' /C calc'!A0 <script>alert(1)</script> \u202Eknab\u202C \"it's\"";

    // What is alive at the beginning of the tests is alive at their end.
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private static readonly string[] s_people = ["alice", "bob", "carol", "dave.o'neil@corp.example", "9f1c2d34-7a3e-4c11-9b7e-1f2a3b4c5d6e"];

    public static async Task FillAsync(Site site)
    {
        ArgumentNullException.ThrowIfNull(site);
        (site.Known["policy"], site.Known["draft policy"], site.Known["purpose"], site.Known["version"]) = ("triage-by-inbox-agent", "triage-by-inbox-agent", World.Triage, "3");
        (site.Known["agent"], site.Known["resource"], site.Known["issuer"]) = (World.InboxAgent, World.Mail, World.Idp);
        await Drafts.PublishTwiceAsync(site);
        await YesterdayAsync(site);
        await JustNowAsync(site);
        await Drafts.BeginAsync(site);
    }

    // An exchange every half hour, three in four of them permitted.
    private static async Task YesterdayAsync(Site site)
    {
        for (var i = 0; i < 48; i++)
        {
            site.Clock.Behind = TimeSpan.FromHours(26) - TimeSpan.FromMinutes(30 * i);
            var user = Lent(site, c => (c["sub"], c["sid"]) = (s_people[i % s_people.Length], $"yesterday-{i}"));
            _ = (i % 8) switch
            {
                3 => await site.Server.HopAsync(World.InboxAgent, user, TokenTypes.Jwt, ("scope", "mail.send")),
                6 => await site.Server.HopAsync("disabled-agent", user, TokenTypes.Jwt),
                7 => await site.Server.HopAsync(World.KeyAgent, user, TokenTypes.Jwt),
                _ => await site.Server.HopAsync(World.InboxAgent, user, TokenTypes.Jwt, ("scope", i % 2 == 0 ? "mail.read" : "mail.read mail.label")),
            };
        }

        // What acted for alice before, and came to its end.
        await site.Server.HopAsync(World.InboxAgent, site.Users.Assertion("alice", new() { ["sid"] = "yesterday" }), TokenTypes.Jwt);

        // In the last hour more at one time than at another.
        for (var i = 0; i < 30; i++)
        {
            site.Clock.Behind = TimeSpan.FromMinutes(58 - (i * i % 54));
            await site.Server.HopAsync(i % 5 == 4 ? World.KeyAgent : World.InboxAgent, Lent(site, c => (c["sub"], c["sid"], c["exp"]) = (s_people[i % s_people.Length], $"today-{i}", c["iat"]!.DeepClone().GetValue<long>() + 60)), TokenTypes.Jwt);
        }
    }

    private static async Task JustNowAsync(Site site)
    {
        site.Clock.Behind = TimeSpan.FromMinutes(2);
        var chain = await ChainAsync(site, "alice", "session-of-alice");
        site.Known["txn"] = (string)Jwt.Payload(chain[2])["txn"]!;
        site.Known["jti"] = (string)Jwt.Payload(chain[2])["jti"]!;
        site.Known["sid"] = (string)Jwt.Payload(chain[2])["sid"]!;
        site.Known["root txn"] = (string)Jwt.Payload(chain[0])["txn"]!;
        await ChainAsync(site, "bob", "session-of-bob");
        var ended = await ChainAsync(site, "carol", "session-of-carol");
        site.Known["ended txn"] = (string)Jwt.Payload(ended[0])["txn"]!;
        await site.Server.RevokeAsync(ended[0], World.InboxAgent);
        await site.Server.HopAsync(World.InboxAgent, Lent(site, c => (c["sub"], c["sid"]) = ("<b onmouseover=alert(1)>mallory</b>", "m-1")), TokenTypes.Jwt);
        await site.Server.HopAsync(World.InboxAgent, Lent(site, c => (c["sub"], c["sid"]) = ("=HYPERLINK(\"http://evil.example\")", "m-2")), TokenTypes.Jwt);
        await site.Server.HopAsync(World.InboxAgent, Lent(site, c => (c["sub"], c["sid"]) = (new string('w', 255), "m-3")), TokenTypes.Jwt);

        // Users who can sign in and look for themselves.
        site.Known["txn of alice"] = (string)Jwt.Payload((await ChainAsync(site, site.Users.Assertion("alice")))[0])["txn"]!;
        site.Known["txn of bob"] = (string)Jwt.Payload((await ChainAsync(site, site.Users.Assertion("bob")))[0])["txn"]!;
        await site.Server.HopAsync(World.InboxAgent, site.Users.Assertion("alice"), TokenTypes.Jwt, ("purpose", "mail.digest"));
        await site.Server.RevokeAsync((await site.Server.HopAsync(World.InboxAgent, site.Users.Assertion("alice"), TokenTypes.Jwt, ("purpose", "mail.digest"), ("scope", "mail.read"))).AccessToken, World.InboxAgent);

        // Refused for as many reasons as a day brings.
        var user = site.Server.Assertion();
        await site.Server.HopAsync(World.InboxAgent, user, TokenTypes.Jwt, ("purpose", "no.such.purpose"));
        await site.Server.HopAsync(World.InboxAgent, user, TokenTypes.Jwt, ("purpose", "x;=HYPERLINK(CHAR(104));y"));
        await site.Server.HopAsync(World.InboxAgent, user, TokenTypes.Jwt, ("resource", "https://nowhere.example/\"><script>alert(1)</script>"));
        await site.Server.HopAsync(World.InboxAgent, user, TokenTypes.Jwt, ("purpose", "mail.answer"), ("scope", "mail.send"));
        await site.Server.HopAsync(World.InboxAgent, user, TokenTypes.Jwt, ("scope", "<script>alert(1)</script>"));
        await site.Server.HopAsync(World.InboxAgent, Lent(site, c => c["exp"] = 1), TokenTypes.Jwt);
        await site.Server.PostAsync("/token", "<script>alert(1)</script>", "wrong", ("grant_type", GrantTypes.TokenExchange));
        await site.Server.PostAsync("/token", World.InboxAgent, "wrong", ("grant_type", GrantTypes.TokenExchange));
        await site.Server.ApiAsync(HttpMethod.Post, "/admin/api/revocations", await site.Server.ApiTokenAsync(), """{"kind":"subject","id":"dave.o'neil@corp.example","reason":"left the company"}""");
    }

    private static string Lent(Site site, Action<JsonObject> change) => site.Server.Assertion(c =>
    {
        c["exp"] = (site.Server.Now + Longest).ToUnixTimeSeconds();
        change(c);
    });

    private static Task<IReadOnlyList<string>> ChainAsync(Site site, string user, string session) => ChainAsync(site, Lent(site, c => (c["sub"], c["sid"]) = (user, session)));

    /// <summary>Three agents in a row for one user; their tokens from first to last.</summary>
    internal static async Task<IReadOnlyList<string>> ChainAsync(Site site, string assertion)
    {
        var server = site.Server;
        var first = (await server.HopAsync(World.InboxAgent, assertion, TokenTypes.Jwt)).AccessToken;
        var second = (await server.HopAsync(World.SummaryAgent, first, TokenTypes.AccessToken)).AccessToken;
        return [first, second, (await server.HopAsync(World.ArchiveAgent, second, TokenTypes.AccessToken)).AccessToken];
    }

    public static ExchangeConfiguration Configuration(IdentityProvider users)
    {
        ArgumentNullException.ThrowIfNull(users);
        var world = World.WithOps(World.WithWorkloads(World.Configuration));
        return world with
        {
            Issuers = [.. world.Issuers!, users.Definition],
            Clients =
            [
                .. world.Clients!.Select(Dress),
                new ClientDefinition { ClientId = "ill-meant", Name = IllMeant, Owner = IllMeant, Kind = ClientKind.AiAgent, Tags = ["<script>alert(1)</script>"], SecretSha256 = World.SecretHash },
                new ClientDefinition { ClientId = new string('x', 100), Name = new string('W', 200), Kind = ClientKind.AiAgent, SecretSha256 = World.SecretHash },
            ],
            Resources =
            [
                .. world.Resources!,
                new ResourceDefinition
                {
                    Resource = "https://ill-meant.example/'quoted'", Name = IllMeant, Owner = IllMeant, Scopes = [new ScopeDefinition { Name = "<script>alert(1)</script>", Description = IllMeant, Sensitive = true }],
                },
            ],
            Purposes = [.. world.Purposes!, new PurposeDefinition { Purpose = "ill.meant", Title = IllMeant, Description = IllMeant }],
            Policies =
            [
                .. world.Policies!.Select(p => p with { Subjects = [.. p.Subjects, new SubjectDefinition { Issuer = users.Issuer }], Limits = p.Limits with { MaxLifetime = Longest } })
                    .Select(p => p.Name == "triage-by-inbox-agent" ? p with { Limits = p.Limits with { MaxChainDepth = 3 } } : p),
                World.Permit("digest-by-inbox-agent", "mail.digest", World.InboxAgent, "mail.read") with { Subjects = [new SubjectDefinition { Issuer = users.Issuer }], Limits = new LimitsDefinition { MaxLifetime = Longest } },
                World.Permit("<script>alert(1)</script>", "ill.meant", "ill-meant", "mail.read"),
                World.Permit("nobody-sends-from-outside", World.Triage, World.InboxAgent, "mail.send") with { Effect = "deny", Conditions = [new ConditionDefinition { SourceNetwork = ["203.0.113.0/24"] }] },
            ],
        };
    }

    private static ClientDefinition Dress(ClientDefinition client) => client.ClientId switch
    {
        World.InboxAgent => client with { Name = "Inbox agent", Owner = "Mail team" },
        World.SummaryAgent => client with { Name = "Summary agent", Owner = "Mail team" },
        World.ArchiveAgent => client with { Name = "Archive service", Owner = "Records team" },
        World.KeyAgent => client with { Name = "Agent with a key", Owner = "Platform team" },
        World.MailApi => client with { Name = "Mail API" },
        World.Ops => client with { Name = "Deployment script", Owner = "Platform team" },
        _ => client,
    };
}
