using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using TokenExchange.Core.Protocol;
using TokenExchange.Core.Tokens;

namespace TokenExchange.Client;

/// <summary>
/// Turns the token endpoint's answer into a result (RFC 8693 §2.2). Nothing is taken on trust: an answer that is neither a token of the kind
/// asked for nor an OAuth error is an outage.
/// </summary>
internal static partial class TokenAnswer
{
    /// <param name="answer">What came back.</param>
    /// <param name="asked">What was asked.</param>
    /// <param name="askedAt">When: the lifetime counts from before the request left, so it never ends later here than at the server.</param>
    /// <exception cref="TokenExchangeException">The server is unavailable, or this is no answer to what was asked.</exception>
    public static ExchangeResult Read(Backchannel.Answer answer, ExchangeForm asked, DateTimeOffset askedAt) => (int)answer.StatusCode switch
    {
        200 => ReadToken(answer, asked, askedAt),
        >= 300 and < 400 => throw answer.Unusable($"answered with a redirect ({(int)answer.StatusCode}), which is not followed: it would carry the subject token elsewhere."),
        429 => throw answer.Unusable("answered 429: too many requests."),
        >= 400 and < 500 => ReadRefusal(answer),
        var status => throw answer.Unusable($"answered {status}; nothing was issued."),
    };

    private static ExchangeResult.Succeeded ReadToken(Backchannel.Answer answer, ExchangeForm asked, DateTimeOffset askedAt)
    {
        using var json = JsonAnswer.Parse(answer);
        var token = JsonAnswer.FindString(json, "access_token");
        if (token is null || !BearerToken().IsMatch(token))
        {
            throw answer.Unusable("answered without an access_token that can be sent as a bearer token (RFC 6750 §2.1).");
        }

        Expect(answer, json, "issued_token_type", TokenTypes.AccessToken, StringComparison.Ordinal);
        Expect(answer, json, "token_type", "Bearer", StringComparison.OrdinalIgnoreCase);
        if (asked.Purpose is not null)
        {
            Expect(answer, json, ClaimNames.Purpose, asked.Purpose, StringComparison.Ordinal);
        }

        if (!json.RootElement.TryGetProperty("expires_in", out var expiresIn) || expiresIn.ValueKind != JsonValueKind.Number || !expiresIn.TryGetInt32(out var seconds) || seconds <= 0)
        {
            throw answer.Unusable("answered without an expires_in that is a whole number of seconds above zero.");
        }

        var scopes = asked.Scopes;
        if (json.RootElement.TryGetProperty("scope", out _) && !ScopeSet.TryParse(JsonAnswer.FindString(json, "scope"), out scopes))
        {
            throw answer.Unusable("answered with a scope that is not a list of scopes (RFC 6749 §3.3).");
        }

        var lifetime = TimeSpan.FromSeconds(seconds);
        return new(new IssuedToken(token, lifetime, askedAt + lifetime, scopes, JsonAnswer.FindString(json, ClaimNames.Purpose)));
    }

    private static ExchangeResult.Refused ReadRefusal(Backchannel.Answer answer)
    {
        using var json = JsonAnswer.TryParse(answer);
        if (json is null || JsonAnswer.FindString(json, "error") is not { } error)
        {
            throw answer.Unusable($"answered {(int)answer.StatusCode} without an OAuth error (RFC 6749 §5.2). Is it the server's token endpoint?");
        }

        string[] acrValues = JsonAnswer.Plain(JsonAnswer.FindString(json, "acr_values"))?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        return new(
            JsonAnswer.Plain(error)!,
            JsonAnswer.Plain(JsonAnswer.FindString(json, "error_description")),
            JsonAnswer.Plain(JsonAnswer.FindString(json, "error_uri")),
            acrValues,
            ReadMaxAge(json),
            answer.StatusCode);
    }

    private static TimeSpan? ReadMaxAge(JsonDocument json) =>
        json.RootElement.TryGetProperty("max_age", out var value)
        && (value.ValueKind == JsonValueKind.Number ? value.TryGetInt32(out var seconds) : int.TryParse(JsonAnswer.FindString(json, "max_age"), out seconds))
        && seconds >= 0
            ? TimeSpan.FromSeconds(seconds)
            : null;

    private static void Expect(Backchannel.Answer answer, JsonDocument json, string name, string expected, StringComparison comparison)
    {
        var actual = JsonAnswer.FindString(json, name);
        if (!string.Equals(actual, expected, comparison))
        {
            throw answer.Unusable($"answered with the {name} '{JsonAnswer.Plain(actual)}' where '{expected}' was expected.");
        }
    }

    [GeneratedRegex(@"\A[A-Za-z0-9\-._~+/]+=*\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex BearerToken();
}
