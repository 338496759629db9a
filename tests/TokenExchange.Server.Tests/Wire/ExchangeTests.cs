using System.Text.Json.Nodes;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Tests.Fixtures;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Server.Tests.Wire;

/// <summary>Exchanges that succeed, claim by claim.</summary>
public sealed class ExchangeTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private RunningServer Server => shared.Server;

    [Requirement("RFC 8693", "1.1", "A delegated token names the subject and the actor, and the one is never taken for the other")]
    [Requirement("RFC 8693", "2.2.1", "The answer holds the token, its issued type, its token type and its lifetime")]
    [Requirement("RFC 8693", "4.4", "In the tokens issued here, may_act names agents by sub and iss")]
    [Requirement("RFC 8693", "6", "A token carries what is needed and nothing else the issuer said of the user")]
    [Requirement("RFC 6749", "5.1", "Answers with tokens forbid caching")]
    [Requirement("RFC 8707", "2", "The token is for the resource that was asked for and no other")]
    [Requirement("RFC 9068", "2.1", "Access tokens are signed with an asymmetric key, never unsigned")]
    [Requirement("RFC 9068", "2.1", "The header says typ at+jwt")]
    [Requirement("RFC 9068", "2.2", "Tokens have iss, exp, aud, sub, client_id, iat and jti")]
    [Requirement("RFC 9068", "2.2.3", "The token says the scopes it grants")]
    [Requirement("RFC 9068", "3", "The audience is the resource that was asked for")]
    [Requirement("RFC 9068", "5", "A token is for one resource, so that none can pass it on to another")]
    [Requirement("RFC 9068", "6", "The session of the identity provider cannot be read from a token")]
    [Requirement("RFC 9470", "6.1", "A token says how and when the user signed in")]
    [Requirement("RFC 9700", "2.2.2", "No refresh token is issued")]
    [Requirement("RFC 9700", "2.3", "A token is restricted to one audience, and every app looks")]
    [Requirement("RFC 8725", "3.11", "Tokens are told apart by typ")]
    [Requirement("ASVS 5.0", "V9.2.4", "Tokens for several services under one key name the one they are for")]
    [Fact]
    public async Task A_session_assertion_becomes_an_actor_token_with_every_claim_of_the_protocol()
    {
        var answer = await Server.FirstHopAsync(("scope", "mail.read"));

        var token = answer.AccessToken;
        answer.Json.ToJsonString().ShouldBe($$"""{"access_token":"{{token}}","issued_token_type":"urn:ietf:params:oauth:token-type:access_token","token_type":"Bearer","expires_in":300,"scope":"mail.read","purpose":"inbox.triage"}""");
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();

        var jwks = JsonNode.Parse(await Server.Http.GetStringAsync("/jwks"))!["keys"]!.AsArray();
        JsonNode.DeepEquals(Jwt.Header(token), JsonNode.Parse($$"""{"alg":"ES256","kid":"{{jwks[0]!["kid"]}}","typ":"at+jwt"}""")).ShouldBeTrue();

        var claims = Jwt.Payload(token);
        var now = RunningServer.Start.ToUnixTimeSeconds();
        var (jti, txn, sid) = ((string)claims["jti"]!, (string)claims["txn"]!, (string)claims["sid"]!);
        var expected = JsonNode.Parse($$"""
            {"iss":"{{Server.Issuer}}","aud":"https://mail.example","exp":{{now + 300}},"nbf":{{now}},"iat":{{now}},"jti":"{{jti}}","sub":"alice","client_id":"inbox-agent",
             "act":{"sub":"inbox-agent","iss":"{{Server.Issuer}}","sub_profile":"ai_agent"},"scope":"mail.read","purpose":"inbox.triage","txn":"{{txn}}","sid":"{{sid}}",
             "auth_time":{{now - 1200}},"acr":"pwd","amr":["pwd"],"subject_issuer":"https://idp.example",
             "may_act":[{"sub":"summary-agent","iss":"{{Server.Issuer}}"},{"sub":"archive-agent","iss":"{{Server.Issuer}}"}]}
            """)!;
        JsonNode.DeepEquals(claims, expected).ShouldBeTrue($"{claims}\nshould be\n{expected}");
        new[] { jti, txn }.ShouldAllBe(id => id.Length == 22);
        sid.ShouldNotContain("session-1");
    }

    [Fact]
    public async Task A_token_that_nobody_would_read_is_not_issued()
    {
        // Written as \u00e9 each character is six bytes: what comes in within bounds would go out beyond them.
        var methods = string.Join(',', Enumerable.Repeat($"\"{new string('é', 255)}\"", 16));
        var claims = Jwt.Payload(Server.Assertion(c => c.Remove("amr"))).ToJsonString();

        var answer = await Server.HopAsync(World.InboxAgent, World.IdpKey.Sign("""{"alg":"ES256","kid":"idp-1","typ":"JWT"}""", claims[..^1] + $",\"amr\":[{methods}]}}"), TokenTypes.Jwt);

        answer.Body.ShouldContain("/errors/chain_not_extendable");
        (await Server.LastRecordAsync()).Detail.ShouldBe("the token would be too long");
    }

    [Fact]
    public async Task The_permit_is_on_record_without_the_token()
    {
        var assertion = Server.Assertion();

        var answer = await Server.HopAsync(World.InboxAgent, assertion, TokenTypes.Jwt);

        var claims = answer.Claims;
        var record = await Server.LastRecordAsync();
        record.Question.ShouldNotBeNull();
        record.ShouldBe(new ExchangeRecord
        {
            At = RunningServer.Start, Kind = RecordKind.Permit, Reason = "permitted", ClientId = World.InboxAgent, Subject = "alice", SubjectIssuer = World.Idp,
            Chain = $$"""{"sub":"inbox-agent","iss":"{{Server.Issuer}}","sub_profile":"ai_agent"}""", Purpose = World.Triage, Resource = World.Mail,
            GrantedScopes = "mail.label mail.read", Delegation = (string)claims["txn"]!, Session = (string)claims["sid"]!, TokenId = (string)claims["jti"]!,
            SubjectTokenHash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(assertion))),
            ExpiresAt = RunningServer.Start.AddMilliseconds(-500).AddMinutes(5), PolicySetVersion = 1, Policy = "triage-by-inbox-agent", Source = "127.0.0.1",
            Question = record.Question,
        });
    }

    [Requirement("RFC 8693", "2.1", "Scope may be left out")]
    [Requirement("RFC 8693", "2.2.1", "The answer says the scope wherever it may differ from what was asked for")]
    [Fact]
    public async Task Without_scope_all_that_is_permitted_is_granted() =>
        ((string)(await Server.FirstHopAsync()).Json["scope"]!).ShouldBe("mail.label mail.read");

    [Requirement("RFC 8693", "2.2.1", "The answer says the scope wherever it may differ from what was asked for")]
    [Requirement("RFC 8707", "2.2", "Scopes are those that mean something at the resource asked for")]
    [Fact]
    public async Task A_session_limited_to_scopes_grants_no_others() =>
        ((string)(await Server.HopAsync(World.InboxAgent, Server.Assertion(c => c["scope"] = "mail.read calendar.read"), TokenTypes.Jwt)).Json["scope"]!).ShouldBe("mail.read");

    [Requirement("RFC 8693", "2.1", "The target may be named by audience instead")]
    [Requirement("RFC 9700", "4.10.2", "Tokens are restricted to the audience that was asked for")]
    [Theory]
    [InlineData("resource", "https://mail.example/")]
    [InlineData("resource", "HTTPS://MAIL.example:443")]
    [InlineData("audience", "https://mail.example")]
    public async Task A_resource_has_one_name_however_it_is_written(string parameter, string value) =>
        ((string)(await Server.FirstHopAsync(("resource", null), (parameter, value))).Claims["aud"]!).ShouldBe("https://mail.example");

    [Requirement("ASVS 5.0", "V10.4.15", "What authorization_details say comes from an authenticated client and is bounded by policy")]
    [Fact]
    public async Task The_purpose_may_come_as_authorization_details() =>
        ((string)(await Server.FirstHopAsync(("purpose", null), ("authorization_details", """[{"type":"purpose","purpose":"inbox.triage"}]"""))).Claims["purpose"]!).ShouldBe(World.Triage);

    [Fact]
    public async Task The_purpose_may_be_left_out_where_one_is_open() =>
        ((string)(await Server.HopAsync(World.SummaryAgent, Server.Assertion(), TokenTypes.Jwt, ("purpose", null))).Claims["purpose"]!).ShouldBe(World.Triage);

    [Requirement("RFC 8693", "3", "An ID token is a subject token of its own type")]
    [Fact]
    public async Task An_id_token_is_a_session_assertion_too() =>
        (await Server.HopAsync(World.InboxAgent, Server.Assertion(), TokenTypes.IdToken)).Status.ShouldBe(200);

    [Fact]
    public async Task A_token_never_outlives_the_assertion() =>
        ((long)(await Server.HopAsync(World.InboxAgent, Server.Assertion(c => c["exp"] = Server.Now.AddSeconds(42.5).ToUnixTimeSeconds()), TokenTypes.Jwt)).Json["expires_in"]!).ShouldBe(43);

    [Fact]
    public async Task The_same_session_continues_its_delegation_and_a_fresh_sign_in_begins_another()
    {
        var first = (await Server.FirstHopAsync()).Claims;
        var again = (await Server.FirstHopAsync()).Claims;
        var fresh = (await Server.HopAsync(World.InboxAgent, Server.Assertion(c => c["auth_time"] = Server.Now.ToUnixTimeSeconds()), TokenTypes.Jwt)).Claims;

        ((string)again["txn"]!).ShouldBe((string)first["txn"]!);
        ((string)again["jti"]!).ShouldNotBe((string)first["jti"]!, StringComparer.Ordinal);
        ((string)fresh["txn"]!).ShouldNotBe((string)first["txn"]!, StringComparer.Ordinal);
        ((string)fresh["sid"]!).ShouldBe((string)first["sid"]!);
    }

    [Requirement("RFC 8693", "1.1", "A delegated token names the subject and the actor, and the one is never taken for the other")]
    [Requirement("RFC 8693", "4.1", "The current actor stands outermost, earlier ones are nested inside")]
    [Requirement("RFC 8693", "4.3", "The client_id claim names the client that asked")]
    [Requirement("RFC 9068", "2.2.1", "The proof of the user (auth_time, acr, amr) is that of the sign-in, whatever is issued later")]
    [Fact]
    public async Task A_second_agent_takes_the_next_hop_with_a_nested_chain_and_narrower_scopes()
    {
        var root = await Server.FirstTokenAsync();

        var second = await Server.HopAsync(World.SummaryAgent, root, TokenTypes.AccessToken);

        var (before, after) = (Jwt.Payload(root), second.Claims);
        after["act"]!.ToJsonString().ShouldBe("""{"sub":"summary-agent","iss":"ISSUER","sub_profile":"ai_agent","act":{"sub":"inbox-agent","iss":"ISSUER","sub_profile":"ai_agent"}}""".Replace("ISSUER", Server.Issuer, StringComparison.Ordinal));
        ((string)after["scope"]!).ShouldBe("mail.read");
        ((string)after["client_id"]!).ShouldBe(World.SummaryAgent);
        foreach (var unchanged in new[] { "sub", "txn", "sid", "purpose", "auth_time", "acr", "amr" })
        {
            after[unchanged]!.ToJsonString().ShouldBe(before[unchanged]!.ToJsonString());
        }

        ((long)after["exp"]!).ShouldBeLessThanOrEqualTo((long)before["exp"]!);
        (await Server.LastRecordAsync()).ParentTokenId.ShouldBe((string)before["jti"]!);
    }

    [Requirement("RFC 8693", "2.2.2", "A subject token that policy does not accept is invalid_request")]
    [Fact]
    public async Task A_third_hop_beyond_the_depth_of_the_first_policy_is_refused_although_the_third_agents_own_policy_allows_five()
    {
        var second = (await Server.HopAsync(World.SummaryAgent, await Server.FirstTokenAsync(), TokenTypes.AccessToken)).AccessToken;

        // The second token no longer names anybody, because its chain is as deep as the first permit allows.
        Jwt.Payload(second).ContainsKey("may_act").ShouldBeFalse();
        var third = await Server.HopAsync(World.ArchiveAgent, second, TokenTypes.AccessToken);
        third.Body.ShouldBe($$"""{"error":"invalid_request","error_description":"The chain of actors cannot be extended by this client.","error_uri":"{{Server.Issuer}}/errors/chain_not_extendable"}""");
        await Refused(third, "chain_not_extendable");
    }

    [Requirement("RFC 8707", "2", "The token is for the resource that was asked for and no other")]
    [Fact]
    public async Task A_hand_on_to_another_resource_reaches_exactly_what_onwardTo_lists()
    {
        var answer = await Server.HopAsync(World.ArchiveAgent, await Server.FirstTokenAsync(), TokenTypes.AccessToken, ("resource", World.Calendar));

        ((string)answer.Claims["aud"]!).ShouldBe(World.Calendar);
        ((string)answer.Claims["scope"]!).ShouldBe("calendar.read");
    }

    [Requirement("RFC 8707", "2.2", "A token in hand leads to another resource only where that was granted")]
    [Fact]
    public async Task A_receiver_named_for_another_resource_only_cannot_take_this_one() =>
        await Refused(await Server.HopAsync(World.ArchiveAgent, await Server.FirstTokenAsync(), TokenTypes.AccessToken), "resource_not_permitted");

    [Fact]
    public async Task An_agent_narrows_its_own_token_and_the_chain_stays()
    {
        var root = await Server.FirstTokenAsync();

        var narrowed = await Server.HopAsync(World.InboxAgent, root, TokenTypes.AccessToken, ("scope", "mail.label"));

        ((string)narrowed.Claims["scope"]!).ShouldBe("mail.label");
        narrowed.Claims["act"]!.ToJsonString().ShouldBe(Jwt.Payload(root)["act"]!.ToJsonString());

        // What was given away does not come back.
        await Refused(await Server.HopAsync(World.InboxAgent, narrowed.AccessToken, TokenTypes.AccessToken, ("scope", "mail.read")), "scope_not_permitted");
    }

    [Requirement("RFC 8693", "4.4", "Whoever may_act names may become the actor, and nobody else")]
    [Theory]
    [InlineData(World.KeyAgent)]
    [InlineData(World.ArchiveAgent)]
    public async Task A_token_may_be_handed_on_only_to_those_it_names(string agent)
    {
        var second = (await Server.HopAsync(World.SummaryAgent, Server.Assertion(), TokenTypes.Jwt)).AccessToken;
        if (agent == World.ArchiveAgent)
        {
            (await Server.HopAsync(agent, second, TokenTypes.AccessToken)).Status.ShouldBe(200);
            return;
        }

        var form = new[] { ("grant_type", (string?)GrantTypes.TokenExchange), ("subject_token", second), ("subject_token_type", TokenTypes.AccessToken), ("resource", World.Mail) };
        var answer = await Server.PostAsync("/token", null, null, [.. form, .. ClientAuthenticationTests.AssertionOf(Server, agent)]);
        await Refused(answer, "actor_not_named");
    }

    [Fact]
    public async Task A_chain_keeps_its_purpose() =>
        await Refused(await Server.HopAsync(World.InboxAgent, await Server.FirstTokenAsync(), TokenTypes.AccessToken, ("purpose", "mail.answer")), "purpose_not_permitted");

    [Requirement("RFC 8693", "2.1", "A token declared as another type than it is gains nothing")]
    [Requirement("RFC 8725", "3.12", "A JWT of one kind is refused wherever another is due")]
    [Requirement("ASVS 5.0", "V9.2.2", "A token counts only as what it was made for")]
    [Fact]
    public async Task An_actor_token_is_no_session_assertion() =>
        await Refused(await Server.HopAsync(World.InboxAgent, await Server.FirstTokenAsync(), TokenTypes.Jwt), "issuer_not_trusted");

    [Requirement("RFC 8693", "2.1", "A token declared as another type than it is gains nothing")]
    [Requirement("RFC 8725", "3.12", "A JWT of one kind is refused wherever another is due")]
    [Fact]
    public async Task A_session_assertion_is_no_actor_token() =>
        await Refused(await Server.HopAsync(World.InboxAgent, Server.Assertion(), TokenTypes.AccessToken), "subject_token_malformed");

    [Requirement("RFC 8693", "2.1", "The subject token is validated as its type demands")]
    [Requirement("ASVS 5.0", "V9.1.1", "A signature is verified before anything a token says is believed")]
    [Fact]
    public async Task A_token_with_a_foreign_signature_is_refused()
    {
        var root = await Server.FirstTokenAsync();
        var forged = World.IdpKey.Sign(Jwt.Header(root).ToJsonString(), Jwt.Payload(root).ToJsonString());

        await Refused(await Server.HopAsync(World.InboxAgent, forged, TokenTypes.AccessToken), "subject_token_signature");
    }

    [Requirement("RFC 8693", "2.1", "The subject token is validated as its type demands")]
    [Requirement("RFC 8725", "3.3", "A signature that does not verify refuses the whole token")]
    [Fact]
    public async Task An_assertion_signed_by_a_stranger_under_a_known_kid_is_refused() =>
        await Refused(await Server.HopAsync(World.InboxAgent, new TestKey("idp-1").Sign(World.Claims(Server.Now)), TokenTypes.Jwt), "subject_token_signature");

    private async Task Refused(Answer answer, params string[] codes)
    {
        answer.Status.ShouldBe(400, answer.Body);
        codes.ShouldContain(((string)answer.Json["error_uri"]!).Split('/')[^1], StringComparer.Ordinal);
        codes.ShouldContain((await Server.LastRecordAsync()).Reason, StringComparer.Ordinal);
    }
}
