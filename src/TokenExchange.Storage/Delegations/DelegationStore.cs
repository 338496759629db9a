using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Tokens;

namespace TokenExchange.Storage.Delegations;

/// <summary>Reads delegations and issued tokens, and starts delegations. Tokens are written by <see cref="Audit.ExchangeLedger"/>, together with their record.</summary>
public sealed class DelegationStore(IDbContextFactory<ExchangeDbContext> contexts)
{
    /// <summary>The delegation with this key, or null.</summary>
    public async Task<Delegation?> FindAsync(string key, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Delegations.AsNoTracking().SingleOrDefaultAsync(d => d.Key == key, cancellationToken) is { } row ? Read(row) : null;
    }

    /// <summary>Stores a new delegation, or returns the one with the same key that another request has started meanwhile.</summary>
    public async Task<Delegation> StartAsync(Delegation delegation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(delegation);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        db.Delegations.Add(new DelegationRow
        {
            Id = delegation.Id, Key = delegation.Key, Session = delegation.Session, Subject = delegation.Subject, SubjectIssuer = delegation.SubjectIssuer,
            Agent = delegation.Agent, Purpose = delegation.Purpose, StartedAt = delegation.StartedAt,
        });
        try
        {
            await db.SaveChangesAsync(cancellationToken);
            return delegation;
        }
        catch (DbUpdateException)
        {
            if (await FindAsync(delegation.Key, cancellationToken) is { } existing)
            {
                return existing;
            }

            throw;
        }
    }

    /// <summary>The token issued under this id, or null.</summary>
    public async Task<IssuedToken?> FindTokenAsync(string id, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var row = await db.ActorTokens.AsNoTracking().Include(t => t.Delegation).SingleOrDefaultAsync(t => t.Id == id, cancellationToken);
        return row is null ? null : new IssuedToken
        {
            Id = row.Id,
            Delegation = Read(row.Delegation!),
            Ancestors = row.Ancestors.Length == 0 ? [] : row.Ancestors.Split(' '),
            ClientId = row.ClientId,
            Policy = row.Policy,
            MaxChainDepth = row.MaxChainDepth,
            DelegationEndsAt = row.DelegationEndsAt,
            SessionScopes = row.SessionScopes is null ? null : ScopeSet.Of(row.SessionScopes.Split(' ')),
            SubjectClaims = JsonSerializer.Deserialize<Dictionary<string, IReadOnlyList<string>>>(row.SubjectClaims, ConfigurationJson.Compact)!,
            IssuedAt = row.IssuedAt,
            ExpiresAt = row.ExpiresAt,
        };
    }

    internal static ActorTokenRow Write(IssuedToken token) => new()
    {
        Id = token.Id,
        DelegationId = token.Delegation.Id,
        Ancestors = string.Join(' ', token.Ancestors),
        ClientId = token.ClientId,
        Policy = token.Policy,
        MaxChainDepth = token.MaxChainDepth,
        DelegationEndsAt = token.DelegationEndsAt,
        SessionScopes = token.SessionScopes?.ToString(),
        SubjectClaims = JsonSerializer.Serialize(token.SubjectClaims, ConfigurationJson.Compact),
        IssuedAt = token.IssuedAt,
        ExpiresAt = token.ExpiresAt,
    };

    private static Delegation Read(DelegationRow row) =>
        new(row.Id, row.Key, row.Session, row.Subject, row.SubjectIssuer, row.Agent, row.Purpose, row.StartedAt);
}
