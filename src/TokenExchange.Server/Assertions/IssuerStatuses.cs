using TokenExchange.Core.Configuration;
using TokenExchange.Server.Configuration;

namespace TokenExchange.Server.Assertions;

/// <summary>A trusted issuer and what this node knows of its keys. For administrators only.</summary>
/// <param name="Issuer">The issuer, enabled or not.</param>
/// <param name="Keys">Its keys.</param>
public sealed record IssuerStatus(IssuerDefinition Issuer, PublishedKeyStatus Keys);

/// <summary>Whether trusted issuers' keys are at hand, and has them fetched when an administrator does not want to wait for the next token.</summary>
public sealed class IssuerStatuses(CatalogSource catalogs, PublishedKeys keys)
{
    /// <summary>All issuers, in the order of their names.</summary>
    public async Task<IReadOnlyList<IssuerStatus>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await catalogs.CurrentAsync(cancellationToken)).Issuers.OrderBy(i => i.Issuer, StringComparer.Ordinal).Select(Of)];

    /// <summary>One issuer; null when there is none of this name.</summary>
    public async Task<IssuerStatus?> FindAsync(string issuer, CancellationToken cancellationToken) =>
        (await catalogs.CurrentAsync(cancellationToken)).Issuers.FirstOrDefault(i => string.Equals(i.Issuer, issuer, StringComparison.Ordinal)) is { } found ? Of(found) : null;

    /// <summary>
    /// Fetches an issuer's keys now, at most once per <see cref="PublishedKeys.RetryAfter"/>, and says whether it did; null when there is no such issuer. An issuer
    /// that is disabled is asked as well: it may be about to be enabled.
    /// </summary>
    public async Task<(bool Fetched, IssuerStatus Status)?> FetchNowAsync(string issuer, CancellationToken cancellationToken)
    {
        if (await FindAsync(issuer, cancellationToken) is not { } found)
        {
            return null;
        }

        var fetched = await keys.FetchNowAsync(KeySource.Of(found.Issuer), cancellationToken);
        return (fetched, Of(found.Issuer));
    }

    private IssuerStatus Of(IssuerDefinition issuer) => new(issuer, keys.StatusOf(KeySource.Of(issuer)));
}
