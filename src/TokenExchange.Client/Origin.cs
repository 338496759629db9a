using System.Diagnostics.CodeAnalysis;

namespace TokenExchange.Client;

/// <summary>
/// Scheme, host and port of a URL that a token or secret may be sent to (RFC 6454 §4): https, or http on this machine.
/// There is no value for any other URL, so code that holds an origin has checked the transport.
/// </summary>
internal readonly record struct Origin
{
    private Origin(Uri uri) => (Scheme, Host, Port) = (uri.Scheme, uri.IdnHost.ToLowerInvariant(), uri.Port);

    public string Scheme { get; }

    public string Host { get; }

    public int Port { get; }

    /// <summary>The origin of a URL; false when it is relative, names user information, or is neither https nor http on loopback.</summary>
    public static bool TryOf([NotNullWhen(true)] Uri? uri, out Origin origin)
    {
        origin = default;
        if (uri is not { IsAbsoluteUri: true, UserInfo.Length: 0, IdnHost.Length: > 0 } || !(uri.Scheme is "https" || (uri.Scheme is "http" && uri.IsLoopback)))
        {
            return false;
        }

        origin = new Origin(uri);
        return true;
    }

    /// <summary>Reads an origin as people write it in options: nothing may follow host and port but one slash.</summary>
    public static bool TryParse(string? text, out Origin origin)
    {
        origin = default;
        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.PathAndQuery is "/" && uri.Fragment.Length == 0 && TryOf(uri, out origin);
    }

    public override string ToString() => new UriBuilder(Scheme, Host, Port).Uri.GetLeftPart(UriPartial.Authority);
}
