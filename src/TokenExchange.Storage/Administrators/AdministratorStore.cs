using Microsoft.EntityFrameworkCore;

namespace TokenExchange.Storage.Administrators;

/// <summary>Reads administrators as values.</summary>
public sealed class AdministratorStore(IDbContextFactory<ExchangeDbContext> contexts)
{
    /// <summary>All of them, by user name.</summary>
    public async Task<IReadOnlyList<Administrator>> ListAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var accounts = await db.Administrators.AsNoTracking().OrderBy(a => a.NormalizedUserName).ToListAsync(cancellationToken);
        return accounts.ConvertAll(Administrator.Of);
    }

    /// <summary>The one with this id, or null.</summary>
    public async Task<Administrator?> FindAsync(string id, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Administrators.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, cancellationToken) is { } account ? Administrator.Of(account) : null;
    }

    /// <summary>The enabled one for whom a password can be set with the code of this hash, or null.</summary>
    public async Task<Administrator?> FindInvitedAsync(string invitationHash, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await Invited(db, invitationHash, now).AsNoTracking().SingleOrDefaultAsync(cancellationToken) is { } account ? Administrator.Of(account) : null;
    }

    /// <summary>Whether anybody has this role, enabled or not.</summary>
    public async Task<bool> AnyAsync(string role, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await AnyAsync(db, role, cancellationToken);
    }

    internal static Task<bool> AnyAsync(ExchangeDbContext db, string role, CancellationToken cancellationToken) =>
        db.Administrators.AnyAsync(a => (" " + a.Roles + " ").Contains(" " + role + " "), cancellationToken);

    internal static IQueryable<AdministratorAccount> Invited(ExchangeDbContext db, string invitationHash, DateTimeOffset now) =>
        db.Administrators.Where(a => a.InvitationHash == invitationHash && a.InvitationExpiresAt > now && a.Enabled);
}
