using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace TokenExchange.Core.Tokens;

/// <summary>
/// A set of scope tokens (RFC 6749 §3.3): distinct, ordered ordinally, each made of printable ASCII without space, <c>"</c> and <c>\</c>.
/// Two sets are equal when they hold the same scopes, whatever the order they were written in.
/// </summary>
public sealed class ScopeSet : IReadOnlyCollection<string>, IEquatable<ScopeSet>
{
    /// <summary>The longest scope parameter accepted, in characters.</summary>
    public const int MaxLength = 4096;

    private readonly string[] _scopes;

    private ScopeSet(IEnumerable<string> scopes) => _scopes = [.. scopes.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>The set without scopes.</summary>
    public static ScopeSet Empty { get; } = new([]);

    /// <inheritdoc />
    public int Count => _scopes.Length;

    /// <summary>Whether the set holds no scope.</summary>
    public bool IsEmpty => _scopes.Length == 0;

    /// <summary>Reads a space-separated scope string. Empty input, doubled or outer spaces and characters outside RFC 6749 §3.3 are refused.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ScopeSet? scopes)
    {
        scopes = null;
        if (string.IsNullOrEmpty(text) || text.Length > MaxLength)
        {
            return false;
        }

        return TryCreate(text.Split(' '), out scopes);
    }

    /// <summary>Makes a set of single scopes; false when one of them is not a scope token.</summary>
    public static bool TryCreate(IEnumerable<string> scopes, [NotNullWhen(true)] out ScopeSet? set)
    {
        ArgumentNullException.ThrowIfNull(scopes);
        var list = scopes.ToArray();
        set = list.All(IsScopeToken) ? new ScopeSet(list) : null;
        return set is not null;
    }

    /// <summary>Makes a set of single scopes that are known to be right.</summary>
    /// <exception cref="ArgumentException">One of them is not a scope token.</exception>
    public static ScopeSet Of(params IEnumerable<string> scopes) =>
        TryCreate(scopes, out var set) ? set : throw new ArgumentException("Not a scope token (RFC 6749 §3.3).", nameof(scopes));

    /// <summary>Whether <paramref name="text"/> is one scope token of RFC 6749 §3.3.</summary>
    public static bool IsScopeToken([NotNullWhen(true)] string? text) =>
        !string.IsNullOrEmpty(text) && text.All(c => c is '\x21' or (>= '\x23' and <= '\x5B') or (>= '\x5D' and <= '\x7E'));

    /// <summary>Whether the scope is in the set; scopes are case-sensitive.</summary>
    public bool Contains(string scope) => Array.BinarySearch(_scopes, scope, StringComparer.Ordinal) >= 0;

    /// <summary>Whether every scope of this set is in <paramref name="other"/>.</summary>
    public bool IsSubsetOf(ScopeSet other) => _scopes.All(other.Contains);

    /// <summary>The scopes in both sets.</summary>
    public ScopeSet Intersect(ScopeSet other) => new(_scopes.Where(other.Contains));

    /// <summary>The scopes of this set that are not in <paramref name="other"/>.</summary>
    public ScopeSet Except(ScopeSet other) => new(_scopes.Where(s => !other.Contains(s)));

    /// <summary>The scopes in either set.</summary>
    public ScopeSet Union(ScopeSet other) => new(_scopes.Concat(other._scopes));

    /// <inheritdoc />
    public bool Equals(ScopeSet? other) => other is not null && _scopes.AsSpan().SequenceEqual(other._scopes);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as ScopeSet);

    /// <inheritdoc />
    public override int GetHashCode() => string.GetHashCode(ToString(), StringComparison.Ordinal);

    /// <summary>The scopes joined by single spaces, as they stand on the wire.</summary>
    public override string ToString() => string.Join(' ', _scopes);

    /// <inheritdoc />
    public IEnumerator<string> GetEnumerator() => ((IEnumerable<string>)_scopes).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
