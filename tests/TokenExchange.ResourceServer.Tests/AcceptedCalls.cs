using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Core.Tokens;
using TokenExchange.ResourceServer.Tests.Wire;

namespace TokenExchange.ResourceServer.Tests;

public sealed class AcceptedCalls : WireTest
{
    [Requirement("RFC 6750", "2.1", "The token comes in the Authorization header")]
    [Fact]
    public async Task A_good_token_reaches_the_endpoint() =>
        (await App.GetAsync("/messages", Token())).ShouldBeOk("alice by summary-agent ← inbox-agent for inbox.triage");

    [Fact]
    public async Task Every_one_of_the_required_purposes_will_do() =>
        (await App.GetAsync("/messages", Token(c => c["purpose"] = "inbox.summary"))).ShouldBeOk("alice by summary-agent ← inbox-agent for inbox.summary");

    [Requirement("RFC 6750", "2.1", "The token comes in the Authorization header")]
    [Fact]
    public async Task The_scheme_name_has_no_case() =>
        (await App.SendAsync(HttpMethod.Get, "/messages", $"bEARER {Token()}")).Status.ShouldBe(200);

    [Requirement("RFC 9068", "4", "The typ may be written with application/ in front")]
    [Fact]
    public async Task The_long_spelling_of_the_type_is_accepted() =>
        (await App.GetAsync("/messages", Token(header: h => h["typ"] = "application/at+jwt"))).Status.ShouldBe(200);

    [Theory]
    [InlineData("https://mail.example/")]
    [InlineData("https://MAIL.example:443")]
    public async Task Another_spelling_of_the_resource_is_the_same_audience(string audience) =>
        (await App.GetAsync("/messages", Token(c => c["aud"] = audience))).Status.ShouldBe(200);

    [Fact]
    public async Task An_array_with_the_one_audience_is_accepted() =>
        (await App.GetAsync("/messages", Token(c => c["aud"] = new System.Text.Json.Nodes.JsonArray("https://mail.example")))).Status.ShouldBe(200);

    [Requirement("RFC 9470", "6.1", "A token says how and when the user signed in")]
    [Requirement("ASVS 5.0", "V10.3.3", "A user is known by claims that nobody else is ever given")]
    [Fact]
    public async Task The_delegation_holds_what_the_token_says()
    {
        Delegation? delegation = null;
        ClaimsPrincipal? user = null;
        await using var app = await StartAsync(http =>
        {
            (delegation, user) = (http.GetDelegation(), http.User);
            return "done";
        });

        (await app.GetAsync("/", Token())).ShouldBeOk("done");

        delegation.ShouldNotBeNull();
        delegation.Subject.ShouldBe("alice");
        delegation.Actor.ShouldBe(new Actor("summary-agent", Authority.Issuer, "ai_agent"));
        delegation.Chain.Actors.Select(a => a.Subject).ShouldBe(["summary-agent", "inbox-agent"]);
        delegation.Purpose.ShouldBe("inbox.triage");
        delegation.Txn.ShouldBe("delegation-1");
        delegation.Session.ShouldBe("session-1");
        delegation.Scopes.ShouldBe(ScopeSet.Of("mail.label", "mail.read"));
        delegation.Authentication.ShouldBe(new UserAuthentication(Time.GetUtcNow().AddHours(-1), "urn:example:gold", ["pwd", "otp"]));
        delegation.Token.Id.ShouldBe("token-1");
        delegation.Token.ExpiresAt.ShouldBe(Time.GetUtcNow().AddMinutes(5));
        user!.Identity!.Name.ShouldBe("alice");
        user.FindFirst("purpose")!.Value.ShouldBe("inbox.triage");
        new ClaimsPrincipal(user.Identities.Select(i => i.Clone())).Identities.Single().GetType().ShouldBe(user.Identity.GetType());
    }

    [Fact]
    public async Task An_open_endpoint_may_ask_whether_there_is_a_delegation()
    {
        (await App.GetAsync("/open", Token())).ShouldBeOk("alice");
        (await App.GetAsync("/open")).ShouldBeOk("nobody");
        (await App.GetAsync("/open", Token(c => c["purpose"] = 1))).ShouldBeOk("nobody");
    }

    [Fact]
    public async Task Asking_for_a_delegation_that_is_not_there_fails_with_a_sentence()
    {
        var message = string.Empty;
        await using var app = await StartAsync(http => message = Should.Throw<InvalidOperationException>(() => http.GetDelegation()).Message);

        await app.GetAsync("/");

        message.ShouldBe("This request came without an accepted actor token. Guard the endpoint with RequirePurpose or RequireScope, or ask with TryGetDelegation.");
    }

    private Task<RelyingApp> StartAsync(Func<HttpContext, string> endpoint) => RelyingApp.StartAsync(
        builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(Time);
            builder.Services.AddAuthentication().AddActorToken(o => (o.Authority, o.Resource, o.RequireHttpsMetadata) = (Authority.Issuer, RelyingApp.Resource, false));
            builder.Services.AddActorTokenAuthorization();
        },
        app => app.MapGet("/", endpoint));
}
