using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using TokenExchange.Core.Configuration;

namespace TokenExchange.Server.Configuration;

/// <summary>
/// Holds the JSON of a configuration, or of a part of one, against the members and types it can have, and says every mistake with its place and in words. The serializer
/// would stop at the first, speak of .NET types, and let a null in a list through to the validators.
/// </summary>
internal static class ConfigurationShape
{
    /// <summary>Every mistake, e.g. <c>clients[0].enabled: write true or false</c>, of what shall be a <typeparamref name="T"/>.</summary>
    public static IReadOnlyList<MemberProblem> Problems<T>(JsonElement json) => [.. Check(json, TypeInfo(typeof(T)), path: "", nullable: false)];

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

    private static IEnumerable<MemberProblem> Check(JsonElement json, JsonTypeInfo type, string path, bool nullable)
    {
        if (json.ValueKind == JsonValueKind.Null && nullable)
        {
            return [];
        }

        return (type.Kind, json.ValueKind) switch
        {
            (JsonTypeInfoKind.Object or JsonTypeInfoKind.Dictionary, JsonValueKind.Object) => Members(json, type, path),
            (JsonTypeInfoKind.Enumerable, JsonValueKind.Array) => json.EnumerateArray().SelectMany((e, i) => Check(e, TypeInfo(type.ElementType!), $"{path}[{i}]", nullable: false)),
            (JsonTypeInfoKind.None, not JsonValueKind.Null) when CanRead(json, type) => [],
            _ => [new MemberProblem(path, path.Length == 0 ? "the file must hold one object in { }" : $"write {Words(type.Type)}")],
        };
    }

    private static List<MemberProblem> Members(JsonElement json, JsonTypeInfo type, string path)
    {
        var problems = new List<MemberProblem>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in json.EnumerateObject())
        {
            var place = Join(path, member.Name);
            if (!seen.Add(member.Name))
            {
                problems.Add(new MemberProblem(place, "is written twice"));
            }
            else if (type.ElementType is { } element)
            {
                problems.AddRange(Check(member.Value, TypeInfo(element), place, nullable: false));
            }
            else if (type.Properties.FirstOrDefault(p => p.Name == member.Name) is { } property)
            {
                problems.AddRange(Check(member.Value, TypeInfo(property.PropertyType), place, property.IsSetNullable));
            }
            else
            {
                problems.Add(new MemberProblem(place, $"is not a member; write one of {string.Join(", ", type.Properties.Select(p => p.Name))}"));
            }
        }

        return problems;
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

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private static JsonTypeInfo TypeInfo(Type type) => ConfigurationJson.Compact.GetTypeInfo(type);
}
