using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace TokenExchange.Core.Configuration;

/// <summary>One value of a member, in words.</summary>
/// <param name="Text">The value; what has members of its own as <c>agent: summary-agent, scopes: mail.read</c>.</param>
/// <param name="Changed">Whether the other side does not have it.</param>
public sealed record ComparedValue(string Text, bool Changed);

/// <summary>One member of two definitions.</summary>
/// <param name="Member">Where it stands, e.g. <c>limits.maxLifetime</c>.</param>
/// <param name="Before">Its values before; none where there were none.</param>
/// <param name="After">Its values after.</param>
/// <param name="Changed">Whether it differs.</param>
public sealed record ComparedMember(string Member, IReadOnlyList<ComparedValue> Before, IReadOnlyList<ComparedValue> After, bool Changed);

/// <summary>
/// Two definitions of one thing beside each other: every member, in the order in which they are declared and edited. What differs is what
/// <see cref="ConfigurationDifference"/> says.
/// </summary>
public static class SideBySide
{
    /// <summary>Compares; null is a definition that is not there. The hash of a secret is never shown.</summary>
    public static IReadOnlyList<ComparedMember> Of<T>(T? before, T? after)
        where T : class, new()
    {
        var defaults = ConfigurationDifference.Json(new T());
        JsonElement? was = before is null ? null : ConfigurationDifference.Json(before);
        JsonElement? becomes = after is null ? null : ConfigurationDifference.Json(after);
        return [.. Compare(ConfigurationJson.Compact.GetTypeInfo(typeof(T)), string.Empty, was, becomes, defaults)];
    }

    private static IEnumerable<ComparedMember> Compare(JsonTypeInfo type, string path, JsonElement? was, JsonElement? becomes, JsonElement? defaults)
    {
        foreach (var property in type.Properties)
        {
            var member = ConfigurationDifference.Join(path, property.Name);
            var (from, to, usual) = (Find(was, property.Name), Find(becomes, property.Name), Find(defaults, property.Name));
            if (IsDefinition(property.PropertyType))
            {
                foreach (var inner in Compare(ConfigurationJson.Compact.GetTypeInfo(property.PropertyType), member, from, to, usual))
                {
                    yield return inner;
                }

                continue;
            }

            // Of what is not there, nothing differs from what would be anyway.
            var differs = !AreEqual(was is null ? usual : from, becomes is null ? usual : to);
            var (left, right) = (Values(from, member), Values(to, member));
            yield return new ComparedMember(member, Marked(left, right, differs), Marked(right, left, differs), differs);
        }
    }

    private static bool IsDefinition(Type type) => type.Namespace == typeof(SideBySide).Namespace;

    private static JsonElement? Find(JsonElement? json, string name) => json is { } there ? ConfigurationDifference.Find(there, name) : null;

    private static bool AreEqual(JsonElement? a, JsonElement? b) => (a, b) is ({ } left, { } right) ? JsonElement.DeepEquals(left, right) : a is null && b is null;

    private static List<string> Values(JsonElement? json, string member) => json switch
    {
        null => [],
        _ when ConfigurationDifference.IsSecret(member) => ["…"],
        { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray().Select(e => Words(e))],
        { ValueKind: JsonValueKind.Object } map => [.. map.EnumerateObject().Select(p => $"{ChangeText.Plain(p.Name)}: {Words(p.Value)}")],
        { } value => [Words(value)],
    };

    // A hash that is another shows as the same sign, and a list in another order has the same entries: then all of it is marked.
    private static List<ComparedValue> Marked(List<string> texts, List<string> others, bool differs)
    {
        var left = others.CountBy(o => o, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        List<ComparedValue> marked = [.. texts.Select(t => new ComparedValue(t, differs && !Take(left, t)))];
        return differs && texts.Count == others.Count && marked.TrueForAll(m => !m.Changed) ? marked.ConvertAll(m => m with { Changed = true }) : marked;
    }

    // Each entry of the other side stands for one of this side. Counted, because a list can be as long as a request.
    private static bool Take(Dictionary<string, int> left, string text)
    {
        if (left.GetValueOrDefault(text) is not (> 0 and var count))
        {
            return false;
        }

        left[text] = count - 1;
        return true;
    }

    private static string Words(JsonElement json, bool inside = false)
    {
        var text = json.ValueKind switch
        {
            JsonValueKind.Object => string.Join(", ", json.EnumerateObject().Where(p => !IsEmpty(p.Value)).Select(p => $"{ChangeText.Plain(p.Name)}: {Words(p.Value, inside: true)}")),
            JsonValueKind.Array => string.Join(' ', json.EnumerateArray().Select(e => Words(e, inside: true))),
            JsonValueKind.String => ChangeText.Plain(json.GetString()!),
            _ => json.GetRawText(),
        };
        return inside && json.ValueKind == JsonValueKind.Object ? $"({text})" : text;
    }

    private static bool IsEmpty(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Array => json.GetArrayLength() == 0,
        JsonValueKind.Object => json.GetPropertyCount() == 0,
        _ => false,
    };
}
