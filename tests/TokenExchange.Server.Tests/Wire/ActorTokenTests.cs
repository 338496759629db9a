using System.Text.Json.Nodes;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Wire;

/// <summary>RFC 8693 §2.1 <c>actor_token</c>: a workload JWT says which instance of the authenticated agent acts.</summary>
public sealed class ActorTokenTests(SharedWorkloadServer shared) : IClassFixture<SharedWorkloadServer>
{
    private RunningServer Server => shared.Server;

    [Requirement("RFC 8693", "4.1", "The sub and iss of an actor together name it")]
    [Requirement("RFC 8693", "4.3", "The client_id claim names the client that asked")]
    [Fact]
    public async Task The_instance_stands_in_act_and_the_client_in_client_id()
    {
        var answer = await Server.FirstHopAsync(ActorToken());

        answer.Claims["act"]!.ToJsonString().ShouldBe(
            $$"""{"sub":"{{World.InboxWorkload}}","iss":"{{World.Workloads}}","sub_profile":"ai_agent","client_id":"{{World.InboxAgent}}"}""");
        ((string)answer.Claims["client_id"]!, (string)answer.Claims["sub"]!).ShouldBe((World.InboxAgent, "alice"));
        var record = await Server.LastRecordAsync();
        record.Chain.ShouldBe(answer.Claims["act"]!.ToJsonString());
        record.ActorTokenHash.ShouldNotBeNull().Length.ShouldBe(64);
        (await Server.IntrospectAsync(answer.AccessToken)).Json["act"]!.ToJsonString().ShouldBe(record.Chain);
    }

    [Fact]
    public async Task The_instance_stays_in_the_chain_when_the_token_is_handed_on()
    {
        var first = (await Server.FirstHopAsync(ActorToken())).AccessToken;

        var second = await Server.HopAsync(World.SummaryAgent, first, TokenTypes.AccessToken, ActorToken(c => c["sub"] = "spiffe://corp.example/summary"));

        second.Claims["act"]!.ToJsonString().ShouldBe(
            $$$"""{"sub":"spiffe://corp.example/summary","iss":"{{{World.Workloads}}}","sub_profile":"ai_agent","client_id":"{{{World.SummaryAgent}}}","act":{"sub":"{{{World.InboxWorkload}}}","iss":"{{{World.Workloads}}}","sub_profile":"ai_agent","client_id":"{{{World.InboxAgent}}}"}}""");
    }

    [Fact]
    public async Task Another_instance_of_an_agent_in_the_chain_is_no_new_actor()
    {
        await using var server = await RunningServer.StartAsync(World.WithWorkloads(World.Configuration) with
        {
            Policies =
            [
                World.Permit("inbox", World.Triage, World.InboxAgent, "mail.read") with { Limits = new() { MaxChainDepth = 5, OnwardTo = [new() { Agent = World.SummaryAgent }] } },
                World.Permit("summary", World.Triage, World.SummaryAgent, "mail.read") with { Limits = new() { MaxChainDepth = 5, OnwardTo = [new() { Agent = World.InboxAgent }] } },
            ],
        });
        var first = (await server.FirstHopAsync(("actor_token", server.Workload()), ("actor_token_type", TokenTypes.Jwt))).AccessToken;
        var second = (await server.HopAsync(World.SummaryAgent, first, TokenTypes.AccessToken)).AccessToken;

        var third = await server.HopAsync(World.InboxAgent, second, TokenTypes.AccessToken, ("actor_token", server.Workload(c => c["sub"] = "spiffe://corp.example/inbox/other")), ("actor_token_type", TokenTypes.Jwt));

        Jwt.Payload(second).ContainsKey("may_act").ShouldBeFalse();
        ((string)third.Json["error"]!, (await server.LastRecordAsync()).Reason).ShouldBe(("invalid_request", "chain_not_extendable"));
    }

    [Fact]
    public async Task Narrowing_keeps_the_instance_whether_or_not_it_is_named_again()
    {
        var first = await Server.FirstHopAsync(ActorToken());

        var unnamed = await Server.HopAsync(World.InboxAgent, first.AccessToken, TokenTypes.AccessToken, ("scope", "mail.read"));
        var named = await Server.HopAsync(World.InboxAgent, first.AccessToken, TokenTypes.AccessToken, [("scope", "mail.read"), .. ActorToken()]);

        JsonNode.DeepEquals(unnamed.Claims["act"], first.Claims["act"]).ShouldBeTrue();
        JsonNode.DeepEquals(named.Claims["act"], first.Claims["act"]).ShouldBeTrue();
    }

    [Fact]
    public async Task Another_instance_cannot_narrow_the_token()
    {
        var first = (await Server.FirstHopAsync(ActorToken())).AccessToken;

        var answer = await Server.HopAsync(World.InboxAgent, first, TokenTypes.AccessToken, ActorToken(c => c["sub"] = "spiffe://corp.example/inbox/other"));

        answer.Body.ShouldBe($$"""{"error":"invalid_request","error_description":"The subject token does not let this client act.","error_uri":"{{Server.Issuer}}/errors/actor_not_named"}""");
    }

    [Fact]
    public async Task May_act_names_the_agent_and_not_its_instances()
    {
        (string, string?)[] actor = ActorToken();
        var forAgent = Server.Assertion(c => c["may_act"] = new JsonObject { ["sub"] = World.InboxAgent, ["iss"] = Server.Issuer });
        var forInstance = Server.Assertion(c => c["may_act"] = new JsonObject { ["sub"] = World.InboxWorkload });

        (await Server.HopAsync(World.InboxAgent, forAgent, TokenTypes.Jwt, actor)).Status.ShouldBe(200);
        (await Server.HopAsync(World.InboxAgent, forInstance, TokenTypes.Jwt, actor)).Status.ShouldBe(400);
        (await Server.LastRecordAsync()).Reason.ShouldBe("actor_not_named");
    }

    [Fact]
    public async Task A_disabled_agent_takes_the_tokens_of_its_instances_with_it()
    {
        var configuration = World.WithWorkloads(World.Configuration);
        await using var server = await RunningServer.StartAsync(configuration);
        var token = (await server.FirstHopAsync(("actor_token", server.Workload()), ("actor_token_type", TokenTypes.Jwt))).AccessToken;

        await server.ApplyAsync(configuration with { Clients = [.. configuration.Clients!.Select(c => c.ClientId == World.InboxAgent ? c with { Enabled = false } : c)] });

        (await server.IntrospectAsync(token)).Body.ShouldBe("""{"active":false}""");
    }

    [Fact]
    public async Task A_disabled_workload_issuer_takes_the_tokens_of_the_instances_it_named_with_it()
    {
        var configuration = World.WithWorkloads(World.Configuration);
        await using var server = await RunningServer.StartAsync(configuration);
        var named = (await server.FirstHopAsync(("actor_token", server.Workload()), ("actor_token_type", TokenTypes.Jwt))).AccessToken;
        var unnamed = await server.FirstTokenAsync();

        await server.ApplyAsync(configuration with { Issuers = [.. configuration.Issuers!.Select(i => i.Issuer == World.Workloads ? i with { Enabled = false } : i)] });

        (await server.IntrospectAsync(named)).Body.ShouldBe("""{"active":false}""");
        (await server.IntrospectAsync(unnamed)).Json["active"]!.GetValue<bool>().ShouldBeTrue();
    }

    public static TheoryData<string> Names => [.. Rows.Keys];

    private static Dictionary<string, (string Code, string Description, Action<JsonObject> Change)> Rows { get; } = new(StringComparer.Ordinal)
    {
        ["of a workload of another agent"] = ("actor_token_of_another_client", "The actor token does not belong to this client.", c => c["sub"] = "spiffe://corp.example/summary"),
        ["of a workload nobody knows"] = ("actor_token_of_another_client", "The actor token does not belong to this client.", c => c["sub"] = "spiffe://corp.example/nobody"),
        ["of the beginning alone"] = ("actor_token_of_another_client", "The actor token does not belong to this client.", c => c["sub"] = "spiffe://corp.example/inbox/"),
        ["by an identity provider of users"] = ("actor_token_issuer", "The actor token's issuer is not trusted for this.", c => c["iss"] = World.Idp),
        ["by nobody we know"] = ("actor_token_issuer", "The actor token's issuer is not trusted for this.", c => c["iss"] = "https://elsewhere.example"),
        ["without iss"] = ("actor_token_claims", "The actor token lacks a claim, or has a malformed one or one it must not have.", c => c.Remove("iss")),
        ["without sub"] = ("actor_token_claims", "The actor token lacks a claim, or has a malformed one or one it must not have.", c => c.Remove("sub")),
        ["without exp"] = ("actor_token_claims", "The actor token lacks a claim, or has a malformed one or one it must not have.", c => c.Remove("exp")),
        ["with act"] = ("actor_token_claims", "The actor token lacks a claim, or has a malformed one or one it must not have.", c => c["act"] = new JsonObject { ["sub"] = "x" }),
        ["with may_act"] = ("actor_token_claims", "The actor token lacks a claim, or has a malformed one or one it must not have.", c => c["may_act"] = new JsonObject { ["sub"] = "x" }),
        ["with cnf"] = ("actor_token_claims", "The actor token lacks a claim, or has a malformed one or one it must not have.", c => c["cnf"] = new JsonObject { ["jkt"] = "x" }),
        ["expired"] = ("actor_token_expired", "The actor token is expired, too old, or not valid yet.", c => c["exp"] = RunningServer.Start.ToUnixTimeSeconds()),
        ["for another audience"] = ("actor_token_audience", "The actor token was made for another audience.", c => c["aud"] = "https://elsewhere.example"),
    };

    [Requirement("RFC 8693", "2.1", "The actor token is validated as its type demands")]
    [Requirement("RFC 8693", "2.2.2", "An actor token that is invalid for any reason is invalid_request")]
    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_actor_token_that_is_not_acceptable_is_refused_and_on_record(string name)
    {
        var row = Rows[name];

        var answer = await Server.FirstHopAsync(ActorToken(row.Change));

        answer.Body.ShouldBe($$"""{"error":"invalid_request","error_description":"{{row.Description}}","error_uri":"{{Server.Issuer}}/errors/{{row.Code}}"}""");
        answer.Status.ShouldBe(400);
        var record = await Server.LastRecordAsync();
        (record.Reason, record.ClientId, record.ActorTokenHash!.Length).ShouldBe((row.Code, World.InboxAgent, 64));
    }

    [Requirement("RFC 8693", "2.1", "The actor token and its type come together or not at all")]
    [Theory]
    [InlineData("a.b.c", TokenTypes.Jwt, "actor_token_malformed")]
    [InlineData("a.b.c", TokenTypes.AccessToken, "token_type_unsupported")]
    [InlineData("a.b.c", TokenTypes.IdToken, "token_type_unsupported")]
    [InlineData("a.b.c", null, "parameter_missing")]
    [InlineData(null, TokenTypes.Jwt, "parameter_missing")]
    public async Task Actor_token_and_its_type_go_together(string? token, string? type, string code)
    {
        (await Server.FirstHopAsync(("actor_token", token), ("actor_token_type", type))).Status.ShouldBe(400);

        (await Server.LastRecordAsync()).Reason.ShouldBe(code);
    }

    [Requirement("RFC 8725", "3.12", "A JWT of one kind is refused wherever another is due")]
    [Requirement("ASVS 5.0", "V9.2.2", "A token counts only as what it was made for")]
    [Fact]
    public async Task An_instance_cannot_bear_the_name_of_an_agent()
    {
        var configuration = World.WithWorkloads(World.Configuration);
        await using var server = await RunningServer.StartAsync(configuration with
        {
            Clients = [.. configuration.Clients!.Select(c => c.ClientId == World.InboxAgent ? c with { Workloads = [c.Workloads[0] with { Subject = World.SummaryAgent }] } : c)],
        });

        await server.FirstHopAsync(("actor_token", server.Workload(c => c["sub"] = World.SummaryAgent)), ("actor_token_type", TokenTypes.Jwt));

        (await server.LastRecordAsync()).Reason.ShouldBe("actor_token_of_another_client");
    }

    [Fact]
    public async Task A_workload_token_is_no_session_assertion()
    {
        (await Server.HopAsync(World.InboxAgent, Server.Workload(), TokenTypes.Jwt)).Status.ShouldBe(400);

        (await Server.LastRecordAsync()).Reason.ShouldBe("issuer_not_trusted");
    }

    private (string, string?)[] ActorToken(Action<JsonObject>? change = null) => [("actor_token", Server.Workload(change)), ("actor_token_type", TokenTypes.Jwt)];
}
