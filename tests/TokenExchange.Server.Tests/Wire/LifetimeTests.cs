using TokenExchange.Core.Configuration;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Wire;

/// <summary>What is short-lived dies, what can be used once is used once.</summary>
public sealed class LifetimeTests
{
    [Fact]
    public async Task A_delegation_ends_and_a_fresh_sign_in_begins_a_new_one()
    {
        var c = World.Configuration;
        await using var server = await RunningServer.StartAsync(c with
        {
            Policies = [World.Permit("short", World.Triage, World.InboxAgent, "mail.read") with { Limits = new LimitsDefinition { MaxLifetime = TimeSpan.FromHours(1), MaxDelegationAge = TimeSpan.FromMinutes(30) } }],
        });
        var signedIn = server.Now.ToUnixTimeSeconds();
        string Assertion(long authTime) => server.Assertion(a => (a["auth_time"], a["exp"]) = (authTime, server.Now.AddHours(2).ToUnixTimeSeconds()));

        ((long)(await server.HopAsync(World.InboxAgent, Assertion(signedIn), TokenTypes.Jwt)).Json["expires_in"]!).ShouldBe(1800);
        server.Clock.Advance(TimeSpan.FromMinutes(20));
        ((long)(await server.HopAsync(World.InboxAgent, Assertion(signedIn), TokenTypes.Jwt)).Json["expires_in"]!).ShouldBe(600);
        server.Clock.Advance(TimeSpan.FromMinutes(10));
        var over = await server.HopAsync(World.InboxAgent, Assertion(signedIn), TokenTypes.Jwt);
        over.Body.ShouldBe($$"""{"error":"invalid_request","error_description":"The delegation is over.","error_uri":"{{server.Issuer}}/errors/delegation_ended"}""");
        ((long)(await server.HopAsync(World.InboxAgent, Assertion(server.Now.ToUnixTimeSeconds()), TokenTypes.Jwt)).Json["expires_in"]!).ShouldBe(1800);
    }

    [Requirement("RFC 9470", "3", "The token endpoint says what sign-in is missing as insufficient_user_authentication with acr_values and max_age")]
    [Fact]
    public async Task A_session_that_is_too_old_is_cut_off_and_then_refused()
    {
        var c = World.Configuration;
        await using var server = await RunningServer.StartAsync(c with
        {
            Policies = [World.Permit("fresh", World.Triage, World.InboxAgent, "mail.read") with { Limits = new LimitsDefinition { MaxSessionAge = TimeSpan.FromMinutes(22) } }],
        });

        // The assertion's auth_time is 20 minutes old.
        ((long)(await server.FirstHopAsync()).Json["expires_in"]!).ShouldBe(120);
        var old = await server.HopAsync(World.InboxAgent, server.Assertion(a => a["auth_time"] = server.Now.AddMinutes(-23).ToUnixTimeSeconds()), TokenTypes.Jwt);
        ((string)old.Json["error"]!, (long)old.Json["max_age"]!).ShouldBe(("insufficient_user_authentication", 1320));
    }

    [Requirement("ASVS 5.0", "V9.2.1", "A token counts only within its time")]
    [Fact]
    public async Task An_expired_actor_token_is_no_subject_token()
    {
        await using var server = await RunningServer.StartAsync();
        var token = await server.FirstTokenAsync();
        server.Clock.Advance(TimeSpan.FromMinutes(5));

        ((string)(await server.HopAsync(World.SummaryAgent, token, TokenTypes.AccessToken)).Json["error_uri"]!).ShouldEndWith("/subject_token_expired");
    }

    [Requirement("RFC 8693", "2.1", "A token for a single use is used up by its exchange")]
    [Fact]
    public async Task Of_fifty_parallel_uses_of_a_single_use_assertion_exactly_one_succeeds()
    {
        var c = World.Configuration;
        await using var server = await RunningServer.StartAsync(c with { Issuers = [c.Issuers![0] with { SingleUse = true }] });
        var assertion = server.Assertion();

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => server.HopAsync(World.InboxAgent, assertion, TokenTypes.Jwt)));

        answers.Count(a => a.Status == 200).ShouldBe(1);
        answers.Where(a => a.Status != 200).ShouldAllBe(a => a.Status == 400
            && a.Body == $$"""{"error":"invalid_request","error_description":"The subject token can be used once and was used before.","error_uri":"{{server.Issuer}}/errors/subject_token_replayed"}""");
        (await server.RecordsAsync()).Count(r => r.Reason == "subject_token_replayed").ShouldBe(49);
        ((string)(await server.HopAsync(World.InboxAgent, server.Assertion(a => a.Remove("jti")), TokenTypes.Jwt)).Json["error_uri"]!).ShouldEndWith("/subject_token_claims");
    }

    [Fact]
    public async Task Where_a_presenter_is_configured_it_must_be_the_client()
    {
        var c = World.Configuration;
        await using var server = await RunningServer.StartAsync(c with { Issuers = [c.Issuers![0] with { Claims = new IssuerClaims { Presenter = "azp" } }] });

        (await server.HopAsync(World.InboxAgent, server.Assertion(a => a["azp"] = World.InboxAgent), TokenTypes.Jwt)).Status.ShouldBe(200);
        foreach (var azp in new[] { World.SummaryAgent, null })
        {
            var answer = await server.HopAsync(World.InboxAgent, server.Assertion(a => a["azp"] = azp), TokenTypes.Jwt);
            answer.Body.ShouldBe($$"""{"error":"invalid_request","error_description":"The subject token was made for another client.","error_uri":"{{server.Issuer}}/errors/wrong_presenter"}""");
        }
    }

    [Requirement("RFC 9068", "5", "A user can never be mistaken for a client, or a client for a user")]
    [Requirement("RFC 8725", "3.8", "The key that verifies belongs to the issuer that is named")]
    [Requirement("RFC 8725", "3.8", "The subject is one the issuer may speak for")]
    [Requirement("ASVS 5.0", "V10.3.3", "A user is known by claims that nobody else is ever given")]
    [Fact]
    public async Task Two_issuers_users_never_meet()
    {
        var c = World.Configuration;
        var other = new TestKey("corp-1");
        await using var server = await RunningServer.StartAsync(c with
        {
            Issuers = [c.Issuers![0], c.Issuers[0] with { Issuer = "https://corp.example", Jwks = other.Jwks, SubjectPrefix = "corp|" }],
            Policies = [.. c.Policies!.Select(p => p with { Subjects = [.. p.Subjects, new SubjectDefinition { Issuer = "https://corp.example" }] })],
        });
        string Corp(string sub)
        {
            var claims = World.Claims(server.Now);
            (claims["iss"], claims["sub"]) = ("https://corp.example", sub);
            return other.Sign(claims);
        }

        ((string)(await server.HopAsync(World.InboxAgent, Corp("alice"), TokenTypes.Jwt)).Claims["sub"]!).ShouldBe("corp|alice");
        ((string)(await server.FirstHopAsync()).Claims["sub"]!).ShouldBe("alice");
        ((string)(await server.HopAsync(World.InboxAgent, server.Assertion(a => a["sub"] = "corp|alice"), TokenTypes.Jwt)).Json["error_uri"]!).ShouldEndWith("/subject_ambiguous");

        // A valid signature of another trusted issuer does not make an assertion of this one.
        var borrowed = World.Claims(server.Now);
        ((string)(await server.HopAsync(World.InboxAgent, other.Sign(borrowed), TokenTypes.Jwt)).Json["error_uri"]!).ShouldEndWith("/subject_token_signature");
    }
}
