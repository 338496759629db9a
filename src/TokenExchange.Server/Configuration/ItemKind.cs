using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Tokens;

namespace TokenExchange.Server.Configuration;

/// <summary>One definition as it was read.</summary>
/// <param name="Definition">The definition.</param>
/// <param name="Tag">Opaque, and another one for other content: who changes the definition says with it what they have seen.</param>
public sealed record Item<T>(T Definition, string Tag);

/// <summary>A section of the configuration whose items are edited one at a time: where they stand and what identifies one.</summary>
public abstract class ItemKind<T>
    where T : class, new()
{
    private readonly Func<T, string> _nameOf;
    private readonly Func<string, string> _keyOf;
    private readonly Func<ExchangeConfiguration, IReadOnlyList<T>?> _read;
    private readonly Func<ExchangeConfiguration, IReadOnlyList<T>, ExchangeConfiguration> _write;

    private protected ItemKind(
        string word, string section, string nameMember, string distinctMember, Func<T, string> nameOf, Func<ExchangeConfiguration, IReadOnlyList<T>?> read,
        Func<ExchangeConfiguration, IReadOnlyList<T>, ExchangeConfiguration> write, Func<string, string>? keyOf = null)
    {
        (Word, Section, NameMember, DistinctMember, _nameOf, _read, _write, _keyOf) = (word, section, nameMember, distinctMember, nameOf, read, write, keyOf ?? (name => name));
    }

    /// <summary>What one is called, as in <see cref="ConfigurationChange.Kind"/>.</summary>
    public string Word { get; }

    /// <summary>The member of the whole configuration that holds them.</summary>
    internal string Section { get; }

    /// <summary>The member that identifies one; it never changes.</summary>
    internal string NameMember { get; }

    /// <summary>The member that must also be another for each, which the validator says of the section.</summary>
    internal string DistinctMember { get; }

    /// <summary>What identifies an item.</summary>
    public string NameOf(T item) => _nameOf(item);

    /// <summary>Whether two names are one.</summary>
    internal bool AreSame(string name, string other) => string.Equals(_keyOf(name), _keyOf(other), StringComparison.Ordinal);

    /// <summary>All of them.</summary>
    internal IReadOnlyList<T> Of(ExchangeConfiguration configuration) => _read(configuration) ?? [];

    /// <summary>The place of one; -1 when there is none of this name.</summary>
    internal int IndexOf(IReadOnlyList<T> items, string name) => items.Index().Where(i => AreSame(NameOf(i.Item), name)).Select(i => i.Index).DefaultIfEmpty(-1).First();

    /// <summary>One of them as it is there, or null.</summary>
    internal Item<T>? Find(ExchangeConfiguration configuration, string name) => Of(configuration) is var items && IndexOf(items, name) is >= 0 and var place ? Tagged(items[place]) : null;

    /// <summary>A configuration with these and no other section.</summary>
    internal ExchangeConfiguration Alone(IReadOnlyList<T> items) => _write(new ExchangeConfiguration(), items);

    /// <summary>The same configuration with these instead of what the section held.</summary>
    internal ExchangeConfiguration With(ExchangeConfiguration configuration, IReadOnlyList<T> items) => _write(configuration, items);

    /// <summary>The item with its tag.</summary>
    internal static Item<T> Tagged(T item) => new(item, Base64Url.EncodeToString(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(item, ConfigurationJson.Compact))));
}

/// <summary>Parties: items that are edited directly, and can be disabled.</summary>
public sealed class PartyKind<T> : ItemKind<T>
    where T : class, new()
{
    internal PartyKind(
        string word, string section, string nameMember, string distinctMember, Func<T, string> nameOf, Func<ExchangeConfiguration, IReadOnlyList<T>?> read,
        Func<ExchangeConfiguration, IReadOnlyList<T>, ExchangeConfiguration> write, Func<T, bool, T> enable, Func<string, string>? keyOf = null)
        : base(word, section, nameMember, distinctMember, nameOf, read, write, keyOf) => Enable = enable;

    /// <summary>The same party, enabled or not.</summary>
    internal Func<T, bool, T> Enable { get; }
}

/// <summary>Items that are edited in drafts, and hold once a draft is published.</summary>
public sealed class DraftedKind<T> : ItemKind<T>
    where T : class, new()
{
    internal DraftedKind(
        string word, string section, string nameMember, Func<T, string> nameOf, Func<ExchangeConfiguration, IReadOnlyList<T>?> read,
        Func<ExchangeConfiguration, IReadOnlyList<T>, ExchangeConfiguration> write)
        : base(word, section, nameMember, nameMember, nameOf, read, write)
    {
    }
}

/// <summary>The kinds of items there are.</summary>
public static class ItemKinds
{
    /// <summary>Trusted issuers, by their exact <c>iss</c>.</summary>
    public static PartyKind<IssuerDefinition> Issuers { get; } =
        new("issuer", "issuers", "issuer", "subjectPrefix", i => i.Issuer, c => c.Issuers, (c, items) => c with { Issuers = items }, (i, enabled) => i with { Enabled = enabled });

    /// <summary>Resources, by their URI; with and without trailing slash is one.</summary>
    public static PartyKind<ResourceDefinition> Resources { get; } = new(
        "resource", "resources", "resource", "resource", r => r.Resource, c => c.Resources, (c, items) => c with { Resources = items }, (r, enabled) => r with { Enabled = enabled },
        name => ResourceIndicator.TryParse(name, out var resource) ? resource.Key : name);

    /// <summary>Clients of every kind, by their id.</summary>
    public static PartyKind<ClientDefinition> Clients { get; } =
        new("client", "clients", "clientId", "clientId", c => c.ClientId, c => c.Clients, (c, items) => c with { Clients = items }, (c, enabled) => c with { Enabled = enabled });

    /// <summary>Purposes, by their id; edited in drafts.</summary>
    public static DraftedKind<PurposeDefinition> Purposes { get; } =
        new("purpose", "purposes", "purpose", p => p.Purpose, c => c.Purposes, (c, items) => c with { Purposes = items });

    /// <summary>Policies, by their name; edited in drafts.</summary>
    public static DraftedKind<PolicyDefinition> Policies { get; } =
        new("policy", "policies", "name", p => p.Name, c => c.Policies, (c, items) => c with { Policies = items });
}
