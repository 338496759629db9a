using System.Net;
using TokenExchange.Core.Tokens;

namespace TokenExchange.Core.Policies;

/// <summary>What a policy set is asked: may this agent, acting for this user, do this at this resource, now?</summary>
public sealed record PolicyQuestion
{
    /// <summary>When the question is asked.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>The agent that wants the token: the outermost actor of the chain that would result.</summary>
    public required AgentFacts Agent { get; init; }

    /// <summary>The user acted for.</summary>
    public required SubjectFacts Subject { get; init; }

    /// <summary>The resource.</summary>
    public required ResourceIndicator Resource { get; init; }

    /// <summary>The declared purpose; null means the one purpose open to this agent there, if there is exactly one.</summary>
    public string? Purpose { get; init; }

    /// <summary>The scopes asked for; null means all that is permitted.</summary>
    public ScopeSet? RequestedScopes { get; init; }

    /// <summary>What the token in hand can reach at the resource; null means it sets no bound.</summary>
    public ScopeSet? ScopeCeiling { get; init; }

    /// <summary>How many actors the chain would have.</summary>
    public required int ChainDepth { get; init; }

    /// <summary>Where the agent calls from; null when unknown.</summary>
    public IPAddress? Source { get; init; }
}

/// <summary>What policies may know of an agent.</summary>
/// <param name="ClientId">Client id.</param>
/// <param name="Kind"><c>ai_agent</c> or <c>service</c>.</param>
/// <param name="Tags">Labels.</param>
public sealed record AgentFacts(string ClientId, string Kind, IReadOnlyList<string> Tags);

/// <summary>What policies may know of a user.</summary>
/// <param name="Issuer">The trusted issuer that vouched for the user.</param>
/// <param name="Claims">Verified claims of the assertion by name. A name that is missing is unknown; an empty list means the assertion had no such claim.</param>
/// <param name="Authentication">How the user authenticated.</param>
public sealed record SubjectFacts(string Issuer, IReadOnlyDictionary<string, IReadOnlyList<string>> Claims, UserAuthentication Authentication);
