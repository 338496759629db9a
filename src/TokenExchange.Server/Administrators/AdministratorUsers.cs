using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using TokenExchange.Storage.Administrators;

namespace TokenExchange.Server.Administrators;

/// <summary>Identity's accounts of administrators, with recovery codes whose hashes are no way to them: its own have 47 bits.</summary>
public sealed class AdministratorUsers(
    IUserStore<AdministratorAccount> store,
    IOptions<IdentityOptions> options,
    IPasswordHasher<AdministratorAccount> hasher,
    IEnumerable<IUserValidator<AdministratorAccount>> userValidators,
    IEnumerable<IPasswordValidator<AdministratorAccount>> passwordValidators,
    ILookupNormalizer normalizer,
    IdentityErrorDescriber errors,
    IServiceProvider services,
    ILogger<UserManager<AdministratorAccount>> logger)
    : UserManager<AdministratorAccount>(store, options, hasher, userValidators, passwordValidators, normalizer, errors, services, logger)
{
    /// <summary>New recovery codes in place of those that are left.</summary>
    public async Task<IReadOnlyList<string>> RenewRecoveryCodesAsync(AdministratorAccount account) => [.. await GenerateNewTwoFactorRecoveryCodesAsync(account, RecoveryCodes.Count) ?? []];

    /// <inheritdoc />
    protected override string CreateTwoFactorRecoveryCode() => RecoveryCodes.New();
}
