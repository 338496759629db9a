using System.Text.Json;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Tests.Fixtures;
using TokenExchange.Server.Tests.Policies;

namespace TokenExchange.Server.Tests.Configuration;

/// <summary>What is said of a configuration, and what is kept of it, does not grow with what somebody sends.</summary>
public sealed class ConfigurationBoundsTests
{
    private const string More = "there are more problems than these 100; mend these first";
    private const string Members = "is not a member; write one of name, purpose, effect, agents, agentKinds, agentTags, subjects, resource, scopes, limits, conditions";

    [Fact]
    public void Of_very_many_mistakes_the_first_hundred_are_said_and_which_members_there_are_once()
    {
        ConfigurationEditor.TryRead($$"""{"purposes":[],"policies":[{{Map(5000, "0")}}]}""", out _, out var said).ShouldBeFalse();

        said!.Split('\n').ShouldBe([$"policies[0].k0: {Members}", .. Enumerable.Range(1, 99).Select(i => $"policies[0].k{i}: is not a member"), More]);
    }

    [Fact]
    public void Of_many_entries_with_a_mistake_each_the_first_hundred_are_said()
    {
        ConfigurationEditor.TryRead($$"""{"policies":[{{string.Join(',', Enumerable.Repeat("1", 5000))}}]}""", out _, out var said).ShouldBeFalse();

        said!.Split('\n').ShouldBe([.. Enumerable.Range(0, 100).Select(i => $"policies[{i}]: write an object in {{ }}"), More]);
    }

    [Fact]
    public void Of_exactly_a_hundred_mistakes_there_are_no_more()
    {
        ConfigurationEditor.TryRead($$"""{"policies":[{{Map(100, "0")}}]}""", out _, out var said).ShouldBeFalse();

        said!.Split('\n').Length.ShouldBe(100);
        said.ShouldNotContain(More);
    }

    [Fact]
    public void A_place_names_a_very_long_member_by_its_beginning()
    {
        var name = new string('n', 50_000);

        ConfigurationEditor.TryRead($$"""{"policies":[{"subjects":[{"claims":{"{{name}}":[1,2]} }]}]}""", out _, out var said).ShouldBeFalse();

        said.ShouldBe($"policies[0].subjects[0].claims.{name[..100]}…[0]: write text\npolicies[0].subjects[0].claims.{name[..100]}…[1]: write text");
    }

    [Theory]
    [InlineData("issuers[0].audiences", """{"issuers":[{"audiences":TEXTS}]}""")]
    [InlineData("issuers[0].algorithms", """{"issuers":[{"algorithms":TEXTS}]}""")]
    [InlineData("issuers[0].tokenTypes", """{"issuers":[{"tokenTypes":TEXTS}]}""")]
    [InlineData("issuers[0].assertionTypes", """{"issuers":[{"assertionTypes":TEXTS}]}""")]
    [InlineData("issuers[0].allowPrivateHosts", """{"issuers":[{"allowPrivateHosts":TEXTS}]}""")]
    [InlineData("resources[0].clients", """{"resources":[{"clients":TEXTS}]}""")]
    [InlineData("resources[0].scopes", """{"resources":[{"scopes":OBJECTS}]}""")]
    [InlineData("clients[0].tags", """{"clients":[{"tags":TEXTS}]}""")]
    [InlineData("clients[0].workloads", """{"clients":[{"workloads":OBJECTS}]}""")]
    [InlineData("policies[0].agents", """{"policies":[{"agents":TEXTS}]}""")]
    [InlineData("policies[0].agentKinds", """{"policies":[{"agentKinds":TEXTS}]}""")]
    [InlineData("policies[0].agentTags", """{"policies":[{"agentTags":TEXTS}]}""")]
    [InlineData("policies[0].subjects", """{"policies":[{"subjects":OBJECTS}]}""")]
    [InlineData("policies[0].subjects[0].claims", """{"policies":[{"subjects":[{"claims":MAP}]}]}""")]
    [InlineData("policies[0].subjects[0].claims.a", """{"policies":[{"subjects":[{"claims":{"a":TEXTS}}]}]}""")]
    [InlineData("policies[0].scopes", """{"policies":[{"scopes":TEXTS}]}""")]
    [InlineData("policies[0].conditions", """{"policies":[{"conditions":OBJECTS}]}""")]
    [InlineData("policies[0].conditions[0].sourceNetwork", """{"policies":[{"conditions":[{"sourceNetwork":TEXTS}]}]}""")]
    [InlineData("policies[0].limits.acrValues", """{"policies":[{"limits":{"acrValues":TEXTS}}]}""")]
    [InlineData("policies[0].limits.onwardTo", """{"policies":[{"limits":{"onwardTo":OBJECTS}}]}""")]
    [InlineData("policies[0].limits.perScope", """{"policies":[{"limits":{"perScope":MAP}}]}""")]
    public void A_list_or_map_inside_of_a_definition_has_at_most_a_thousand_entries(string place, string json)
    {
        var written = json.Replace("TEXTS", Texts(1001), StringComparison.Ordinal).Replace("OBJECTS", Objects(1001), StringComparison.Ordinal).Replace("MAP", Map(1001, "{}"), StringComparison.Ordinal);

        ConfigurationEditor.TryRead(written, out _, out var said).ShouldBeFalse();

        said.ShouldBe($"{place}: write at most 1000 entries");
    }

    [Fact]
    public void A_thousand_entries_can_be_read_and_any_number_of_definitions()
    {
        ConfigurationEditor.TryRead(
            $$"""{"clients":{{Objects(1001)}},"policies":[{"agents":{{Texts(1000)}},"limits":{"perScope":{{Map(1000, "{}")}} } }]}""", out var read, out var problem).ShouldBeTrue(problem);

        (read!.Clients!.Count, read.Policies![0].Agents.Count, read.Policies[0].Limits.PerScope.Count).ShouldBe((1001, 1000, 1000));
    }

    [Fact]
    public void Of_definitions_that_are_all_wrong_the_first_thousand_problems_are_found()
    {
        var problems = new ConfigurationValidator().Problems(World.Configuration with { Policies = [.. Enumerable.Repeat(new PolicyDefinition(), 2000)] });

        problems.Count.ShouldBe(1001);
        problems[0].ShouldBe(new MemberProblem("policies[0].name", "write a name of 1 to 200 printable ASCII characters without space"));
        problems[^1].ShouldBe(new MemberProblem("", "there are more problems than these 1000; mend these first"));
    }

    [Fact]
    public async Task Over_HTTP_the_first_hundred_are_said_and_that_there_are_more()
    {
        await using var server = await PolicyWorld.StartAsync();

        foreach (var body in new[] { $$"""{"purposes":[],"policies":[{{Map(5000, "0")}}]}""", $$"""{"policies":{{Objects(500)}} }""" })
        {
            var answer = await server.AdminAsync(HttpMethod.Put, "/configuration", body, "\"1\"");

            answer.Status.ShouldBe(400);
            var errors = answer.Json["errors"]!.AsObject();
            errors.Sum(e => e.Value!.AsArray().Count).ShouldBe(101);
            errors[""]!.ToJsonString().ShouldBe(JsonSerializer.Serialize(new[] { More }));
        }
    }

    [Fact]
    public async Task A_chain_that_is_too_long_to_be_tried_is_told_once_and_not_hop_by_hop()
    {
        await using var server = await PolicyWorld.StartAsync();

        var answer = await server.AdminAsync(
            HttpMethod.Post, "/simulations", $$"""{"agent":"inbox-agent","subject":{"issuer":"https://idp.example","sub":"alice"},"resource":"https://mail.example","earlier":{{Objects(5000)}} }""");

        answer.Status.ShouldBe(400);
        answer.Json["errors"]!.ToJsonString().ShouldBe("""{"earlier":["a chain holds at most 10 actors"]}""");
    }

    private static string Texts(int count) => $"[{string.Join(',', Enumerable.Range(0, count).Select(i => $"\"t{i}\""))}]";

    private static string Objects(int count) => $"[{string.Join(',', Enumerable.Repeat("{}", count))}]";

    private static string Map(int count, string value) => $"{{{string.Join(',', Enumerable.Range(0, count).Select(i => $"\"k{i}\":{value}"))}}}";
}
