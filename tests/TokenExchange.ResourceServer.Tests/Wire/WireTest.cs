using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using TokenExchange.Core.Tokens;

namespace TokenExchange.ResourceServer.Tests.Wire;

/// <summary>A test with a fake authority, a relying app that trusts it, and a clock that stands still.</summary>
public abstract class WireTest : IAsyncLifetime
{
    internal FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    internal FakeAuthority Authority { get; private set; } = null!;

    internal RelyingApp App { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Authority = await FakeAuthority.StartAsync();
        Prepare(Authority);
        App = await RelyingApp.StartAsync(Authority, Time, Configure);
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Authority.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    internal virtual void Prepare(FakeAuthority authority)
    {
    }

    protected virtual void Configure(ActorTokenOptions options)
    {
    }

    /// <summary>The claims of a token that is accepted everywhere but at /settings and /send.</summary>
    internal JsonObject Claims()
    {
        var inbox = new Actor("inbox-agent", Authority.Issuer, "ai_agent");
        ActChain.StartWith(inbox).TryExtend(new Actor("summary-agent", Authority.Issuer, "ai_agent"), out var chain).ShouldBeTrue();
        return new ActorToken
        {
            Issuer = Authority.Issuer, Subject = "alice", Audience = ResourceIndicator.Parse(RelyingApp.Resource), ClientId = "summary-agent", Chain = chain!,
            Scopes = ScopeSet.Of("mail.read", "mail.label"), Purpose = "inbox.triage", Delegation = "delegation-1", Session = "session-1", Id = "token-1",
            IssuedAt = Time.GetUtcNow(), ExpiresAt = Time.GetUtcNow().AddMinutes(5),
            Authentication = new UserAuthentication(Time.GetUtcNow().AddHours(-1), "urn:example:gold", ["pwd", "otp"]), SubjectIssuer = "https://idp.example",
        }.ToClaims();
    }

    /// <summary>Signs claims after a change; without one, a token that is accepted.</summary>
    internal string Token(Action<JsonObject>? change = null, Action<JsonObject>? header = null, SigningKey? key = null)
    {
        var claims = Claims();
        change?.Invoke(claims);
        key ??= Authority.Key;
        var jose = new JsonObject { ["alg"] = "ES256", ["typ"] = "at+jwt", ["kid"] = key.Id };
        header?.Invoke(jose);
        return key.Sign(jose.ToJsonString(), claims.ToJsonString());
    }
}
