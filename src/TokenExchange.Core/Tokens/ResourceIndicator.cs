using System.Diagnostics.CodeAnalysis;

namespace TokenExchange.Core.Tokens;

/// <summary>
/// Names a relying app's API by an absolute URI (RFC 8707 §2): no fragment, no query, no user information, at most <see cref="MaxLength"/> characters.
/// With and without a trailing slash it is the same resource; scheme and host are compared without case and a default port counts as absent.
/// </summary>
public sealed class ResourceIndicator : IEquatable<ResourceIndicator>
{
    /// <summary>The longest indicator accepted, in characters.</summary>
    public const int MaxLength = 512;

    private readonly string _canonical;

    private ResourceIndicator(string value, string canonical) => (Value, _canonical) = (value, canonical);

    /// <summary>The indicator exactly as it was written.</summary>
    public string Value { get; }

    /// <summary>The form used to compare: two indicators of one resource have the same key.</summary>
    public string Key => _canonical;

    /// <summary>Reads an indicator; false when it is not an absolute URI of the allowed form.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ResourceIndicator? resource)
    {
        resource = null;
        if (string.IsNullOrEmpty(text) || text.Length > MaxLength || !text.All(c => c is > '\x20' and < '\x7F' and not ('"' or '<' or '>' or '\\' or '^' or '`' or '{' or '|' or '}')))
        {
            return false;
        }

        if (text.Contains('#', StringComparison.Ordinal) || text.Contains('?', StringComparison.Ordinal) || HasBrokenEscape(text)
            || !Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.UserInfo.Length > 0 || uri.IsFile
            || !text.StartsWith(uri.Scheme + ":", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var hierarchical = text.AsSpan(uri.Scheme.Length + 1).StartsWith("//", StringComparison.Ordinal);
        if (hierarchical && (uri.Host.Length == 0 || HasUserInformation(text.AsSpan(uri.Scheme.Length + 3))))
        {
            return false;
        }

        // The brackets of an IPv6 address stay: without them the address and the port run into each other.
        var host = uri.HostNameType == UriHostNameType.IPv6 ? $"[{uri.IdnHost}]" : uri.IdnHost;
        resource = new ResourceIndicator(text, hierarchical
            ? $"{uri.Scheme}://{host.ToLowerInvariant()}{(uri.IsDefaultPort ? string.Empty : $":{uri.Port}")}{uri.AbsolutePath.TrimEnd('/')}"
            : $"{uri.Scheme}:{text.AsSpan(uri.Scheme.Length + 1)}");
        return true;
    }

    /// <summary>Reads an indicator that is known to be right.</summary>
    /// <exception cref="FormatException">It is not.</exception>
    public static ResourceIndicator Parse(string text) =>
        TryParse(text, out var resource) ? resource : throw new FormatException($"'{text}' is not a resource indicator (RFC 8707 §2).");

    /// <inheritdoc />
    public bool Equals(ResourceIndicator? other) => other is not null && string.Equals(_canonical, other._canonical, StringComparison.Ordinal);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as ResourceIndicator);

    /// <inheritdoc />
    public override int GetHashCode() => string.GetHashCode(_canonical, StringComparison.Ordinal);

    /// <inheritdoc />
    public override string ToString() => Value;

    // Uri.UserInfo is empty for an empty user name, too.
    private static bool HasUserInformation(ReadOnlySpan<char> afterScheme) =>
        (afterScheme.IndexOf('/') is >= 0 and var end ? afterScheme[..end] : afterScheme).Contains('@');

    // RFC 3986 §2.1: "%" HEXDIG HEXDIG. Uri takes a lone "%" for "%25", and two texts would then name one resource.
    private static bool HasBrokenEscape(string text)
    {
        for (var at = text.IndexOf('%', StringComparison.Ordinal); at >= 0; at = text.IndexOf('%', at + 1))
        {
            if (at + 2 >= text.Length || !char.IsAsciiHexDigit(text[at + 1]) || !char.IsAsciiHexDigit(text[at + 2]))
            {
                return true;
            }
        }

        return false;
    }
}
