using Microsoft.Extensions.Options;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Policies;
using TokenExchange.Core.Protocol;
using TokenExchange.Core.Tokens;
using TokenExchange.Server.Assertions;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Exchange;
using TokenExchange.Server.Keys;
using TokenExchange.Server.Settings;
using TokenExchange.Storage.Audit;
using TokenExchange.Storage.Revocations;

namespace TokenExchange.Server.Api;

/// <summary>
/// Tokens for this server's own API (RFC 6749 §4.4): issued to administrators' scripts, judged at every call. A call is as good as its
/// client is at that moment: disabling the client ends its tokens.
/// </summary>
public sealed class ApiTokens(CatalogSource catalogs, ExchangeLedger ledger, RevocationStore revocations, SigningKeys signingKeys, IOptions<ExchangeSettings> settings, TimeProvider clock)
{
    /// <summary>How long one is good.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private readonly string _issuer = settings.Value.Issuer;

    /// <summary>Issues one, or refuses; on record either way before it is answered.</summary>
    public async Task<ExchangeOutcome> IssueAsync(ExchangeForm form, Caller caller, CancellationToken cancellationToken)
    {
        var attempt = new ExchangeAttempt(form, caller, clock.GetUtcNow());
        var catalog = await catalogs.CurrentAsync(cancellationToken);
        if (!Judge(form, catalog.FindClient(caller.ClientId, attempt.Now)).Passed(out var scopes, out var refusal))
        {
            await ledger.RecordAsync(attempt.Refused(refusal), CancellationToken.None);
            return new ExchangeOutcome.Refused(refusal);
        }

        var issuedAt = TokenLifetime.WholeSeconds(attempt.Now);
        var token = new ApiToken(_issuer, caller.ClientId, scopes, RandomId.New(), issuedAt, issuedAt + Lifetime);
        await ledger.RecordAsync(attempt.Permitted(token), cancellationToken);
        return new ExchangeOutcome.IssuedForApi(token);
    }

    /// <summary>The token, when it is good at this moment; otherwise null.</summary>
    public async Task<ApiToken?> VerifyAsync(string presented, CancellationToken cancellationToken)
    {
        if (await ReadAsync(presented) is not { } token)
        {
            return null;
        }

        var now = clock.GetUtcNow();
        var catalog = await catalogs.CurrentAsync(cancellationToken);
        return token.ExpiresAt > now
            && catalog.FindClient(token.ClientId, now) is { } client && token.Scopes.IsSubsetOf(ApiScopes.For(client.Kind))
            && !await revocations.AnyAsync([Root.Token(token.Id)], token.IssuedAt, cancellationToken)
                ? token
                : null;
    }

    /// <summary>Reads one that was issued here, whether or not it is still good; otherwise null.</summary>
    public async Task<ApiToken?> ReadAsync(string presented) =>
        CompactJwt.TryParse(presented, out var jwt) && jwt.IsOfType(TokenTypes.AccessTokenHeader) && jwt.KeyId is { } keyId
        && await JwtSignature.IsValidAsync(jwt, (await signingKeys.CurrentAsync(CancellationToken.None)).Find(keyId, clock.GetUtcNow()), [SigningKeys.Algorithm])
            ? ApiToken.Read(jwt.Payload, _issuer)
            : null;

    private Checked<ScopeSet> Judge(ExchangeForm form, ClientDefinition? client)
    {
        foreach (var name in new[] { "scope", "resource", "audience" })
        {
            if (form.Values(name).Count > 1)
            {
                return new Refusal(RefusalReason.ParameterRepeated, name);
            }
        }

        var allowed = client is null ? ScopeSet.Empty : ApiScopes.For(client.Kind);
        if (allowed.IsEmpty)
        {
            return RefusalReason.ClientHasNoApi;
        }

        if ((form.Value("resource") ?? form.Value("audience") ?? _issuer) is var target && !string.Equals(target.TrimEnd('/'), _issuer, StringComparison.Ordinal))
        {
            return new Refusal(RefusalReason.ResourceNotPermitted, "client_credentials are for this server only");
        }

        if (form.Value("scope") is not { } scope)
        {
            return allowed;
        }

        if (!ScopeSet.TryParse(scope, out var scopes))
        {
            return new Refusal(RefusalReason.ParameterMalformed, "scope");
        }

        return scopes.IsSubsetOf(allowed) ? scopes : new Refusal(RefusalReason.ScopeNotPermitted, $"{scopes.Except(allowed)}");
    }
}
