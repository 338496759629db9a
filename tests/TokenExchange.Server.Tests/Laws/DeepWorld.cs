using TokenExchange.Core.Configuration;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Laws;

/// <summary>Ten agents of which each may act and hand on to every other at one resource, so that chains can be as deep as chains get.</summary>
internal static class DeepWorld
{
    public static IReadOnlyList<string> Agents { get; } = [.. Enumerable.Range(0, 10).Select(n => $"deep-{n}")];

    public static ExchangeConfiguration Configuration { get; } = World.Configuration with
    {
        Clients = [.. World.Configuration.Clients!, .. Agents.Select(a => new ClientDefinition { ClientId = a, Name = a, Kind = ClientKind.AiAgent, SecretSha256 = World.SecretHash })],
        Policies =
        [
            .. Agents.Select(a => World.Permit($"triage-by-{a}", World.Triage, a, "mail.read", "mail.label") with
            {
                Limits = new LimitsDefinition { MaxLifetime = TimeSpan.FromMinutes(30), MaxChainDepth = 10, OnwardTo = [.. Agents.Where(b => b != a).Select(b => new OnwardDefinition { Agent = b })] },
            }),
        ],
    };

    /// <summary>The form of an exchange for a session assertion, or for an actor token.</summary>
    public static (string Name, string? Value)[] Form(string subjectToken, bool isAssertion) =>
    [
        ("grant_type", GrantTypes.TokenExchange), ("subject_token", subjectToken), ("subject_token_type", isAssertion ? TokenTypes.Jwt : TokenTypes.AccessToken),
        ("resource", World.Mail), ("purpose", World.Triage),
    ];
}
