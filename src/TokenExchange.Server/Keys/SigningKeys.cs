using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using TokenExchange.Server.Settings;
using TokenExchange.Storage.Keys;

namespace TokenExchange.Server.Keys;

/// <summary>
/// The server's signing keys: made on first start, kept in the database under the key ring's protection, so that the database alone signs nothing. What
/// this node holds was compared with the database within the last second; when it cannot be, nothing is signed or believed.
/// </summary>
public sealed class SigningKeys(SigningKeyStore store, IDataProtectionProvider protection, IOptions<KeyManagementOptions> ring, TimeProvider clock)
{
    /// <summary>The one algorithm tokens are signed with.</summary>
    public const string Algorithm = SecurityAlgorithms.EcdsaSha256;

    /// <summary>How long what was compared is gone by.</summary>
    public static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(1);

    /// <summary>How long the published keys are told while the database cannot be asked: as long as anybody may keep them.</summary>
    public static readonly TimeSpan ToldFor = TimeSpan.FromMinutes(5);

    private readonly IDataProtector _protector = protection.CreateProtector("TokenExchange.SigningKey");
    private readonly Lock _gate = new();
    private volatile Held? _held;
    private Task<SigningKeySet>? _comparison;

    /// <summary>Loads the keys, making the first one on an empty database. Called once, before anything is served.</summary>
    /// <exception cref="ConfigurationException">The key ring is not the one the stored keys were protected with.</exception>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        OpenRing();
        if ((await ReloadAsync(cancellationToken)).Newest == 0)
        {
            // Whether this node or another one was first does not matter: what is stored is what counts.
            var now = clock.GetUtcNow();
            await store.TryAddAsync(Create(generation: 1, now, now), record: null, cancellationToken);
            await ReloadAsync(cancellationToken);
        }
    }

    /// <summary>The keys as they are stored now, or were a second ago.</summary>
    public ValueTask<SigningKeySet> CurrentAsync(CancellationToken cancellationToken) =>
        _held is { } held && clock.GetElapsedTime(held.ComparedAt) < FreshFor ? ValueTask.FromResult(held.Keys) : new ValueTask<SigningKeySet>(CompareAsync(cancellationToken));

    /// <summary>The keys to publish: those that were current at most <see cref="ToldFor"/> ago where the database does not answer.</summary>
    public async Task<SigningKeySet> PublishedAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await CurrentAsync(cancellationToken);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested && _held is { } held && clock.GetElapsedTime(held.ComparedAt) < ToldFor)
        {
            return held.Keys;
        }
    }

    /// <summary>The keys as they are stored now: for whoever has just changed them.</summary>
    public async Task<SigningKeySet> ReloadAsync(CancellationToken cancellationToken)
    {
        var asked = clock.GetTimestamp();
        return Hold(await store.ReadAsync(cancellationToken), asked);
    }

    /// <summary>A new key, not stored yet.</summary>
    internal StoredSigningKey Create(int generation, DateTimeOffset now, DateTimeOffset activeFrom)
    {
        OpenRing();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var id = Base64UrlEncoder.Encode(new ECDsaSecurityKey(key).ComputeJwkThumbprint());
        return new StoredSigningKey(id, generation, Algorithm, _protector.Protect(key.ExportPkcs8PrivateKey()), now, activeFrom);
    }

    // One comparison at a time, shared by all who wait: none of them ends it for the others by hanging up.
    private Task<SigningKeySet> CompareAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_comparison is null or { IsCompleted: true })
            {
                _comparison = Task.Run(LookAsync, CancellationToken.None);
            }

            return _comparison.WaitAsync(cancellationToken);
        }
    }

    private async Task<SigningKeySet> LookAsync()
    {
        var asked = clock.GetTimestamp();
        if (_held is { } held && held.Keys.Newest == await store.NewestAsync(CancellationToken.None))
        {
            lock (_gate)
            {
                // Whoever has changed them meanwhile holds newer ones.
                _held = ReferenceEquals(_held, held) ? new Held(held.Keys, asked) : _held;
                return _held!.Keys;
            }
        }

        return await ReloadAsync(CancellationToken.None);
    }

    private SigningKeySet Hold(IReadOnlyList<StoredSigningKey> stored, long asked)
    {
        lock (_gate)
        {
            // Generations only grow: what was read earlier and arrives later is not gone back to.
            if (_held is { } held && stored.Count > 0 && stored[0].Generation < held.Keys.Newest)
            {
                return held.Keys;
            }

            var known = _held?.Keys;
            var keys = new SigningKeySet(stored, stored.Where(k => k.WithdrawnAt is null).ToDictionary(k => k.KeyId, k => known?.Opened(k.KeyId) ?? Open(k), StringComparer.Ordinal));
            _held = new Held(keys, asked);
            return keys;
        }
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
            key.Dispose();
            throw new ConfigurationException(
                $"The signing key {stored.KeyId} in the database cannot be opened with the key ring. Set Keys:RingDirectory to the directory this database was used with.");
        }

        return new ECDsaSecurityKey(key) { KeyId = stored.KeyId };
    }

    private sealed record Held(SigningKeySet Keys, long ComparedAt);

    // Asked for by itself: what is wrong with it would else come wrapped as a failure of cryptography.
    private void OpenRing() => ring.Value.XmlRepository?.GetAllElements();
}
