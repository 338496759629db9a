using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Tokens;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Me;

/// <summary>What an ID token must be to sign somebody in.</summary>
public sealed class IdTokenTests : IClassFixture<SharedMeWorld>
{
    private readonly MeWorld _world;

    public IdTokenTests(SharedMeWorld shared)
    {
        _world = shared.World;
        (_world.Provider.Claims, _world.Provider.IdToken) = (_ => { }, null);
    }

    public static TheoryData<string> Names => [.. Tokens.Keys];

    private static Dictionary<string, (string Code, string Detail, Action<JsonObject> Change)> Tokens { get; } = new(StringComparer.Ordinal)
    {
        ["of another issuer"] = ("sign_in_issuer", "issuer_not_trusted: https://stranger.example", c => c["iss"] = "https://stranger.example"),
        ["of an issuer that is trusted and was not asked"] = ("sign_in_token", "subject_token_signature: https://idp.example", c => c["iss"] = World.Idp),
        ["for another client"] = ("sign_in_token", "subject_token_audience", c => c["aud"] = "mail-app"),
        ["for another client, too"] = ("sign_in_token", "subject_token_audience", c => c["aud"] = new JsonArray(MeWorld.ClientId, "mail-app")),
        ["for the exchange, as assertions are"] = ("sign_in_token", "subject_token_audience", c => c["aud"] = "https://exchange.example"),
        ["without audience"] = ("sign_in_token", "subject_token_audience", c => c.Remove("aud")),
        ["given to another client"] = ("sign_in_token", "subject_token_audience", c => c["azp"] = "mail-app"),
        ["that is expired"] = ("sign_in_token", "subject_token_expired", c => c["exp"] = c["iat"]!.GetValue<long>()),
        ["from the future"] = ("sign_in_token", "subject_token_expired", c => c["iat"] = c["iat"]!.GetValue<long>() + 60),
        ["without expiry"] = ("sign_in_token", "subject_token_claims: exp, iat or nbf", c => c.Remove("exp")),
        ["that says the user signed in tomorrow"] = ("sign_in_token", "subject_token_claims: sub, auth_time or sid", c => c["auth_time"] = c["iat"]!.GetValue<long>() + 86_400),
        ["without a user"] = ("sign_in_token", "subject_token_claims: sub, auth_time or sid", c => c.Remove("sub")),
        ["with a session that is no text"] = ("sign_in_token", "subject_token_claims: sub, auth_time or sid", c => c["sid"] = 1),
        ["of somebody who acts for the user"] = ("sign_in_token", "subject_token_bound", c => c["act"] = new JsonObject { ["sub"] = "helpdesk" }),
        ["that tells of an event"] = ("sign_in_token", "subject_token_bound", c => c["events"] = new JsonObject()),
        ["of a user who is called like a client"] = ("sign_in_subject", "subject_ambiguous", c => c["sub"] = World.InboxAgent),
        ["of a user who is called like another issuer's"] = ("sign_in_subject", "subject_ambiguous", c => c["sub"] = "other|alice"),
        ["that answers another request"] = ("sign_in_state", "nonce", c => c["nonce"] = "another"),
        ["that answers no request"] = ("sign_in_state", "nonce", c => c.Remove("nonce")),
    };

    [Requirement("ASVS 5.0", "V10.2.2", "What one authorization server says is never taken for another's")]
    [Requirement("ASVS 5.0", "V10.5.1", "An ID token that is replayed signs nobody in")]
    [Requirement("ASVS 5.0", "V10.5.4", "An ID token counts only if it is for this client")]
    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_id_token_that_is_not_right_signs_nobody_in(string name)
    {
        var (code, detail, change) = Tokens[name];
        _world.Provider.Claims = change;

        await _world.RefusedAsync(await _world.SignInAsync(), code, detail);
    }

    [Fact]
    public async Task An_id_token_that_nobody_trusted_signed_signs_nobody_in()
    {
        var stranger = new TestKey("provider-1");
        foreach (var make in new Func<JsonObject, string?>[]
        {
            c => stranger.Sign(c), c => $"{Base64UrlEncoder.Encode("""{"alg":"none"}""")}.{Base64UrlEncoder.Encode(c.ToJsonString())}.", _ => "nonsense", _ => null, c => new TestKey("provider-2").Sign(c),
            c => _world.Provider.Key.Sign(c, h => h["typ"] = "logout+jwt"), c => _world.Provider.Key.Sign(c, h => h["alg"] = "HS256"),
        })
        {
            _world.Provider.IdToken = make;

            await _world.RefusedAsync(await _world.SignInAsync(), "sign_in_token");
        }
    }
}

/// <summary>One world for a class of tests that do not disturb each other.</summary>
public sealed class SharedMeWorld : IAsyncLifetime
{
    internal MeWorld World { get; private set; } = null!;

    public async ValueTask InitializeAsync() => World = await MeWorld.StartAsync();

    public ValueTask DisposeAsync() => World.DisposeAsync();
}
