using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;

namespace TokenExchange.Storage.Administrators;

/// <summary>
/// Identity's store of accounts over this database. Of the second factor it keeps nothing that a thief of the database could use: keys under the protection of the
/// key ring, recovery codes as SHA-256.
/// </summary>
public sealed class AdministratorUserStore(ExchangeDbContext context, IPersonalDataProtector protector, IdentityErrorDescriber errors)
    : UserOnlyStore<AdministratorAccount, ExchangeDbContext, string>(context, errors)
{
    /// <summary>Identity's own name for who keeps what follows; it is private there.</summary>
    public const string KeptBy = "[AspNetUserStore]";

    /// <summary>Identity's own name for the key that codes are held against.</summary>
    public const string AuthenticatorKey = "AuthenticatorKey";

    /// <summary>A key that has been shown, and of whose app no code has been seen yet.</summary>
    public const string OfferedAuthenticatorKey = "OfferedAuthenticatorKey";

    private const string RecoveryCodes = "RecoveryCodes";

    /// <inheritdoc />
    public override Task SetTokenAsync(AdministratorAccount user, string loginProvider, string name, string? value, CancellationToken cancellationToken) =>
        base.SetTokenAsync(user, loginProvider, name, protector.Protect(value), cancellationToken);

    /// <inheritdoc />
    public override async Task<string?> GetTokenAsync(AdministratorAccount user, string loginProvider, string name, CancellationToken cancellationToken) =>
        protector.Unprotect(await base.GetTokenAsync(user, loginProvider, name, cancellationToken));

    /// <inheritdoc />
    public override Task ReplaceCodesAsync(AdministratorAccount user, IEnumerable<string> recoveryCodes, CancellationToken cancellationToken) =>
        base.ReplaceCodesAsync(user, recoveryCodes.Select(Hash), cancellationToken);

    /// <inheritdoc />
    public override async Task<bool> RedeemCodeAsync(AdministratorAccount user, string code, CancellationToken cancellationToken)
    {
        // Identity would put the others back through ReplaceCodesAsync, where they would be hashed again.
        var hashes = (await GetTokenAsync(user, KeptBy, RecoveryCodes, cancellationToken))?.Split(';', StringSplitOptions.RemoveEmptyEntries) ?? [];
        var presented = Encoding.ASCII.GetBytes(Hash(code));
        var left = hashes.Where(h => !CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(h), presented)).ToList();
        if (left.Count == hashes.Length)
        {
            return false;
        }

        await SetTokenAsync(user, KeptBy, RecoveryCodes, string.Join(';', left), cancellationToken);
        return true;
    }

    private static string Hash(string code) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(code)));
}
