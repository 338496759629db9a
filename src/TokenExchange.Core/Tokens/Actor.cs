using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using TokenExchange.Core.Protocol;

namespace TokenExchange.Core.Tokens;

/// <summary>
/// Who acts: one entry of an act chain (RFC 8693 §4.1). Identity claims only; <c>exp</c>, <c>nbf</c> and <c>aud</c> have no meaning here and are never carried.
/// </summary>
/// <param name="Subject">The agent, unique at <paramref name="Issuer"/>; 1 to 255 characters.</param>
/// <param name="Issuer">Who names the agent: this server for its own clients.</param>
/// <param name="Profile">What the actor is, e.g. <c>ai_agent</c> or <c>service</c>; null when unknown.</param>
/// <param name="ClientId">Set when the actor is one instance of an agent, named by <paramref name="Issuer"/>: the agent's client id. Null when the actor is the agent itself.</param>
public sealed record Actor(string Subject, string Issuer, string? Profile = null, string? ClientId = null)
{
    /// <summary>The agent: the actor itself, or the one it is an instance of.</summary>
    public string Agent => ClientId ?? Subject;

    /// <summary>
    /// Whether both are the same party: <c>sub</c> and <c>iss</c> compared as exact strings, where all instances of one agent are one party, and one with the agent.
    /// </summary>
    public bool IsSameParty(Actor other) =>
        string.Equals(Agent, other.Agent, StringComparison.Ordinal)
        && (ClientId is not null || other.ClientId is not null || string.Equals(Issuer, other.Issuer, StringComparison.Ordinal));

    internal JsonObject ToJson()
    {
        var json = new JsonObject { [ClaimNames.Subject] = Subject, [ClaimNames.Issuer] = Issuer };
        if (Profile is not null)
        {
            json[ClaimNames.SubjectProfile] = Profile;
        }

        if (ClientId is not null)
        {
            json[ClaimNames.ClientId] = ClientId;
        }

        return json;
    }

    internal static bool TryRead(JsonElement json, [NotNullWhen(true)] out Actor? actor)
    {
        actor = null;
        if (json.ValueKind != JsonValueKind.Object
            || !JsonClaims.TryGetString(json, ClaimNames.Subject, out var sub)
            || !JsonClaims.TryGetString(json, ClaimNames.Issuer, out var iss)
            || !JsonClaims.TryGetOptionalString(json, ClaimNames.SubjectProfile, out var profile)
            || !JsonClaims.TryGetOptionalString(json, ClaimNames.ClientId, out var clientId))
        {
            return false;
        }

        actor = new Actor(sub, iss, profile, clientId);
        return true;
    }
}
