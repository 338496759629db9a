using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.IdentityModel.Tokens;
using TokenExchange.Server.Settings;
using TokenExchange.Storage.Keys;

namespace TokenExchange.Server.Keys;

/// <summary>
/// The server's signing keys: made on first start, kept in the database under the key ring's protection, so that the database alone signs nothing.
/// </summary>
public sealed class SigningKeys(SigningKeyStore store, IDataProtectionProvider protection, TimeProvider clock)
{
    /// <summary>The one algorithm tokens are signed with.</summary>
    public const string Algorithm = SecurityAlgorithms.EcdsaSha256;

    private readonly IDataProtector _protector = protection.CreateProtector("TokenExchange.SigningKey");
    private IReadOnlyList<ECDsaSecurityKey>? _keys;

    /// <summary>All keys that may have signed a token that is still good, newest first; the first one signs.</summary>
    /// <exception cref="InvalidOperationException">Keys were not loaded.</exception>
    public IReadOnlyList<ECDsaSecurityKey> Loaded => _keys ?? throw new InvalidOperationException("The signing keys were not loaded.");

    /// <summary>The keys of this <c>kid</c>; none when it is unknown.</summary>
    public IReadOnlyList<SecurityKey> VerificationKeys(string keyId) => [.. Loaded.Where(k => string.Equals(k.KeyId, keyId, StringComparison.Ordinal))];

    /// <summary>Loads the keys, making the first one on an empty database. Called once, before anything is served.</summary>
    /// <exception cref="ConfigurationException">The key ring is not the one the stored keys were protected with.</exception>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        var stored = await store.ReadAsync(cancellationToken);
        if (stored.Count == 0)
        {
            // Whether this node or another one was first does not matter: what is stored is what counts.
            await store.TryAddAsync(Create(generation: 1), cancellationToken);
            stored = await store.ReadAsync(cancellationToken);
        }

        _keys = [.. stored.Select(Open)];
    }

    private StoredSigningKey Create(int generation)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var id = Base64UrlEncoder.Encode(new ECDsaSecurityKey(key).ComputeJwkThumbprint());
        return new StoredSigningKey(id, generation, Algorithm, _protector.Protect(key.ExportPkcs8PrivateKey()), clock.GetUtcNow());
    }

    private ECDsaSecurityKey Open(StoredSigningKey stored)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportPkcs8PrivateKey(_protector.Unprotect(stored.ProtectedPrivateKey), out _);
        }
        catch (CryptographicException)
        {
            throw new ConfigurationException(
                $"The signing key {stored.KeyId} in the database cannot be opened with the key ring. Set Keys:RingDirectory to the directory this database was used with.");
        }

        return new ECDsaSecurityKey(key) { KeyId = stored.KeyId };
    }
}
