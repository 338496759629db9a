using System.Text.Json;

namespace TokenExchange.Core.Configuration;

/// <summary>What one configuration changes of another, as lines people can read: <c>+ client inbox-agent</c>, <c>~ …</c>, <c>- …</c>.</summary>
public static class ConfigurationDifference
{
    /// <summary>Compares; sections that are null in <paramref name="after"/> are left out.</summary>
    public static IReadOnlyList<string> Between(ExchangeConfiguration before, ExchangeConfiguration after)
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

    private static IEnumerable<string> Compare<T>(string kind, IReadOnlyList<T>? before, IReadOnlyList<T>? after, Func<T, string> key)
    {
        if (after is null)
        {
            yield break;
        }

        var old = (before ?? []).ToDictionary(key, Write, StringComparer.Ordinal);
        var current = after.ToDictionary(key, Write, StringComparer.Ordinal);
        foreach (var name in old.Keys.Union(current.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var was = old.GetValueOrDefault(name);
            var becomes = current.GetValueOrDefault(name);
            if (!string.Equals(was, becomes, StringComparison.Ordinal))
            {
                yield return $"{(was is null ? '+' : becomes is null ? '-' : '~')} {kind} {name}";
            }
        }
    }

    private static string Write<T>(T value) => JsonSerializer.Serialize(value, ConfigurationJson.Compact);
}
