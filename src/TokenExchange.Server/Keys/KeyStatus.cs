using System.Text.Json.Serialization;

namespace TokenExchange.Server.Keys;

/// <summary>Where a signing key is in its life.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<KeyState>))]
public enum KeyState
{
    /// <summary>Published and not signing yet: others have time to fetch it.</summary>
    [JsonStringEnumMemberName("next")]
    Next = 1,

    /// <summary>Signs.</summary>
    [JsonStringEnumMemberName("active")]
    Active,

    /// <summary>Signs no more, and is published as long as a token that it signed may live.</summary>
    [JsonStringEnumMemberName("retired")]
    Retired,

    /// <summary>Taken out of use at once: not published, and nothing that it signed is believed.</summary>
    [JsonStringEnumMemberName("withdrawn")]
    Withdrawn,

    /// <summary>Its time is over: not published, and deleted before long.</summary>
    [JsonStringEnumMemberName("gone")]
    Gone,
}

/// <summary>What may be known of a signing key. Nothing of the key itself is in it.</summary>
/// <param name="KeyId">The <c>kid</c>.</param>
/// <param name="Algorithm">JWS algorithm.</param>
/// <param name="State">Where it is in its life.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ActiveFrom">From when on it signs, or signed.</param>
/// <param name="RetiredAt">When another one takes over, or did; null while no other is waiting.</param>
/// <param name="PublishedUntil">Until when it is among the published keys; null while that is open.</param>
/// <param name="WithdrawnAt">When it was withdrawn; null when it was not.</param>
public sealed record KeyStatus(
    string KeyId, string Algorithm, KeyState State, DateTimeOffset CreatedAt, DateTimeOffset ActiveFrom, DateTimeOffset? RetiredAt, DateTimeOffset? PublishedUntil, DateTimeOffset? WithdrawnAt);
