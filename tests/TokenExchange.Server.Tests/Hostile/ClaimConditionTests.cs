using System.Text.Json.Nodes;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Hostile;

/// <summary>A policy that denies by a claim, and one that permits by a claim: an assertion gains nothing by making the claim unreadable.</summary>
public sealed class ClaimConditionTests(ClaimConditionTests.DenyAndPermit shared) : IClassFixture<ClaimConditionTests.DenyAndPermit>
{
    public sealed class DenyAndPermit : IAsyncLifetime
    {
        public RunningServer Denies { get; private set; } = null!;

        public RunningServer Permits { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            var contractor = new[] { new ConditionDefinition { ClaimContains = new ClaimConditionDefinition { Claim = "groups", Value = "contractors" } } };
            Denies = await RunningServer.StartAsync(World.Configuration with
            {
                Policies = [.. World.Configuration.Policies!, World.Permit("no-contractors", World.Triage, World.InboxAgent) with { Effect = "deny", Conditions = contractor }],
            });
            Permits = await RunningServer.StartAsync(World.Configuration with
            {
                Policies = [World.Permit("contractors-only", World.Triage, World.InboxAgent, "mail.read") with { Conditions = contractor }],
            });
        }

        public async ValueTask DisposeAsync()
        {
            await Denies.DisposeAsync();
            await Permits.DisposeAsync();
        }
    }

    public static TheoryData<string> Unreadable => [.. Rows.Keys];

    private static Dictionary<string, Action<JsonObject>> Rows { get; } = new(StringComparer.Ordinal)
    {
        ["an object"] = c => c["groups"] = new JsonObject { ["contractors"] = true },
        ["null"] = c => c["groups"] = null,
        ["an array of objects"] = c => c["groups"] = new JsonArray(new JsonObject { ["name"] = "contractors" }),
        ["an array of arrays"] = c => c["groups"] = new JsonArray(new JsonArray("contractors")),
        ["an array with null"] = c => c["groups"] = new JsonArray("staff", null),
        ["an array with an object besides"] = c => c["groups"] = new JsonArray("staff", new JsonObject()),
        ["kept elsewhere"] = c => (c["_claim_names"], c["_claim_sources"]) = (new JsonObject { ["groups"] = "src1" }, new JsonObject { ["src1"] = new JsonObject { ["endpoint"] = "https://graph.example/alice/groups" } }),
        ["kept elsewhere, where nobody says"] = c => c["_claim_names"] = new JsonObject { ["groups"] = null },
        ["kept elsewhere, as text"] = c => c["_claim_names"] = "groups",
        ["kept elsewhere, in an array"] = c => c["_claim_names"] = new JsonArray("groups"),
    };

    [Theory]
    [MemberData(nameof(Unreadable))]
    public async Task A_claim_that_cannot_be_read_is_denied_by_the_policy_that_denies(string how) =>
        await shared.Denies.ShouldRefuseAsync(() => Send(shared.Denies, Rows[how]), 400, ErrorCodes.InvalidRequest, "purpose_not_permitted");

    [Theory]
    [MemberData(nameof(Unreadable))]
    public async Task A_claim_that_cannot_be_read_is_not_permitted_by_the_policy_that_permits(string how) =>
        await shared.Permits.ShouldRefuseAsync(() => Send(shared.Permits, Rows[how]), 400, ErrorCodes.InvalidRequest, "purpose_not_permitted");

    [Theory]
    [InlineData("contractors", 400, 200)]
    [InlineData("staff", 200, 400)]
    [InlineData(null, 200, 400)]
    public async Task A_claim_that_can_be_read_or_is_known_to_be_absent_counts_as_it_is(string? group, int denying, int permitting)
    {
        void Change(JsonObject claims)
        {
            if (group is not null)
            {
                claims["groups"] = new JsonArray(group);
            }
        }

        (await Send(shared.Denies, Change)).Status.ShouldBe(denying);
        (await Send(shared.Permits, Change)).Status.ShouldBe(permitting);
    }

    private static Task<Answer> Send(RunningServer server, Action<JsonObject> change) => server.HopAsync(World.InboxAgent, server.Assertion(change), TokenTypes.Jwt);
}
