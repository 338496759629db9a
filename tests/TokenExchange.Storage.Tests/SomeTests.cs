using System.Collections;
using System.Reflection;
using System.Text.Json;
using TokenExchange.Core.Configuration;

namespace TokenExchange.Storage.Tests;

/// <summary>The sample that is written and read back: a member that it lacks could be lost without a test noticing.</summary>
public sealed class SomeTests
{
    [Fact]
    public void It_sets_every_member_of_every_definition()
    {
        var definitions = new List<object>();
        Collect(Some.Everything(), definitions);

        var members = definitions.GroupBy(d => d.GetType()).SelectMany(g => g.Key.GetProperties().Select(p => (Type: g.Key, Member: p, Definitions: g.ToList()))).ToList();

        members.Select(m => m.Type).Distinct().ShouldBe(
            typeof(ExchangeConfiguration).Assembly.GetTypes().Where(t => IsDefinition(t) && t.GetConstructor([]) is not null),
            ignoreOrder: true);
        members.Where(m => m.Definitions.TrueForAll(d => IsDefault(m.Member, d)))
            .Select(m => $"{m.Type.Name}.{m.Member.Name} has its default wherever it is in {nameof(Some.Everything)}")
            .ShouldBeEmpty();

        static bool IsDefault(PropertyInfo member, object definition) =>
            string.Equals(Text(member.GetValue(definition)), Text(member.GetValue(Activator.CreateInstance(member.DeclaringType!))), StringComparison.Ordinal);
    }

    private static bool IsDefinition(Type type) => type.IsClass && !type.Name.StartsWith('<') && !type.IsSubclassOf(typeof(System.Text.Json.Serialization.JsonConverter)) && string.Equals(type.Namespace, typeof(ExchangeConfiguration).Namespace, StringComparison.Ordinal);

    private static void Collect(object? value, List<object> definitions)
    {
        if (value is IDictionary dictionary)
        {
            Collect(dictionary.Values, definitions);
        }
        else if (value is IEnumerable items and not string)
        {
            foreach (var item in items)
            {
                Collect(item, definitions);
            }
        }
        else if (value?.GetType() is { } type && IsDefinition(type))
        {
            definitions.Add(value);
            foreach (var property in type.GetProperties())
            {
                Collect(property.GetValue(value), definitions);
            }
        }
    }

    private static string Text(object? value) => JsonSerializer.Serialize(value, ConfigurationJson.Compact);
}
