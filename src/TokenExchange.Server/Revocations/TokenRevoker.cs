using TokenExchange.Core.Protocol;
using TokenExchange.Core.Tokens;
using TokenExchange.Server.Api;
using TokenExchange.Server.Assertions;
using TokenExchange.Server.Exchange;
using TokenExchange.Storage.Audit;
using TokenExchange.Storage.Delegations;
using TokenExchange.Storage.Revocations;

namespace TokenExchange.Server.Revocations;

/// <summary>Revokes a token at the wish of the agent it was issued to (RFC 7009), with everything derived from it.</summary>
public sealed class TokenRevoker(OwnTokens ownTokens, ApiTokens apiTokens, DelegationStore delegations, RevocationStore revocations, TimeProvider clock)
{
    /// <summary>
    /// Revokes. True also when there is nothing to revoke: a token that is unknown, expired or revoked already is what the client wanted (§2.2).
    /// False when the token is another client's (§2.1).
    /// </summary>
    public async Task<bool> RevokeAsync(string token, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        if (!CompactJwt.TryParse(token, out var jwt))
        {
            return true;
        }

        // Only tokens for the API name no actor.
        if (!jwt.Payload.TryGetProperty(ClaimNames.Actor, out _))
        {
            return await apiTokens.ReadAsync(token) is not { } apiToken || await RevokeAsync(apiToken, token, caller, cancellationToken);
        }

        if (!(await ownTokens.ReadAsync(jwt)).Passed(out var read, out _)
            || await delegations.FindTokenAsync(read.Id, cancellationToken) is not { } issued)
        {
            return true;
        }

        if (!string.Equals(issued.ClientId, caller.ClientId, StringComparison.Ordinal))
        {
            return false;
        }

        await revocations.RevokeAsync(Root.Token(issued.Id), caller.ClientId, new ExchangeRecord
        {
            At = clock.GetUtcNow(),
            Kind = RecordKind.Revocation,
            Reason = "revoked",
            ClientId = caller.ClientId,
            Subject = read.Subject,
            SubjectIssuer = issued.Delegation.SubjectIssuer,
            Chain = read.Chain.ToJson().ToJsonString(),
            Purpose = read.Purpose,
            Resource = read.Audience.Value,
            Delegation = read.Delegation,
            Session = read.Session,
            TokenId = read.Id,
            ParentTokenId = issued.Ancestors.Count > 0 ? issued.Ancestors[^1] : null,
            SubjectTokenHash = Fingerprint.OfToken(token),
            Source = caller.Source?.ToString(),
        }, cancellationToken);
        return true;
    }

    private async Task<bool> RevokeAsync(ApiToken apiToken, string token, Caller caller, CancellationToken cancellationToken)
    {
        if (!string.Equals(apiToken.ClientId, caller.ClientId, StringComparison.Ordinal))
        {
            return false;
        }

        await revocations.RevokeAsync(Root.Token(apiToken.Id), caller.ClientId, new ExchangeRecord
        {
            At = clock.GetUtcNow(),
            Kind = RecordKind.Revocation,
            Reason = "revoked",
            ClientId = caller.ClientId,
            Resource = apiToken.Issuer,
            TokenId = apiToken.Id,
            SubjectTokenHash = Fingerprint.OfToken(token),
            Source = caller.Source?.ToString(),
        }, cancellationToken);
        return true;
    }
}
