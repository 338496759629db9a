using System.Text.Json;

namespace TokenExchange.Core.Configuration;

/// <summary>What one configuration changes of another, definition by definition and member by member. Neither needs to be valid.</summary>
public static class ConfigurationDifference
{
    private static readonly JsonElement s_hidden = JsonSerializer.SerializeToElement("…");

    /// <summary>Compares; sections that are null in <paramref name="after"/> are left out, and the order within a section is no difference.</summary>
    public static IReadOnlyList<ConfigurationChange> Between(ExchangeConfiguration before, ExchangeConfiguration after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        return
        [
            .. Compare("issuer", before.Issuers, after.Issuers, i => i.Issuer),
            .. Compare("resource", before.Resources, after.Resources, r => r.Resource),
            .. Compare("client", before.Clients, after.Clients, c => c.ClientId),
            .. Compare("purpose", before.Purposes, after.Purposes, p => p.Purpose),
            .. Compare("policy", before.Policies, after.Policies, p => p.Name),
        ];
    }

    /// <summary>Whether the value of a member is never shown.</summary>
    internal static bool IsSecret(string path) => path is "secretSha256" or "previousSecretSha256";

    private static IEnumerable<ConfigurationChange> Compare<T>(string kind, IReadOnlyList<T>? before, IReadOnlyList<T>? after, Func<T, string> key)
        where T : new()
    {
        if (after is null)
        {
            yield break;
        }

        // What nobody has judged yet may have two of one name: the first is held against the first, the second against the second.
        var old = (before ?? []).ToLookup(key, Json, StringComparer.Ordinal);
        var current = after.ToLookup(key, Json, StringComparer.Ordinal);
        foreach (var name in old.Select(g => g.Key).Union(current.Select(g => g.Key), StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            JsonElement[] was = [.. old[name]];
            JsonElement[] becomes = [.. current[name]];
            for (var i = 0; i < Math.Max(was.Length, becomes.Length); i++)
            {
                if (i >= becomes.Length)
                {
                    yield return new ConfigurationChange(ChangeKind.Removed, kind, name, []);
                }
                else if (i >= was.Length)
                {
                    yield return new ConfigurationChange(ChangeKind.Added, kind, name, [.. Additions(becomes[i], Json(new T())).Where(m => !IsName(kind, m.Path))]);
                }
                else if (Members(string.Empty, was[i], becomes[i]).ToList() is { Count: > 0 } members)
                {
                    yield return new ConfigurationChange(ChangeKind.Changed, kind, name, members);
                }
            }
        }
    }

    private static bool IsName(string kind, string path) => path == (kind switch { "client" => "clientId", "policy" => "name", _ => kind });

    // An addition is told by what somebody wrote: members that are as they would be anyway say nothing.
    private static IEnumerable<MemberChange> Additions(JsonElement added, JsonElement defaults) =>
        Members(string.Empty, defaults, added).SelectMany(m => m.To is { } to ? Leaves(m.Path, to) : []);

    private static IEnumerable<MemberChange> Leaves(string path, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().SelectMany(p => Leaves(Join(path, p.Name), p.Value)),
        JsonValueKind.Array when value.EnumerateArray().Any(e => e.ValueKind is JsonValueKind.Object) => value.EnumerateArray().SelectMany((e, i) => Leaves($"{path}[{i}]", e)),
        JsonValueKind.Array when value.GetArrayLength() == 0 => [],
        _ => [Change(path, null, value)],
    };

    private static IEnumerable<MemberChange> Members(string path, JsonElement? from, JsonElement? to) => (from, to) switch
    {
        ({ } a, { } b) when JsonElement.DeepEquals(a, b) => [],
        ({ ValueKind: JsonValueKind.Object } a, { ValueKind: JsonValueKind.Object } b) =>
            b.EnumerateObject().Select(p => p.Name).Union(a.EnumerateObject().Select(p => p.Name), StringComparer.Ordinal)
                .SelectMany(name => Members(Join(path, name), Find(a, name), Find(b, name))),
        ({ ValueKind: JsonValueKind.Array } a, { ValueKind: JsonValueKind.Array } b) when HoldObjects(a, b) => Entries(path, a, b),
        _ => [Change(path, from, to)],
    };

    // What stands in both lists is no change, wherever it stands. As many left over on both sides are the same entries, edited; otherwise some came or went.
    private static List<MemberChange> Entries(string path, JsonElement from, JsonElement to)
    {
        var gone = Left(from, to);
        var came = Left(to, from);
        return (gone.Count, came.Count) switch
        {
            (0, 0) => [Change(path, from, to)],
            var (a, b) when a == b => [.. gone.Zip(came).SelectMany(pair => Members($"{path}[{pair.Second.Place}]", pair.First.Entry, pair.Second.Entry))],
            _ => [.. gone.Select(g => Change($"{path}[{g.Place}]", g.Entry, null)), .. came.Select(c => Change($"{path}[{c.Place}]", null, c.Entry))],
        };
    }

    // The entries of one list that another does not have as often.
    private static List<(JsonElement Entry, int Place)> Left(JsonElement list, JsonElement other)
    {
        var there = other.EnumerateArray().CountBy(e => e.GetRawText(), StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        var left = new List<(JsonElement, int)>();
        foreach (var (place, entry) in list.EnumerateArray().Index())
        {
            if (there.GetValueOrDefault(entry.GetRawText()) is > 0 and var count)
            {
                there[entry.GetRawText()] = count - 1;
            }
            else
            {
                left.Add((entry, place));
            }
        }

        return left;
    }

    private static MemberChange Change(string path, JsonElement? from, JsonElement? to) =>
        IsSecret(path) ? new MemberChange(path, from is null ? null : s_hidden, to is null ? null : s_hidden) : new MemberChange(path, from, to);

    private static bool HoldObjects(JsonElement a, JsonElement b) => a.EnumerateArray().Concat(b.EnumerateArray()).Any(e => e.ValueKind == JsonValueKind.Object);

    internal static JsonElement? Find(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value : null;

    internal static string Join(string path, string name) =>
        !IsPlain(name) ? $"{path}[{JsonSerializer.Serialize(name)}]" : path.Length == 0 ? name : $"{path}.{name}";

    // The name of a claim or a scope may hold a dot, and anything else.
    private static bool IsPlain(string name) => name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');

    internal static JsonElement Json<T>(T value) => JsonSerializer.SerializeToElement(value, ConfigurationJson.Compact);
}
