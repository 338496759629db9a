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
public sealed record Actor(string Subject, string Issuer, string? Profile = null)
{
    /// <summary>Whether both name the same party: <c>sub</c> and <c>iss</c> compared as exact strings.</summary>
    public bool IsSameParty(Actor other) =>
        string.Equals(Subject, other.Subject, StringComparison.Ordinal) && string.Equals(Issuer, other.Issuer, StringComparison.Ordinal);

    internal JsonObject ToJson()
    {
        var json = new JsonObject { [ClaimNames.Subject] = Subject, [ClaimNames.Issuer] = Issuer };
        if (Profile is not null)
        {
            json[ClaimNames.SubjectProfile] = Profile;
        }

        return json;
    }

    internal static bool TryRead(JsonElement json, [NotNullWhen(true)] out Actor? actor)
    {
        actor = null;
        if (json.ValueKind != JsonValueKind.Object
            || !JsonClaims.TryGetString(json, ClaimNames.Subject, out var sub)
            || !JsonClaims.TryGetString(json, ClaimNames.Issuer, out var iss)
            || !JsonClaims.TryGetOptionalString(json, ClaimNames.SubjectProfile, out var profile))
        {
            return false;
        }

        actor = new Actor(sub, iss, profile);
        return true;
    }
}
