using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Simulation;

/// <summary>An exchange that is only tried ends as the real one would: the same token, the same refusal, and nothing is left of it.</summary>
public sealed class SimulationApiTests(OpsServer shared) : IClassFixture<OpsServer>
{
    private static readonly JsonSerializerOptions s_relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly RunningServer _server = shared.Server;

    [Fact]
    public async Task A_permit_is_answered_with_its_limits_its_checks_and_the_token()
    {
        var now = _server.Now.ToUnixTimeSeconds();

        var answer = await TryAsync("""{"agent":"inbox-agent","subject":{"issuer":"https://idp.example","sub":"alice","acr":"pwd"},"resource":"https://mail.example","purpose":"inbox.triage","scopes":["mail.read"]}""");

        (answer.Status, answer.ContentType).ShouldBe((200, "application/json; charset=utf-8"));
        answer.Body.ShouldBe(
            $$$"""
            {"issued":true,"agent":"inbox-agent","policySetVersion":1,"decision":{"effect":"permit","purpose":"inbox.triage","granted":["mail.read"],"policy":"triage-by-inbox-agent","limits":{"maxLifetime":"00:05:00","maxDelegationAge":"08:00:00","maxChainDepth":2,"onwardTo":[{"agent":"summary-agent","scopes":["mail.read"]},{"agent":"archive-agent","resource":"https://calendar.example","scopes":["calendar.read"]}]}},
            "policies":[{"policy":"triage-by-inbox-agent","purpose":"inbox.triage","effect":"permit","selected":true,"applies":true,"determines":true,"checks":[{"check":"subject","outcome":"held","detail":"the user is among its subjects"},{"check":"chain_depth","outcome":"held","detail":"at most 2 actors, here 1"},{"check":"scopes","outcome":"held","detail":"it gives mail.read"},{"check":"authentication","outcome":"held","detail":"the user's authentication may be of any kind and age"},{"check":"session_age","outcome":"held","detail":"the session may be of any kind and age"}]}],
            "token":{"iss":"{{{_server.Issuer}}}","aud":"https://mail.example","exp":{{{now + 300}}},"nbf":{{{now}}},"iat":{{{now}}},"jti":"(new id)","sub":"alice","client_id":"inbox-agent","act":{"sub":"inbox-agent","iss":"{{{_server.Issuer}}}","sub_profile":"ai_agent"},"scope":"mail.read","purpose":"inbox.triage","txn":"(delegation)","sid":"(session)","acr":"pwd","subject_issuer":"https://idp.example","subject_claims":{"department":[]},"may_act":[{"sub":"summary-agent","iss":"{{{_server.Issuer}}}"},{"sub":"archive-agent","iss":"{{{_server.Issuer}}}"}]}}
            """.Replace("\n", string.Empty, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", """{"effect":"deny","reason":"purpose_missing"}""", "purpose_not_permitted", "purpose_missing")]
    [InlineData(""","purpose":"no.such" """, """{"effect":"deny","reason":"purpose_unknown"}""", "purpose_not_permitted", "purpose_unknown")]
    [InlineData(""","purpose":"old.purpose" """, """{"effect":"deny","reason":"purpose_retired"}""", "purpose_not_permitted", "purpose_retired")]
    [InlineData(""","purpose":"inbox.triage","resource":"https://calendar.example" """, """{"effect":"deny","reason":"resource_not_open"}""", "resource_not_permitted", "resource_not_open")]
    [InlineData(""","purpose":"mail.digest" """, """{"effect":"deny","reason":"purpose_not_open"}""", "purpose_not_permitted", "purpose_not_open")]
    [InlineData(""","purpose":"inbox.triage","scopes":["mail.send"] """, """{"effect":"deny","reason":"scope_not_permitted"}""", "scope_not_permitted", "scope_not_permitted: triage-by-inbox-agent: does not reach mail.send")]
    [InlineData(""","purpose":"inbox.triage","agent":"strict-agent" """, """{"effect":"deny","reason":"condition_failed"}""", "purpose_not_permitted", "condition_failed: strict: source network 192.0.2.0/24 does not hold")]
    [InlineData(""","purpose":"inbox.triage","agent":"strict-agent","source":"192.0.2.1" """, """{"effect":"deny","reason":"subject_not_covered"}""", "purpose_not_permitted", "subject_not_covered: strict: the user is not among its subjects", "support")]
    [InlineData(""","purpose":"inbox.triage","agent":"strict-agent","source":"192.0.2.1","scopes":["mail.label"] """, """{"effect":"deny","reason":"denied_by_policy"}""", "purpose_not_permitted", "denied_by_policy: no-labels: denies this")]
    public async Task Each_refusal_by_policy_is_answered_as_the_token_endpoint_would(string more, string decision, string code, string detail, string department = "sales")
    {
        var answer = await TryAsync(Question(more, department));

        answer.Status.ShouldBe(200, answer.Body);
        ((bool)answer.Json["issued"]!).ShouldBeFalse();
        answer.Json["decision"]!.ToJsonString().ShouldBe(decision);
        answer.Json["refusal"]!.ToJsonString(s_relaxed).ShouldBe(await RefusalAsync(code, detail));
        answer.Json.ContainsKey("token").ShouldBeFalse();
    }

    [Fact]
    public async Task A_step_up_says_what_would_help()
    {
        var answer = await TryAsync(Question(""","purpose":"mail.answer" """));

        answer.Json["decision"]!.ToJsonString().ShouldBe("""{"effect":"deny","reason":"authentication_insufficient","stepUp":{"maxAuthAge":"00:05:00","acrValues":["phr"]}}""");
        answer.Json["refusal"]!.ToJsonString(s_relaxed).ShouldBe(
            $$"""{"status":400,"error":"insufficient_user_authentication","error_description":"The user must authenticate again or more strongly.","error_uri":"{{_server.Issuer}}/errors/step_up_needed","acr_values":"phr","max_age":300,"detail":"authentication_insufficient: answer-by-inbox-agent: the user's authentication is not fresh or strong enough"}""");
        answer.Json["policies"]!.ToJsonString(s_relaxed).ShouldBe(
            """[{"policy":"answer-by-inbox-agent","purpose":"mail.answer","effect":"permit","selected":true,"applies":false,"determines":true,"checks":[{"check":"subject","outcome":"held","detail":"the user is among its subjects"},{"check":"chain_depth","outcome":"held","detail":"at most 1 actors, here 1"},{"check":"scopes","outcome":"held","detail":"it gives mail.send"},{"check":"authentication","outcome":"unknown","detail":"the user's authentication must be of acr phr and at most 00:05:00 old"},{"check":"session_age","outcome":"held","detail":"the session may be of any kind and age"}]}]""");
    }

    [Fact]
    public async Task A_chain_too_deep_is_refused_by_policy_where_the_giver_would_still_hand_on()
    {
        var written = Written(p => p with { Policies = [.. p.Policies!.Select(x => x.Name == "triage-by-summary-agent" ? x with { Limits = x.Limits with { MaxChainDepth = 1 } } : x)] });

        var answer = await TryAsync($$$"""{"agent":"summary-agent","earlier":[{"agent":"inbox-agent"}],"subject":{"issuer":"https://idp.example","sub":"alice"},"resource":"https://mail.example","purpose":"inbox.triage",{{{written}}}}""");

        answer.Json["decision"]!.ToJsonString().ShouldBe("""{"effect":"deny","reason":"chain_too_deep"}""");
        answer.Json["refusal"]!.ToJsonString(s_relaxed).ShouldBe(await RefusalAsync("chain_not_extendable", "chain_too_deep: triage-by-summary-agent: at most 1 actors, not 2"));
        answer.Json.ContainsKey("policySetVersion").ShouldBeFalse("it was only written down");
    }

    [Theory]
    [InlineData(""","agent":"nobody" """, "client_may_not_exchange", null)]
    [InlineData(""","agent":"disabled-agent" """, "client_may_not_exchange", null)]
    [InlineData(""","agent":"mail-api" """, "client_may_not_exchange", null)]
    [InlineData(""","resource":"https://nowhere.example" """, "resource_not_permitted", "not a resource, or disabled")]
    [InlineData(""","subject":{"issuer":"https://stranger.example","sub":"alice"} """, "issuer_not_trusted", "https://stranger.example")]
    [InlineData(""","subject":{"issuer":"https://idp.example","sub":"inbox-agent"} """, "subject_ambiguous", null)]
    [InlineData(""","subject":{"issuer":"https://idp.example","sub":"alice","claims":{"may_act":{"sub":"other","iss":"https://idp.example"}}} """, "actor_not_named", null)]
    [InlineData(""","subject":{"issuer":"https://idp.example","sub":"alice","claims":{"scope":7}} """, "subject_token_claims", "scope")]
    [InlineData(""","subject":{"issuer":"https://idp.example","sub":"alice","authTime":"2026-03-03T00:00:00Z"} """, "subject_token_claims", "auth_time, acr or amr")]
    [InlineData(""","subject":{"issuer":"https://idp.example","sub":"alice","expiresAt":"2026-03-02T00:00:00Z"} """, "subject_token_expired", null)]
    [InlineData(""","agent":"key-agent","earlier":[{"agent":"inbox-agent"}] """, "actor_not_named", null)]
    [InlineData(""","earlier":[{"agent":"inbox-agent"},{"agent":"summary-agent"}] """, "chain_not_extendable", null)]
    public async Task What_is_refused_before_policy_is_asked_has_no_decision(string more, string code, string? detail)
    {
        var answer = await TryAsync(Question(""","purpose":"inbox.triage" """ + more));

        answer.Status.ShouldBe(200, answer.Body);
        answer.Json.ContainsKey("decision").ShouldBeFalse();
        answer.Json.ContainsKey("policies").ShouldBeFalse();
        answer.Json["refusal"]!.ToJsonString(s_relaxed).ShouldBe(await RefusalAsync(code, detail));
    }

    [Fact]
    public async Task The_token_that_would_result_is_the_one_that_results()
    {
        var subject = $$$"""{"issuer":"https://idp.example","sub":"alice","authTime":"{{{_server.Now.AddMinutes(-20):O}}}","acr":"pwd","amr":["pwd"],"claims":{"department":"sales","sid":"session-1"}}""";
        var first = await _server.FirstHopAsync();
        var second = await _server.HopAsync(World.SummaryAgent, first.AccessToken, TokenTypes.AccessToken);
        var calendar = await _server.HopAsync(World.ArchiveAgent, first.AccessToken, TokenTypes.AccessToken, ("resource", World.Calendar), ("purpose", null));

        (await TokenAsync($$"""{"agent":"inbox-agent","subject":{{subject}},"resource":"https://mail.example","purpose":"inbox.triage"}""")).ShouldBe(Neutral(first));
        (await TokenAsync($$"""{"agent":"summary-agent","earlier":[{"agent":"inbox-agent"}],"subject":{{subject}},"resource":"https://mail.example/","purpose":"inbox.triage"}""")).ShouldBe(Neutral(second));
        (await TokenAsync($$"""{"agent":"archive-agent","earlier":[{"agent":"inbox-agent","resource":"https://mail.example"}],"subject":{{subject}},"resource":"https://calendar.example","purpose":"inbox.triage"}""")).ShouldBe(Neutral(calendar));
    }

    [Fact]
    public async Task A_hop_before_that_is_refused_ends_it_and_is_named()
    {
        var answer = await TryAsync(Question(""","agent":"summary-agent","purpose":"inbox.triage","earlier":[{"agent":"inbox-agent","scopes":["mail.send"]}]"""));

        ((string)answer.Json["agent"]!, answer.Json["decision"]!.ToJsonString()).ShouldBe(("inbox-agent", """{"effect":"deny","reason":"scope_not_permitted"}"""));
    }

    [Fact]
    public async Task It_can_be_asked_of_another_time_an_earlier_version_and_policies_that_are_only_written()
    {
        await using var server = await RunningServer.StartAsync(World.WithOps(World.Configuration));
        await server.ApplyAsync(new ExchangeConfiguration { Policies = [] });
        var token = await server.ApiTokenAsync("admin.read");
        async Task<string> Outcome(string more)
        {
            var answer = await server.ApiAsync(HttpMethod.Post, "/admin/api/simulations", token, Question(""","purpose":"inbox.triage" """ + more));
            return $"{answer.Json["issued"]} {answer.Json["policySetVersion"]} {answer.Json["token"]?["iat"]}";
        }

        var now = server.Now.ToUnixTimeSeconds();
        (await Outcome(string.Empty)).ShouldBe("false 2 ");
        (await Outcome(""","policySetVersion":2""")).ShouldBe("false 2 ");
        (await Outcome(""","policySetVersion":1""")).ShouldBe($"true 1 {now}");
        (await Outcome($",{Written(c => c)}")).ShouldBe($"true  {now}");
        (await Outcome(""","policySetVersion":1,"at":"2031-01-01T00:00:00Z" """)).ShouldBe("true 1 1924992000");
    }

    [Theory]
    [InlineData("{}", """{"agent":["write the client id of the agent"],"resource":["write the absolute URI of the resource"],"subject.issuer":["write the iss of the assertion"],"subject.sub":["write the sub of the assertion, at most 255 characters"]}""")]
    [InlineData(""" "scopes":[]""", """{"scopes":["write one or more scopes, or leave it out"]}""")]
    [InlineData(""" "scopes":["a b"]""", """{"scopes":["write one or more scopes, or leave it out"]}""")]
    [InlineData(""" "scopes":[null]""", """{"scopes":["write one or more scopes, or leave it out"]}""")]
    [InlineData(""" "purpose":"" """, """{"purpose":["write a purpose, or leave it out"]}""")]
    [InlineData(""" "source":"here" """, """{"source":["write an IP address, or leave it out"]}""")]
    [InlineData(""" "at":"9999-12-31T00:00:00Z" """, """{"at":["write an instant from 1970 to 9000, or leave it out"]}""")]
    [InlineData(""" "earlier":[{"agent":"a"},{}]""", """{"earlier[1]":["write {\"agent\":\"…\"}, and resource and scopes where they differ"]}""")]
    [InlineData(""" "earlier":[{"agent":"a"},{"agent":"a"},{"agent":"a"},{"agent":"a"},{"agent":"a"},{"agent":"a"},{"agent":"a"},{"agent":"a"},{"agent":"a"},{"agent":"a"}]""", """{"earlier":["a chain holds at most 10 actors"]}""")]
    [InlineData(""" "subject":{"issuer":"https://idp.example","sub":"alice","claims":{"iss":"https://other.example"}}""", """{"subject.claims":["write an object with the other claims; iss, sub, iat, exp, auth_time, acr, amr are not among them"]}""")]
    [InlineData(""" "subject":{"issuer":"https://idp.example","sub":"alice","claims":[]}""", """{"subject.claims":["write an object with the other claims; iss, sub, iat, exp, auth_time, acr, amr are not among them"]}""")]
    [InlineData("""{"agent":"a","resource":"https://mail.example","subject":{"issuer":"https://idp.example","sub":"alice","claims":{"a":"\ud800"}}}""", """{"subject.claims":["write an object with the other claims; iss, sub, iat, exp, auth_time, acr, amr are not among them"]}""")]
    [InlineData(""" "policySetVersion":9""", """{"policySetVersion":["version 9 was never published"]}""")]
    [InlineData(""" "policySetVersion":1,"policies":[]""", """{"policySetVersion":["give a version, or a draft, or purposes and policies, not several of these"]}""")]
    [InlineData(""" "policies":[{"name":"p","purpose":"no.such","agents":["inbox-agent"],"subjects":[{"issuer":"https://idp.example"}],"resource":"https://mail.example","scopes":["mail.read","mail.burn"]}]""", """{"policies[0].purpose":["'no.such' is not a purpose"],"policies[0].scopes[1]":["'mail.burn' is not a scope of the resource"]}""")]
    [InlineData(""" "policies":[null],"purposes":[{"porpoise":"p"}]""", """{"purposes[0].porpoise":["is not a member; write one of purpose, title, description, state"],"policies[0]":["write an object in { }"]}""")]
    public async Task A_mistake_is_named_with_its_member(string members, string errors)
    {
        var answer = await TryAsync(members[0] == '{' ? members : Question("," + members));

        (answer.Status, answer.ContentType).ShouldBe((400, "application/problem+json"), answer.Body);
        answer.Json["errors"]!.ToJsonString(s_relaxed).ShouldBe(errors);
    }

    [Fact]
    public async Task Nothing_is_left_of_it()
    {
        var token = await _server.ApiTokenAsync("admin.read");
        var before = (await _server.RecordsAsync()).Count;

        await _server.ApiAsync(HttpMethod.Post, "/admin/api/simulations", token, Question(""","purpose":"inbox.triage" """));
        await _server.ApiAsync(HttpMethod.Post, "/admin/api/replays", token, "{}");

        (await _server.RecordsAsync()).Count.ShouldBe(before);
    }

    [Theory]
    [InlineData("/admin/api/simulations")]
    [InlineData("/admin/api/replays")]
    public async Task Only_who_may_read_the_configuration_may_try_it(string path)
    {
        (await _server.ApiAsync(HttpMethod.Post, path, null, "{}")).Status.ShouldBe(401);
        (await _server.ApiAsync(HttpMethod.Post, path, await _server.FirstTokenAsync(), "{}")).Status.ShouldBe(401, "an agent's token for a resource");
        (await _server.ApiAsync(HttpMethod.Post, path, await _server.ApiTokenAsync("admin.revoke"), "{}")).Status.ShouldBe(403);
        var relyingApp = await _server.PostAsync("/token", World.MailApi, World.Secret, ("grant_type", GrantTypes.ClientCredentials));
        (await _server.ApiAsync(HttpMethod.Post, path, relyingApp.AccessToken, "{}")).Status.ShouldBe(403);
        (await _server.PostAsync("/token", World.InboxAgent, World.Secret, ("grant_type", GrantTypes.ClientCredentials))).Status.ShouldBe(400);
    }

    // The ordinary first hop; a member that is given again replaces it.
    private static string Question(string more, string department = "sales")
    {
        var json = JsonNode.Parse($$$"""{"agent":"inbox-agent","subject":{"issuer":"https://idp.example","sub":"alice","claims":{"department":"{{{department}}}"}},"resource":"https://mail.example"}""")!.AsObject();
        using var changes = JsonDocument.Parse($"{{{more.TrimStart(',')}}}");
        foreach (var change in changes.RootElement.EnumerateObject())
        {
            json[change.Name] = JsonNode.Parse(change.Value.GetRawText());
        }

        return json.ToJsonString();
    }

    private static string Written(Func<ExchangeConfiguration, ExchangeConfiguration> change)
    {
        var changed = change(World.Configuration);
        return $"\"purposes\":{JsonSerializer.Serialize(changed.Purposes, ConfigurationJson.Compact)},\"policies\":{JsonSerializer.Serialize(changed.Policies, ConfigurationJson.Compact)}";
    }

    // What cannot be the same: ids.
    private static string Neutral(Answer exchanged)
    {
        var claims = exchanged.Claims;
        (claims["jti"], claims["txn"], claims["sid"]) = ("(new id)", "(delegation)", "(session)");
        return Ordered(claims);
    }

    private static string Ordered(JsonObject claims) => string.Join('\n', claims.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => $"{c.Key}: {c.Value!.ToJsonString()}"));

    private async Task<Answer> TryAsync(string json) => await _server.ApiAsync(HttpMethod.Post, "/admin/api/simulations", await _server.ApiTokenAsync("admin.read"), json);

    private async Task<string> TokenAsync(string json)
    {
        var answer = await TryAsync(json);
        return answer.Json["token"] is JsonObject token ? Ordered(token) : answer.Body;
    }

    // What the page behind error_uri says of the code, as /token would answer it.
    private Task<string> RefusalAsync(string code, string? detail)
    {
        var wire = TokenExchange.Server.Exchange.RefusalWire.ByCode[code];
        var json = new JsonObject { ["status"] = wire.Status, ["error"] = wire.Error, ["error_description"] = wire.Description, ["error_uri"] = $"{_server.Issuer}/errors/{code}" };
        if (detail is not null)
        {
            json["detail"] = detail;
        }

        return Task.FromResult(json.ToJsonString(s_relaxed));
    }
}

/// <summary>One server for tests that only read: with a script that administers it, and an agent whose policies ask for much.</summary>
public sealed class OpsServer : IAsyncLifetime
{
    public RunningServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var world = World.WithOps(World.Configuration);
        var strict = World.Permit("strict", World.Triage, "strict-agent", "mail.read", "mail.label") with
        {
            Subjects = [new SubjectDefinition { Issuer = World.Idp, Claims = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { ["department"] = ["sales"] } }],
            Conditions = [new ConditionDefinition { SourceNetwork = ["192.0.2.0/24"] }],
        };
        Server = await RunningServer.StartAsync(world with
        {
            Clients = [.. world.Clients!, world.Clients![0] with { ClientId = "strict-agent" }],
            Policies = [.. world.Policies!, strict, World.Permit("no-labels", World.Triage, "strict-agent", "mail.label") with { Effect = "deny" }],
        });
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
