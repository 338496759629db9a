using TokenExchange.Core.Configuration;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Wire;

/// <summary>What a token can reach, with all it can hand on, never grows; and what it may hand on is what is published now.</summary>
public sealed class HandOnTests
{
    private static readonly OnwardDefinition ToCalendar = new() { Agent = World.ArchiveAgent, Resource = World.Calendar, Scopes = ["calendar.read"] };

    [Fact]
    public async Task A_policy_of_depth_one_names_nobody_although_it_lists_receivers()
    {
        await using var server = await StartAsync(World.Permit("shallow", World.Triage, World.InboxAgent, "mail.read") with { Limits = new LimitsDefinition { OnwardTo = [ToCalendar] } });

        Jwt.Payload(await server.FirstTokenAsync()).ContainsKey("may_act").ShouldBeFalse();
    }

    [Fact]
    public async Task Narrowing_hands_nothing_on_that_the_token_in_hand_could_not()
    {
        // Two permits: the one for both scopes hands on to nobody, the one for reading alone leads to the calendar.
        await using var server = await StartAsync(
            World.Permit("wide", World.Triage, World.InboxAgent, "mail.read", "mail.label"),
            World.Permit("narrow", World.Triage, World.InboxAgent, "mail.read") with { Limits = new LimitsDefinition { MaxChainDepth = 2, OnwardTo = [ToCalendar] } });
        var wide = await server.FirstTokenAsync(("scope", "mail.read mail.label"));

        var narrowed = await server.HopAsync(World.InboxAgent, wide, TokenTypes.AccessToken, ("scope", "mail.read"));

        (await server.LastRecordAsync()).Policy.ShouldBe("narrow");
        narrowed.Claims.ContainsKey("may_act").ShouldBeFalse();
        (await server.HopAsync(World.ArchiveAgent, narrowed.AccessToken, TokenTypes.AccessToken, ("resource", World.Calendar))).Status.ShouldBe(400);
    }

    [Fact]
    public async Task A_narrowed_token_still_hands_on_what_the_wider_one_could()
    {
        await using var server = await RunningServer.StartAsync();
        var narrowed = (await server.HopAsync(World.InboxAgent, await server.FirstTokenAsync(), TokenTypes.AccessToken, ("scope", "mail.label"))).AccessToken;

        (await server.HopAsync(World.ArchiveAgent, narrowed, TokenTypes.AccessToken, ("resource", World.Calendar))).Status.ShouldBe(200);

        // At the same resource nothing of what was narrowed away: the summary agent may read only, and reading is gone.
        ((string)(await server.HopAsync(World.SummaryAgent, narrowed, TokenTypes.AccessToken)).Json["error"]!).ShouldBe("invalid_scope");
    }

    [Fact]
    public async Task A_session_limited_to_scopes_is_limited_at_every_resource_of_the_chain()
    {
        await using var server = await RunningServer.StartAsync();
        var root = (await server.HopAsync(World.InboxAgent, server.Assertion(c => c["scope"] = "mail.read"), TokenTypes.Jwt)).AccessToken;

        var answer = await server.HopAsync(World.ArchiveAgent, root, TokenTypes.AccessToken, ("resource", World.Calendar));

        ((string)answer.Json["error"]!).ShouldBe("invalid_scope");
    }

    public static TheoryData<string> Withdrawals => ["a deny besides", "another subject", "a stronger sign-in", "no depth", "removed", "denies", "another purpose", "another resource", "another giver", "another receiver"];

    [Requirement("RFC 8693", "4.4", "Being named by may_act is a statement of the token; the server still asks its own policies")]
    [Theory]
    [MemberData(nameof(Withdrawals))]
    public async Task A_hand_on_ends_when_the_givers_policy_no_longer_says_so(string withdrawal)
    {
        var giver = World.Permit("giver", World.Triage, World.InboxAgent, "mail.read") with { Limits = new LimitsDefinition { MaxChainDepth = 2, OnwardTo = [ToCalendar] } };
        await using var server = await StartAsync(giver);
        var token = await server.FirstTokenAsync();
        (await HandOn()).Status.ShouldBe(200);

        await server.ApplyAsync(World.Configuration with
        {
            Policies =
            [
                .. Others,
                .. withdrawal switch
                {
                    "removed" => Array.Empty<PolicyDefinition>(),
                    "denies" => [giver with { Effect = "deny" }],
                    "another purpose" => [giver with { Purpose = "mail.digest" }],
                    "another resource" => [giver with { Resource = World.Calendar, Scopes = ["calendar.read"] }],
                    "another giver" => [giver with { Agents = [World.KeyAgent] }],
                    "a deny besides" => [giver, giver with { Name = "deny", Effect = "deny", Limits = new LimitsDefinition() }],
                    "another subject" => [giver with { Subjects = [new SubjectDefinition { Issuer = World.Idp, Claims = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { ["sub"] = ["bob"] } }] }],
                    "a stronger sign-in" => [giver with { Limits = giver.Limits with { AcrValues = ["phr"] } }],
                    "no depth" => [giver with { Limits = giver.Limits with { MaxChainDepth = 1 } }],
                    "another receiver" => [giver with { Limits = giver.Limits with { OnwardTo = [new OnwardDefinition { Agent = World.SummaryAgent }] } }],
                    _ => throw new ArgumentOutOfRangeException(nameof(withdrawal)),
                },
            ],
        });

        (await HandOn()).Status.ShouldBe(400);

        Task<Answer> HandOn() => server.HopAsync(World.ArchiveAgent, token, TokenTypes.AccessToken, ("resource", World.Calendar));
    }

    private static IEnumerable<PolicyDefinition> Others => World.Configuration.Policies!.Where(p => p.Name == "calendar-by-archive-agent");

    private static Task<RunningServer> StartAsync(params PolicyDefinition[] policies) => RunningServer.StartAsync(World.Configuration with { Policies = [.. Others, .. policies] });
}
