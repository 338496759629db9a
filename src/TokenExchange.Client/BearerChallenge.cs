using System.Globalization;
using System.Net;
using System.Text;

namespace TokenExchange.Client;

/// <summary>What a relying app says in <c>WWW-Authenticate: Bearer</c> (RFC 6750 §3) with a 401: why the token is not enough.</summary>
/// <param name="Error">The error code.</param>
/// <param name="AcrValues">With step-up (RFC 9470 §3): what the sign-in must reach one of; otherwise empty.</param>
/// <param name="MaxAge">With step-up: how old the sign-in may be.</param>
internal sealed record BearerChallenge(string Error, IReadOnlyList<string> AcrValues, TimeSpan? MaxAge)
{
    private const int MaxValues = 32;

    /// <summary>The first bearer challenge of a 401 that names an error; null when there is none.</summary>
    public static BearerChallenge? Find(HttpResponseMessage response) =>
        response.StatusCode != HttpStatusCode.Unauthorized
            ? null
            : response.Headers.WwwAuthenticate
                .Where(c => string.Equals(c.Scheme, "Bearer", StringComparison.OrdinalIgnoreCase) && c.Parameter is not null)
                .Select(c => Read(c.Parameter!)).OfType<BearerChallenge>().FirstOrDefault();

    private static BearerChallenge? Read(string text)
    {
        var parameters = ReadParameters(text);
        if (parameters is null || !parameters.TryGetValue("error", out var error))
        {
            return null;
        }

        string[] acrValues = [.. (JsonAnswer.Plain(parameters.GetValueOrDefault("acr_values")) ?? string.Empty).Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(MaxValues)];
        TimeSpan? maxAge = int.TryParse(parameters.GetValueOrDefault("max_age"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds) : null;
        return new BearerChallenge(error, acrValues, maxAge);
    }

    // auth-param = token "=" ( token / quoted-string ), separated by commas (RFC 9110 §11.2). Null when it is written otherwise.
    private static Dictionary<string, string>? ReadParameters(string text)
    {
        var parameters = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var rest = text.AsSpan();
        while (!(rest = rest.TrimStart(" \t,")).IsEmpty)
        {
            var end = rest.IndexOf('=');
            if (end < 1)
            {
                return null;
            }

            var name = rest[..end].TrimEnd(" \t").ToString();
            rest = rest[(end + 1)..].TrimStart(" \t");
            if (!TryReadValue(ref rest, out var value))
            {
                return null;
            }

            // Said twice, the first counts.
            parameters.TryAdd(name, value);
        }

        return parameters;
    }

    private static bool TryReadValue(ref ReadOnlySpan<char> rest, out string value)
    {
        if (rest.IsEmpty || rest[0] != '"')
        {
            var end = rest.IndexOfAny(" \t,");
            value = (end < 0 ? rest : rest[..end]).ToString();
            rest = end < 0 ? [] : rest[end..];
            return true;
        }

        var text = new StringBuilder();
        for (var i = 1; i < rest.Length; i++)
        {
            if (rest[i] == '"')
            {
                value = text.ToString();
                rest = rest[(i + 1)..];
                return true;
            }

            if (rest[i] == '\\' && i + 1 < rest.Length)
            {
                i++;
            }

            text.Append(rest[i]);
        }

        value = string.Empty;
        return false;
    }
}
