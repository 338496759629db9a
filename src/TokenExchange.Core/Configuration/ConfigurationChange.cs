using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using TokenExchange.Core.Tokens;

namespace TokenExchange.Core.Configuration;

/// <summary>What happened to one definition.</summary>
[JsonConverter(typeof(ChangeKindConverter))]
public enum ChangeKind
{
    /// <summary>It was not there before.</summary>
    Added = 1,

    /// <summary>It is no longer there.</summary>
    Removed,

    /// <summary>Some of its members differ.</summary>
    Changed,
}

/// <summary>One member that differs.</summary>
/// <param name="Path">Where it stands in its definition, e.g. <c>limits.maxLifetime</c>; places in lists are those of the later definition, or of the earlier one for what was taken out.</param>
/// <param name="From">Its value before; null when there was none.</param>
/// <param name="To">Its value after; null when there is none.</param>
/// <remarks>The hash of a secret is never among the values: that it differs is said by <c>"…"</c> in its place.</remarks>
public sealed record MemberChange(string Path, JsonElement? From, JsonElement? To);

/// <summary>One definition that differs between two configurations.</summary>
/// <param name="Change">What happened to it.</param>
/// <param name="Kind"><c>issuer</c>, <c>resource</c>, <c>client</c>, <c>purpose</c> or <c>policy</c>.</param>
/// <param name="Name">Which one, by the member that identifies it.</param>
/// <param name="Members">What differs; of an addition what is not the default; of a removal nothing.</param>
public sealed record ConfigurationChange(ChangeKind Change, string Kind, string Name, IReadOnlyList<MemberChange> Members)
{
    /// <summary>The change in one line: <c>+ client inbox-agent</c>, <c>~ …</c>, <c>- …</c>.</summary>
    [JsonIgnore]
    public string Headline => $"{Change switch { ChangeKind.Added => '+', ChangeKind.Removed => '-', _ => '~' }} {Kind} {ChangeText.Plain(Name)}";

    /// <summary>The change as people review it: the headline, and below it a line for each member.</summary>
    [JsonIgnore]
    public IEnumerable<string> Lines => [Headline, .. Members.Select(m => $"    {m.Path}: {ChangeText.Of(m, Change)}")];

    /// <summary>The headline.</summary>
    public override string ToString() => Headline;
}

/// <summary>Writes <see cref="ChangeKind"/> as <c>added</c>, <c>removed</c>, <c>changed</c>.</summary>
internal sealed class ChangeKindConverter() : JsonStringEnumConverter<ChangeKind>(JsonNamingPolicy.CamelCase, allowIntegerValues: false);

/// <summary>Values of members in words.</summary>
internal static class ChangeText
{
    /// <summary>What a list of texts gains and loses; otherwise what was and what is.</summary>
    public static string Of(MemberChange member, ChangeKind change) => (member.From, member.To) switch
    {
        ({ }, { }) when ConfigurationDifference.IsSecret(member.Path) => "changed",
        (null, { } to) when change == ChangeKind.Added => Value(to),
        ({ ValueKind: JsonValueKind.Array } from, { ValueKind: JsonValueKind.Array } to) when Delta(from, to) is { Length: > 0 } delta => delta,
        (null, { ValueKind: JsonValueKind.Object or JsonValueKind.Array } to) => $"+ {Value(to)}",
        ({ ValueKind: JsonValueKind.Object or JsonValueKind.Array } from, null) => $"- {Value(from)}",
        var (from, to) => $"{Value(from)} -> {Value(to)}",
    };

    /// <summary>As it is where all of it can be seen; otherwise as JSON spells it, so that nobody reads lines or colours that a name brought along.</summary>
    public static string Plain(string text) =>
        text.Length > 0 && text.EnumerateRunes().All(JsonClaims.IsVisible) ? text : $"\"{JavaScriptEncoder.Default.Encode(text)}\"";

    private static string Delta(JsonElement from, JsonElement to)
    {
        string[] before = [.. from.EnumerateArray().Select(e => Value(e))];
        string[] after = [.. to.EnumerateArray().Select(e => Value(e))];
        return string.Join(' ', [.. after.Except(before, StringComparer.Ordinal).Select(v => $"+ {v}"), .. before.Except(after, StringComparer.Ordinal).Select(v => $"- {v}")]);
    }

    private static string Value(JsonElement? value) => value switch
    {
        null => "none",
        { ValueKind: JsonValueKind.String } text => Plain(text.GetString()!),
        { ValueKind: JsonValueKind.Array } list when list.EnumerateArray().All(e => e.ValueKind == JsonValueKind.String) => list.GetArrayLength() == 0 ? "none" : string.Join(", ", list.EnumerateArray().Select(e => Value(e))),
        { } json => Plain(JsonSerializer.Serialize(json, ConfigurationJson.Compact)),
    };
}
