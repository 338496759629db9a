using System.Text.Json.Nodes;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Exchange;
using TokenExchange.Server.Tests.Fixtures;
using TokenExchange.Server.Tests.Signals;

namespace TokenExchange.Server.Tests.Hostile.Jwts;

/// <summary>Where a JWT can be shown. Each knows what a good one looks like there and how a bad one must be refused.</summary>
internal abstract class Place
{
    public static IReadOnlyDictionary<string, Place> All { get; } = new Dictionary<string, Place>(StringComparer.Ordinal)
    {
        ["subject token"] = new SubjectTokenPlace(),
        ["own subject token"] = new OwnSubjectTokenPlace(),
        ["actor token"] = new ActorTokenPlace(),
        ["client assertion"] = new ClientAssertionPlace(),
        ["relying app"] = new RelyingAppPlace(),
        ["security event"] = new SecurityEventPlace(),
    };

    /// <summary>What is said to this one here; null where it is fine.</summary>
    public abstract string? RefusalOf(BadJwt row);

    public abstract Draft DraftIn(HostileWorld world);

    /// <summary>Whether it is believed.</summary>
    public abstract Task<bool> AcceptsAsync(HostileWorld world, string jwt);

    /// <summary>Shows it and expects exactly this refusal.</summary>
    public abstract Task ShouldRefuseAsync(HostileWorld world, string jwt, string refusal);

    protected static JsonObject Header(TestKey key, string type) => new() { ["alg"] = "ES256", ["kid"] = key.KeyId, ["typ"] = type };

    protected static Draft OwnToken(HostileWorld world) =>
        new(Jwt.Header(world.OwnToken), Jwt.Payload(world.OwnToken), world.OwnKey, World.IdpKey, world.Trap, Seconds(world));

    protected static long Seconds(HostileWorld world) => world.Server.Now.ToUnixTimeSeconds();
}

/// <summary>At <c>/token</c>, whatever the parameter.</summary>
internal abstract class TokenEndpointPlace : Place
{
    public override async Task<bool> AcceptsAsync(HostileWorld world, string jwt) => (await SendAsync(world, jwt)).Status == 200;

    public override Task ShouldRefuseAsync(HostileWorld world, string jwt, string refusal) =>
        world.Server.ShouldRefuseAsync(() => SendAsync(world, jwt), Status, Error, refusal, secrets: [jwt]);

    protected virtual int Status => 400;

    protected virtual string Error => ErrorCodes.InvalidRequest;

    protected abstract Task<Answer> SendAsync(HostileWorld world, string jwt);
}

/// <summary>A user's session assertion, shown by an agent.</summary>
internal sealed class SubjectTokenPlace : TokenEndpointPlace
{
    public override string? RefusalOf(BadJwt row) => row.Refusals.Subject;

    public override Draft DraftIn(HostileWorld world) => new(
        Header(World.IdpKey, "JWT"), World.Claims(world.Server.Now), World.IdpKey, HostileWorld.CorpKey, world.Trap, Seconds(world));

    protected override Task<Answer> SendAsync(HostileWorld world, string jwt) => world.Server.HopAsync(World.InboxAgent, jwt, TokenTypes.Jwt);
}

/// <summary>An actor token of this server's, shown by the agent it was issued to.</summary>
internal sealed class OwnSubjectTokenPlace : TokenEndpointPlace
{
    public override string? RefusalOf(BadJwt row) => row.Refusals.Own;

    public override Draft DraftIn(HostileWorld world) => OwnToken(world);

    protected override Task<Answer> SendAsync(HostileWorld world, string jwt) => world.Server.HopAsync(World.InboxAgent, jwt, TokenTypes.AccessToken);
}

/// <summary>A workload's JWT beside a good session assertion. It is judged like the assertion, but for what is of no interest in it.</summary>
internal sealed class ActorTokenPlace : TokenEndpointPlace
{
    public override string? RefusalOf(BadJwt row) => row.Name switch
    {
        // A workload is shown as often as it acts: nobody looks at its jti.
        "jti is null" or "jti is a number" or "jti is empty" or "jti is 256 characters long" => null,

        // That one names users.
        "iss of another believed party" => "actor_token_issuer",
        _ => row.Refusals.Subject switch
        {
            null => null,
            "issuer_not_trusted" => "actor_token_issuer",
            var code => code.Replace("subject_token", "actor_token", StringComparison.Ordinal),
        },
    };

    public override Draft DraftIn(HostileWorld world)
    {
        var jwt = world.Server.Workload();
        return new Draft(Jwt.Header(jwt), Jwt.Payload(jwt), World.WorkloadKey, World.IdpKey, world.Trap, Seconds(world));
    }

    protected override Task<Answer> SendAsync(HostileWorld world, string jwt) => world.Server.FirstHopAsync(("actor_token", jwt), ("actor_token_type", TokenTypes.Jwt));
}

/// <summary>A client's proof of who it is; everything else of the request is right.</summary>
internal sealed class ClientAssertionPlace : TokenEndpointPlace
{
    public override string? RefusalOf(BadJwt row) => row.Refusals.Client ? "client_authentication_failed" : null;

    public override Draft DraftIn(HostileWorld world)
    {
        var now = Seconds(world);
        var payload = new JsonObject
        {
            ["iss"] = World.KeyAgent, ["sub"] = World.KeyAgent, ["aud"] = world.Server.Issuer, ["iat"] = now, ["exp"] = now + 60, ["jti"] = Guid.NewGuid().ToString("N"),
        };
        return new Draft(Header(World.AgentKey, "JWT"), payload, World.AgentKey, HostileWorld.OtherAgentKey, world.Trap, now);
    }

    protected override int Status => 401;

    protected override string Error => ErrorCodes.InvalidClient;

    protected override Task<Answer> SendAsync(HostileWorld world, string jwt) => world.Server.PostAsync(
        "/token", null, null, ("grant_type", GrantTypes.TokenExchange), ("subject_token", world.Server.Assertion()), ("subject_token_type", TokenTypes.Jwt), ("resource", World.Mail),
        ("purpose", World.Triage), ("client_assertion_type", TokenTypes.ClientAssertion), ("client_assertion", jwt));
}

/// <summary>An actor token at an app that relies on it.</summary>
internal sealed class RelyingAppPlace : Place
{
    public override string? RefusalOf(BadJwt row) => row.Refusals.App;

    public override Draft DraftIn(HostileWorld world) => OwnToken(world);

    public override async Task<bool> AcceptsAsync(HostileWorld world, string jwt) => (await world.App.GetAsync(jwt)).Status == 200;

    public override Task ShouldRefuseAsync(HostileWorld world, string jwt, string refusal) => world.App.ShouldRefuseAsync(jwt, refusal);
}

/// <summary>What an identity provider tells of its users. It is judged like an assertion, but for what is of no interest in it.</summary>
internal sealed class SecurityEventPlace : Place
{
    public override string? RefusalOf(BadJwt row) => row.Name switch
    {
        "typ secevent+jwt" => null,
        "typ JWT" or "typ is missing" => "security_event_malformed",

        // Its users stand in sub_id, and it need not expire.
        "sub is an object" => "security_event_signature",
        "exp is missing" => null,
        "jti is missing" => "security_event_claims",

        // That one may not tell of events.
        "iss of another believed party" => "security_event_issuer",

        // It is what it is by its typ, whatever else it says; events that mean nothing here change nothing.
        "an event whose member is no object" => "security_event_claims",
        _ when row.Name.StartsWith("sub ", StringComparison.Ordinal) || JwtTypes.ByClaims.Contains(row.Name, StringComparer.Ordinal) => null,
        _ => row.Refusals.Subject switch
        {
            null => null,
            "issuer_not_trusted" => "security_event_issuer",
            var code => code.Replace("subject_token", "security_event", StringComparison.Ordinal),
        },
    };

    public override Draft DraftIn(HostileWorld world)
    {
        var claims = SignalWorld.Claims(world.Server.Now);
        (claims["exp"], claims["sub_id"]) = (Seconds(world) + 600, SignalWorld.Session("nobodys-session", "nobody"));
        return new Draft(Header(World.IdpKey, "secevent+jwt"), claims, World.IdpKey, HostileWorld.CorpKey, world.Trap, Seconds(world));
    }

    public override async Task<bool> AcceptsAsync(HostileWorld world, string jwt) => (await world.Server.TellAsync(jwt)).Status == 202;

    public override async Task ShouldRefuseAsync(HostileWorld world, string jwt, string refusal)
    {
        var before = await Books.OpenAsync(world.Server);

        var answer = await world.Server.TellAsync(jwt);

        var error = RefusalWire.ByCode[refusal];
        (answer.Status, answer.Body).ShouldBe((400, $$"""{"err":"{{error.Error}}","description":"{{error.Description}}"}"""));
        (await Books.OpenAsync(world.Server)).ShouldBe(before with { Records = before.Records + 1 });
        var record = await world.Server.LastRecordAsync();
        record.Reason.ShouldBe(refusal);
        record.ShouldHoldNothingSecret(jwt);
    }
}
