using System.Text.Json.Nodes;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Tests.Fixtures;
using TokenExchange.Server.Tests.Wire;

namespace TokenExchange.Server.Tests.Hostile.Exchanges;

/// <summary>What somebody who holds a good actor token tries to make of it. Those that <c>ExchangeTests</c> and <c>HandOnTests</c> have are not here again.</summary>
internal static class ChainRows
{
    public static IReadOnlyList<HostileExchange> Rows { get; } =
    [
        Of("the agent before takes the token back: A to B to A", "chain_not_extendable", World.InboxAgent, Second),
        Of("an agent that is not named takes the next hop", "chain_not_extendable", World.ArchiveAgent, Second),
        Of("the relying app takes the token it was shown", "client_may_not_exchange", World.MailApi, First).As(ErrorCodes.UnauthorizedClient),
        Of("the receiver asks for more than was handed on", "scope_not_permitted", World.SummaryAgent, First, ("scope", "mail.read mail.label")).As(ErrorCodes.InvalidScope),
        Of("the receiver asks for what only its own policy allows", "scope_not_permitted", World.SummaryAgent, First, ("scope", "mail.label")).As(ErrorCodes.InvalidScope),
        Of("the holder turns its token to another resource", "resource_not_permitted", World.InboxAgent, First, ("resource", World.Calendar)).As(ErrorCodes.InvalidTarget),
        Of("the holder turns its token to another resource that is open to it", "resource_not_permitted", World.InboxAgent, First, ("resource", HostileWorld.Files)).As(ErrorCodes.InvalidTarget),
        Of("the receiver turns the token to a resource nobody named", "resource_not_permitted", World.SummaryAgent, First, ("resource", World.Calendar)).As(ErrorCodes.InvalidTarget),
        Of("the receiver for one resource takes another", "resource_not_permitted", World.ArchiveAgent, First, ("resource", HostileWorld.Photos)).As(ErrorCodes.InvalidTarget),
        Of("a scope of the same name at another resource", "resource_not_permitted", World.InboxAgent, AtFiles, ("resource", HostileWorld.Photos), ("scope", "read")).As(ErrorCodes.InvalidTarget),
        HostileExchange.Form("a scope of the same name at a resource that is open to another agent", "resource_not_permitted", ("resource", HostileWorld.Photos), ("scope", "read")).As(ErrorCodes.InvalidTarget),
        HostileExchange.Form("a scope of the resource that no policy opens", "scope_not_permitted", ("resource", HostileWorld.Files), ("scope", "write")).As(ErrorCodes.InvalidScope),
        Of("the purpose is changed by authorization_details", "purpose_not_permitted", World.InboxAgent, First, ("purpose", null), ("authorization_details", """[{"type":"purpose","purpose":"mail.answer"}]""")),
        Of("the purpose is changed by the receiver", "purpose_not_permitted", World.SummaryAgent, First, ("purpose", "mail.digest")),
        Of("a resource is not named", "parameter_missing", World.InboxAgent, First, ("resource", null)),
        Of("the actors are dropped by calling the token a JWT", "issuer_not_trusted", World.SummaryAgent, First, ("subject_token_type", TokenTypes.Jwt)),
        Of("the actors are dropped by calling the token a refresh token", "token_type_unsupported", World.InboxAgent, First, ("subject_token_type", "urn:ietf:params:oauth:token-type:refresh_token")),
        Of("the token is its own actor token", "token_type_unsupported", World.InboxAgent, First, ("actor_token", "x"), ("actor_token_type", TokenTypes.AccessToken)),
        Of("the answer shall be a refresh token", "token_type_unsupported", World.InboxAgent, First, ("requested_token_type", "urn:ietf:params:oauth:token-type:refresh_token")),
        Actor("another user's session assertion", "actor_token_issuer", w => w.Server.Assertion(c => c["sub"] = "bob")),
        Actor("an actor token of this server", "actor_token_issuer", w => w.OwnToken),
        Actor("a client assertion", "actor_token_issuer", w => ClientAuthenticationTests.AssertionOf(w.Server, World.KeyAgent)[1].Item2!),
        Actor("a workload of another agent", "actor_token_of_another_client", w => w.Server.Workload(c => c["sub"] = "spiffe://corp.example/summary")),
        Actor("a workload that names us in may_act", "actor_token_claims", w => w.Server.Workload(c => c["may_act"] = new JsonObject { ["sub"] = World.InboxAgent })),
        Actor("a workload with actors before it", "actor_token_claims", w => w.Server.Workload(c => c["act"] = new JsonObject { ["sub"] = World.SummaryAgent })),
        Actor("a workload with the agent's id as its name", "actor_token_of_another_client", w => w.Server.Workload(c => c["sub"] = World.InboxAgent)),
        Of("the workload of the agent before takes the next hop for another", "actor_token_of_another_client", World.SummaryAgent, First, w => [("actor_token", w.Server.Workload()), ("actor_token_type", TokenTypes.Jwt)]),
        Of("another workload of the agent takes over its token", "actor_not_named", World.InboxAgent, ByWorkload, w => [("actor_token", w.Server.Workload(c => c["sub"] = "spiffe://corp.example/inbox/other")), ("actor_token_type", TokenTypes.Jwt)]),
        HostileExchange.Form("a refresh token as actor token", "token_type_unsupported", ("actor_token", "x"), ("actor_token_type", "urn:ietf:params:oauth:token-type:refresh_token")),
        new("a client with a key takes what does not name it", "actor_not_named", First, (w, token) => w.Server.PostAsync(
            "/token", null, null,
            [
                ("grant_type", GrantTypes.TokenExchange), ("subject_token", token), ("subject_token_type", TokenTypes.AccessToken), ("resource", World.Mail), ("purpose", World.Triage),
                .. ClientAuthenticationTests.AssertionOf(w.Server, World.KeyAgent),
            ])),
        new("a token this server signed and does not remember", "subject_token_revoked", w =>
        {
            var claims = Jwt.Payload(w.OwnToken);
            claims["jti"] = "never-issued";
            return w.Server.HopAsync(World.InboxAgent, w.OwnKey.Sign(Jwt.Header(w.OwnToken).ToJsonString(), claims.ToJsonString()), TokenTypes.AccessToken);
        }),
        Of("a token that was revoked", "subject_token_revoked", World.InboxAgent, async w =>
        {
            var token = await First(w);
            await w.Server.RevokeAsync(token);
            return token;
        }),
        Of("a token below one that was revoked", "subject_token_revoked", World.SummaryAgent, async w =>
        {
            var root = await First(w);
            var leaf = (await w.Server.HopAsync(World.InboxAgent, root, TokenTypes.AccessToken, ("scope", "mail.read"))).AccessToken;
            await w.Server.RevokeAsync(root);
            return leaf;
        }),
    ];

    private static Task<string> First(HostileWorld world) => world.Server.FirstTokenAsync();

    private static async Task<string> Second(HostileWorld world) => (await world.Server.HopAsync(World.SummaryAgent, await First(world), TokenTypes.AccessToken)).AccessToken;

    private static Task<string> AtFiles(HostileWorld world) => world.Server.FirstTokenAsync(("resource", HostileWorld.Files));

    private static async Task<string> ByWorkload(HostileWorld world) =>
        (await world.Server.FirstHopAsync(("actor_token", world.Server.Workload()), ("actor_token_type", TokenTypes.Jwt))).AccessToken;

    private static HostileExchange Actor(string name, string code, Func<HostileWorld, string> jwt) =>
        new($"{name} as actor token", code, w => w.Server.FirstHopAsync(("actor_token", jwt(w)), ("actor_token_type", TokenTypes.Jwt)));

    private static HostileExchange Of(string name, string code, string agent, Func<HostileWorld, Task<string>> token, Func<HostileWorld, (string, string?)[]> form) =>
        new(name, code, token, (w, held) => w.Server.HopAsync(agent, held, TokenTypes.AccessToken, form(w)));

    private static HostileExchange Of(string name, string code, string agent, Func<HostileWorld, Task<string>> token, params (string, string?)[] form) =>
        new(name, code, token, (w, held) => w.Server.HopAsync(agent, held, TokenTypes.AccessToken, form));
}
