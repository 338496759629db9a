using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;

namespace TokenExchange.Server.Administrators;

/// <summary>What the database keeps of second factors is under the protection of the key ring, which is kept elsewhere.</summary>
internal sealed class AdministratorSecrets(IDataProtectionProvider protection) : IPersonalDataProtector
{
    private readonly IDataProtector _protector = protection.CreateProtector("TokenExchange.Administrators");

    /// <inheritdoc />
    public string? Protect(string? data) => data is null ? null : _protector.Protect(data);

    /// <inheritdoc />
    public string? Unprotect(string? data) => data is null ? null : _protector.Unprotect(data);
}
