using TokenExchange.Core.Protocol;
using TokenExchange.Core.Tokens;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Exchange;

namespace TokenExchange.Server.Assertions;

/// <summary>Verifies subject tokens, own and foreign. Owns everything about whether a token is genuine and current; knows nothing of purposes and policies.</summary>
public sealed class SubjectTokens(SessionAssertions assertions, OwnTokens ownTokens)
{
    /// <summary>Verifies the subject token of a request made by <paramref name="clientId"/>.</summary>
    public async Task<Checked<SubjectToken>> VerifyAsync(ExchangeRequest request, string clientId, Catalog catalog, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!CompactJwt.TryParse(request.SubjectToken, out var jwt))
        {
            return RefusalReason.SubjectTokenMalformed;
        }

        return request.SubjectTokenType == TokenTypes.AccessToken
            ? await ownTokens.VerifySubjectAsync(jwt, catalog, now, cancellationToken)
            : await assertions.VerifyAsync(jwt, request.SubjectTokenType, clientId, catalog, now, cancellationToken);
    }
}
