using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Policies;
using TokenExchange.ResourceServer.Tests.Wire;

namespace TokenExchange.ResourceServer.Tests;

/// <summary>With the Enforcement option, a token is good for what the policies permit now, whatever it says.</summary>
public sealed class EnforcedPolicies : EnforcementTest
{
    private const string NoLonger = "The policies that hold now do not permit the token.";

    [Fact]
    public async Task A_token_that_the_policies_permit_is_accepted_without_a_call_per_request()
    {
        var token = Token();
        await App.GetAsync("/messages", token);
        var bundles = Authority.CountOf("GET /policies/bundle");

        for (var i = 0; i < 20; i++)
        {
            (await App.GetAsync("/messages", token)).Body.ShouldBe("alice by summary-agent ← inbox-agent for inbox.triage");
        }

        Authority.CountOf("GET /policies/bundle").ShouldBe(bundles);
        Authority.IntrospectionCalls.ShouldBe(0);
    }

    [Fact]
    public async Task A_scope_that_is_taken_out_of_the_policy_is_gone_from_tokens_that_live()
    {
        var token = Token();
        (await App.GetAsync("/messages", token)).Status.ShouldBe(200);

        Authority.Api.ChangePolicies(b => b with { Policies = [FakeServerApi.Permit("triage") with { Scopes = ["mail.label"] }] });

        var answer = await EventuallyAsync(() => App.GetAsync("/messages", token), a => a.Status == 403);
        answer.Challenge.ShouldBe("""Bearer error="insufficient_scope", scope="mail.read", error_description="The token lacks a scope that is needed for this.", resource_metadata="https://mail.example/.well-known/oauth-protected-resource" """.TrimEnd());
        (await App.GetAsync("/open", token)).Body.ShouldBe("alice");
    }

    public static TheoryData<string, Func<PolicyBundle, PolicyBundle>> Ends => new()
    {
        { "no policy", b => b with { Policies = [] } },
        { "another agent's", b => b with { Policies = [FakeServerApi.Permit("triage") with { Agents = ["other"] }] } },
        { "a retired purpose", b => b with { Purposes = [b.Purposes[0] with { State = "retired" }] } },
        { "a disabled agent", b => b with { Agents = [] } },
        { "a disabled issuer", b => b with { Issuers = [] } },
        { "a shorter chain", b => b with { Policies = [FakeServerApi.Permit("triage") with { Limits = new LimitsDefinition { MaxChainDepth = 1 } }] } },
        { "a deny", b => b with { Policies = [.. b.Policies, FakeServerApi.Permit("never") with { Effect = "deny", Scopes = [] }] } },
        { "a network elsewhere", b => b with { Policies = [FakeServerApi.Permit("triage") with { Limits = new LimitsDefinition { MaxChainDepth = 2 }, Conditions = [new ConditionDefinition { SourceNetwork = ["192.0.2.0/24"] }] }] } },
        { "a claim of the user that the token does not tell", b => b with { Policies = [FakeServerApi.Permit("triage") with { Conditions = [new ConditionDefinition { ClaimEquals = new ClaimConditionDefinition { Claim = "department", Value = "sales" } }] }] } },
    };

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task What_the_policies_end_is_ended_for_tokens_that_live(string what, Func<PolicyBundle, PolicyBundle> change)
    {
        var token = Token();
        (await App.GetAsync("/messages", token)).Status.ShouldBe(200);

        Authority.Api.ChangePolicies(change);

        (await EventuallyAsync(() => App.GetAsync("/messages", token), a => a.Status == 401, what)).ShouldBeRefused(NoLonger);
        (await App.GetAsync("/open", token)).Body.ShouldBe("nobody");
    }

    [Fact]
    public async Task A_claim_of_the_user_that_the_token_tells_is_held_against_the_policy()
    {
        Authority.Api.ChangePolicies(b => b with
        {
            Policies = [FakeServerApi.Permit("triage") with { Conditions = [new ConditionDefinition { ClaimEquals = new ClaimConditionDefinition { Claim = "department", Value = "sales" } }] }],
        });
        await EventuallyAsync(() => App.GetAsync("/messages", Token()), a => a.Status == 401);

        (await App.GetAsync("/messages", Token(c => c["subject_claims"] = new JsonObject { ["department"] = new JsonArray("sales") }))).Status.ShouldBe(200);
        (await App.GetAsync("/messages", Token(c => c["subject_claims"] = new JsonObject { ["department"] = new JsonArray("legal") }))).ShouldBeRefused(NoLonger);
        (await App.GetAsync("/messages", Token(c => c["subject_claims"] = new JsonObject { ["department"] = "sales" }))).ShouldBeRefused("The token is not an actor token: subject_claims is malformed.");
    }

    [Fact]
    public async Task A_lifetime_that_was_shortened_holds_for_tokens_that_live()
    {
        var token = Token();
        Authority.Api.ChangePolicies(b => b with { Policies = [FakeServerApi.Permit("triage") with { Limits = new LimitsDefinition { MaxChainDepth = 2, MaxLifetime = TimeSpan.FromSeconds(30) } }] });
        await EventuallyAsync(() => Task.FromResult(Authority.CountOf("GET /policies/bundle")), n => n > 1);
        (await App.GetAsync("/messages", token)).Status.ShouldBe(200);

        Time.Advance(TimeSpan.FromSeconds(30));

        (await App.GetAsync("/messages", token)).ShouldBeRefused(NoLonger);
    }

    [Fact]
    public async Task A_token_that_does_not_say_who_vouched_for_the_user_is_not_judged_good() =>
        (await App.GetAsync("/messages", Token(c => c.Remove("subject_issuer")))).ShouldBeRefused(NoLonger);

    [Requirement("RFC 9470", "3", "An authentication that has become too old is answered with what would help")]
    [Fact]
    public async Task An_authentication_that_has_become_too_old_is_answered_with_what_would_help()
    {
        var token = Token();
        Authority.Api.ChangePolicies(b => b with { Policies = [FakeServerApi.Permit("triage") with { Limits = new LimitsDefinition { MaxChainDepth = 2, MaxAuthAge = TimeSpan.FromMinutes(5), AcrValues = ["gold", "silver"] } }] });

        var answer = await EventuallyAsync(() => App.GetAsync("/messages", token), a => a.Status == 401);

        answer.Challenge.ShouldBe("""Bearer error="insufficient_user_authentication", acr_values="gold silver", max_age="300", error_description="The user must authenticate again or more strongly for this.", resource_metadata="https://mail.example/.well-known/oauth-protected-resource" """.TrimEnd());
        answer.Body.ShouldBe("""{"error":"insufficient_user_authentication","error_description":"The user must authenticate again or more strongly for this."}""");
    }

    [Fact]
    public async Task Where_one_scope_needs_a_fresher_authentication_the_others_go_on()
    {
        var token = Token();
        Authority.Api.ChangePolicies(b => b with
        {
            Policies =
            [
                FakeServerApi.Permit("triage") with
                {
                    Limits = new LimitsDefinition { MaxChainDepth = 2, PerScope = new Dictionary<string, AuthenticationDefinition>(StringComparer.Ordinal) { ["mail.read"] = new() { MaxAuthAge = TimeSpan.FromMinutes(1) } } },
                },
            ],
        });

        var answer = await EventuallyAsync(() => App.GetAsync("/messages", token), a => a.Status == 401);

        answer.Challenge!.ShouldStartWith("Bearer error=\"insufficient_user_authentication\", max_age=\"60\", ");
        (await App.GetAsync("/open", token)).Body.ShouldBe("alice");
    }

    private static readonly Dictionary<string, Func<FakeServerApi, string>> UnusableBundles = new(StringComparer.Ordinal)
    {
        { "another's signature", a => a.SignBundle(key: new SigningKey("key-1")) },
        { "an unknown key", a => a.SignBundle(key: new SigningKey("key-9")) },
        { "another type", a => a.SignBundle(typ: "at+jwt") },
        { "another resource's", a => a.SignBundle(c => c["aud"] = "https://calendar.example") },
        { "another issuer's", a => a.SignBundle(c => c["iss"] = "https://other.example") },
        { "no bundle", a => a.SignBundle(c => c.Remove("bundle")) },
        { "a limit of a newer server", a => a.SignBundle(c => c["bundle"]!["policies"]![0]!["limits"]!["maxUses"] = 3) },
        { "a policy that cannot be", a => a.SignBundle(c => c["bundle"]!["policies"]![0]!["resource"] = "mail") },
        { "not signed", _ => "{}" },
    };

    public static TheoryData<string> Unusable => [.. UnusableBundles.Keys];

    [Theory]
    [MemberData(nameof(Unusable))]
    public async Task Policies_that_cannot_be_read_in_full_are_not_gone_by(string what)
    {
        // The known ones go on until they are too old.
        Authority.Api.BundleAnswer = _ => Results.Text(UnusableBundles[what](Authority.Api));
        Authority.Api.ChangePolicies(b => b with { Policies = [] });
        await EventuallyAsync(() => Task.FromResult(Authority.CountOf("GET /policies/bundle")), n => n > 1, what);
        (await App.GetAsync("/messages", Token())).Status.ShouldBe(200);

        Time.Advance(MaxPolicyAge);

        (await EventuallyAsync(() => App.GetAsync("/messages", Token()), a => a.Status == 503)).ShouldHaveNothingToGoBy();
    }

    [Theory]
    [InlineData(403)]
    [InlineData(404)]
    public async Task An_app_that_no_longer_speaks_for_its_resource_accepts_nothing(int status)
    {
        Authority.Api.BundleAnswer = _ => Results.StatusCode(status);
        Authority.Api.ChangePolicies(b => b);

        (await EventuallyAsync(() => App.GetAsync("/messages", Token()), a => a.Status == 503)).ShouldHaveNothingToGoBy();
        Authority.Api.BundleAnswer = null;
        await RecoveredAsync();
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    public async Task Policies_that_cannot_be_had_are_used_until_they_are_too_old_and_again_when_they_can(int status)
    {
        Authority.Api.BundleAnswer = _ => Results.StatusCode(status);
        Authority.Api.ChangePolicies(b => b);
        var asked = Authority.CountOf("GET /policies/bundle");
        await EventuallyAsync(() => Task.FromResult(Authority.CountOf("GET /policies/bundle")), n => n > asked);
        (await App.GetAsync("/messages", Token())).Status.ShouldBe(200);
        Time.Advance(MaxPolicyAge);
        (await EventuallyAsync(() => App.GetAsync("/messages", Token()), a => a.Status == 503)).ShouldHaveNothingToGoBy();

        Authority.Api.BundleAnswer = null;

        await RecoveredAsync();
    }
}
