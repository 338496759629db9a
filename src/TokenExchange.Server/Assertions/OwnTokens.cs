using Microsoft.Extensions.Options;
using TokenExchange.Core.Policies;
using TokenExchange.Core.Protocol;
using TokenExchange.Core.Tokens;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Exchange;
using TokenExchange.Server.Keys;
using TokenExchange.Server.Settings;
using TokenExchange.Storage.Delegations;
using TokenExchange.Storage.Revocations;

namespace TokenExchange.Server.Assertions;

/// <summary>
/// Verifies actor tokens issued here: the one judge of whether an own token is still good, for exchange, introspection, evaluation and revocation alike.
/// </summary>
public sealed class OwnTokens(SigningKeys signingKeys, DelegationStore delegations, RevocationStore revocations, IOptions<ExchangeSettings> settings, TimeProvider clock)
{
    private readonly string _issuer = settings.Value.Issuer;

    /// <summary>Verifies an own token presented as a subject token.</summary>
    public async Task<Checked<SubjectToken>> VerifySubjectAsync(CompactJwt jwt, Catalog catalog, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!(await VerifyAsync(jwt, catalog, now, cancellationToken)).Passed(out var own, out var refusal))
        {
            return refusal;
        }

        return own;
    }

    /// <summary>Verifies an own token: genuine, current, remembered, and nothing it hangs below revoked or disabled.</summary>
    public async Task<Checked<SubjectToken.OwnToken>> VerifyAsync(CompactJwt jwt, Catalog catalog, DateTimeOffset now, CancellationToken cancellationToken) =>
        (await ReadAsync(jwt)).Passed(out var token, out var refusal) ? await JudgeAsync(token, catalog, now, cancellationToken) : refusal;

    /// <summary>Judges an own token that was read: whether it is still good.</summary>
    public async Task<Checked<SubjectToken.OwnToken>> JudgeAsync(ActorToken token, Catalog catalog, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(token);
        if (token.ExpiresAt <= now)
        {
            return RefusalReason.SubjectTokenExpired;
        }

        if (await delegations.FindTokenAsync(token.Id, cancellationToken) is not { } issued)
        {
            return new Refusal(RefusalReason.SubjectTokenRevoked, "not remembered");
        }

        if (await revocations.AnyAsync(issued.Roots, issued.LentAt, cancellationToken))
        {
            return RefusalReason.SubjectTokenRevoked;
        }

        if (Disabled(token, issued, catalog, now) is { } disabled)
        {
            return new Refusal(RefusalReason.SubjectTokenRevoked, $"{disabled} is disabled");
        }

        return new SubjectToken.OwnToken(token, issued)
        {
            Subject = token.Subject,
            Facts = new SubjectFacts(issued.Delegation.SubjectIssuer, issued.SubjectClaims, token.Authentication),
            Session = token.Session,
            ExpiresAt = token.ExpiresAt,
        };
    }

    /// <summary>Reads an own token whose signature is right, whether or not it is still good.</summary>
    public async Task<Checked<ActorToken>> ReadAsync(CompactJwt jwt)
    {
        ArgumentNullException.ThrowIfNull(jwt);
        if (!jwt.IsOfType(TokenTypes.AccessTokenHeader))
        {
            return new Refusal(RefusalReason.SubjectTokenMalformed, $"typ {jwt.Type}");
        }

        if (jwt.KeyId is null
            || !await JwtSignature.IsValidAsync(jwt, (await signingKeys.CurrentAsync(CancellationToken.None)).Find(jwt.KeyId, clock.GetUtcNow()), [SigningKeys.Algorithm]))
        {
            return RefusalReason.SubjectTokenSignature;
        }

        return ActorToken.TryRead(jwt.Payload, out var token, out var problem) && string.Equals(token.Issuer, _issuer, StringComparison.Ordinal)
            ? token
            : new Refusal(RefusalReason.SubjectTokenClaims, problem ?? "iss");
    }

    // Disabling a party ends what it takes part in: the issuer, the resource, the purpose, and every agent of the chain with the issuer that names its instance.
    private static string? Disabled(ActorToken token, IssuedToken issued, Catalog catalog, DateTimeOffset now)
    {
        if (catalog.FindIssuer(issued.Delegation.SubjectIssuer) is null)
        {
            return "the issuer";
        }

        if (catalog.FindResource(token.Audience) is null)
        {
            return "the resource";
        }

        if (catalog.Policies.FindPurpose(token.Purpose) is not { } purpose || !PolicySet.IsActive(purpose))
        {
            return "the purpose";
        }

        if (token.Chain.Actors.FirstOrDefault(a => a.ClientId is not null && catalog.FindIssuer(a.Issuer) is null) is { } instance)
        {
            return $"the issuer of the workload {instance.Subject}";
        }

        return token.Chain.Actors.FirstOrDefault(a => catalog.FindAgent(a.Agent, now) is null) is { } actor ? $"the agent {actor.Agent}" : null;
    }
}
