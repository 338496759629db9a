using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using TokenExchange.Core.Configuration;

namespace TokenExchange.Server.Configuration;

/// <summary>
/// Holds the JSON of a configuration, or of a part of one, against the members and types it can have, and says mistakes with their place and in words. The serializer
/// would stop at the first, speak of .NET types, and let a null in a list through to the validators. What is read may be hostile: nothing here grows beyond a few
/// times of what was sent.
/// </summary>
internal static class ConfigurationShape
{
    /// <summary>So many mistakes are said; who makes more needs no more of them to begin with.</summary>
    public const int MostProblems = 100;

    /// <summary>So many entries a list or map inside of a definition holds. Whoever needs more is better served by a tag, a claim or a second policy.</summary>
    public const int MostEntries = 1000;

    // A place names a member in so many characters of it, however long it is.
    private const int MostOfAName = 100;

    // A configuration holds as many of these as an organisation has.
    private static readonly Type[] s_definitions = [typeof(IssuerDefinition), typeof(ResourceDefinition), typeof(ClientDefinition), typeof(PurposeDefinition), typeof(PolicyDefinition)];

    /// <summary>
    /// Mistakes, e.g. <c>clients[0].enabled: write true or false</c>, of what shall be a <typeparamref name="T"/>. After <see cref="MostProblems"/> the search ends, and
    /// the last one says that there are more.
    /// </summary>
    public static IReadOnlyList<MemberProblem> Problems<T>(JsonElement json) =>
        MemberProblem.UpTo(MostProblems, Check(json, TypeInfo(typeof(T)), path: "", nullable: false, told: []));

    /// <summary>A type in the words of whoever writes the file.</summary>
    public static string Words(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var t when t == typeof(string) => "text",
        var t when t == typeof(bool) => "true or false",
        var t when t == typeof(int) || t == typeof(long) => "a whole number",
        var t when t == typeof(TimeSpan) => "a duration, hh:mm:ss",
        var t when t == typeof(DateTimeOffset) => "an instant, e.g. 2027-01-31T00:00:00Z",
        var t => TypeInfo(t).Kind is JsonTypeInfoKind.Enumerable ? "a list in [ ]" : "an object in { }",
    };

    // The types whose members were told go along: once is enough.
    private static IEnumerable<MemberProblem> Check(JsonElement json, JsonTypeInfo type, string path, bool nullable, HashSet<Type> told)
    {
        if (json.ValueKind == JsonValueKind.Null && nullable)
        {
            return [];
        }

        return (type.Kind, json.ValueKind) switch
        {
            (JsonTypeInfoKind.Dictionary, JsonValueKind.Object) when json.GetPropertyCount() > MostEntries => [TooMany(path)],
            (JsonTypeInfoKind.Enumerable, JsonValueKind.Array) when json.GetArrayLength() > MostEntries && !s_definitions.Contains(type.ElementType) => [TooMany(path)],
            (JsonTypeInfoKind.Object or JsonTypeInfoKind.Dictionary, JsonValueKind.Object) => Members(json, type, path, told),
            (JsonTypeInfoKind.Enumerable, JsonValueKind.Array) => json.EnumerateArray().SelectMany((e, i) => Check(e, TypeInfo(type.ElementType!), $"{path}[{i}]", nullable: false, told)),
            (JsonTypeInfoKind.None, not JsonValueKind.Null) when CanRead(json, type) => [],
            _ => [new MemberProblem(path, path.Length == 0 ? "the file must hold one object in { }" : $"write {Words(type.Type)}")],
        };
    }

    private static IEnumerable<MemberProblem> Members(JsonElement json, JsonTypeInfo type, string path, HashSet<Type> told)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in json.EnumerateObject())
        {
            var place = Join(path, member.Name);
            if (!seen.Add(member.Name))
            {
                yield return new MemberProblem(place, "is written twice");
            }
            else if (type.ElementType is { } element)
            {
                foreach (var problem in Check(member.Value, TypeInfo(element), place, nullable: false, told))
                {
                    yield return problem;
                }
            }
            else if (type.Properties.FirstOrDefault(p => p.Name == member.Name) is { } property)
            {
                foreach (var problem in Check(member.Value, TypeInfo(property.PropertyType), place, property.IsSetNullable, told))
                {
                    yield return problem;
                }
            }
            else
            {
                yield return new MemberProblem(place, told.Add(type.Type) ? $"is not a member; write one of {string.Join(", ", type.Properties.Select(p => p.Name))}" : "is not a member");
            }
        }
    }

    private static bool CanRead(JsonElement json, JsonTypeInfo type)
    {
        try
        {
            json.Deserialize(type);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static MemberProblem TooMany(string path) => new(path, $"write at most {MostEntries} entries");

    private static string Join(string path, string name)
    {
        // Not between the two halves of one character.
        var end = name.Length > MostOfAName && char.IsHighSurrogate(name[MostOfAName - 1]) ? MostOfAName - 1 : MostOfAName;
        var shown = name.Length > MostOfAName ? $"{name[..end]}…" : name;
        return path.Length == 0 ? shown : $"{path}.{shown}";
    }

    private static JsonTypeInfo TypeInfo(Type type) => ConfigurationJson.Compact.GetTypeInfo(type);
}
