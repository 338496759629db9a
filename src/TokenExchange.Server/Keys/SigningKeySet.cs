using Microsoft.IdentityModel.Tokens;
using TokenExchange.Storage.Keys;

namespace TokenExchange.Server.Keys;

/// <summary>The signing keys as they were read, those that were not withdrawn opened. Immutable; what each is for follows from now.</summary>
public sealed class SigningKeySet
{
    private readonly IReadOnlyList<StoredSigningKey> _stored;
    private readonly Dictionary<string, ECDsaSecurityKey> _opened;

    internal SigningKeySet(IReadOnlyList<StoredSigningKey> stored, Dictionary<string, ECDsaSecurityKey> opened) => (_stored, _opened) = (stored, opened);

    /// <summary>The newest key's generation; 0 when there is none.</summary>
    public int Newest => _stored.Count == 0 ? 0 : _stored[0].Generation;

    /// <summary>The key to sign with.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public ECDsaSecurityKey Signer(DateTimeOffset now) =>
        KeyLife.At(_stored, now).FirstOrDefault(s => s.State == KeyState.Active) is { } active ? _opened[active.KeyId] : throw new InvalidOperationException("There is no signing key.");

    /// <summary>The keys that others may need: the one that signs first, as some look at no other, then the next one, then those that have signed.</summary>
    public IReadOnlyList<ECDsaSecurityKey> Published(DateTimeOffset now) =>
    [
        .. KeyLife.At(_stored, now).Where(s => IsPublished(s.State)).OrderBy(s => s.State != KeyState.Active).Select(s => _opened[s.KeyId]),
    ];

    /// <summary>The key with which something signed here may be verified; none when it is unknown, withdrawn or over.</summary>
    public IReadOnlyList<SecurityKey> Find(string keyId, DateTimeOffset now) =>
        KeyLife.At(_stored, now).Any(s => IsPublished(s.State) && string.Equals(s.KeyId, keyId, StringComparison.Ordinal)) ? [_opened[keyId]] : [];

    /// <summary>The opened key, if it is among them.</summary>
    internal ECDsaSecurityKey? Opened(string keyId) => _opened.GetValueOrDefault(keyId);

    private static bool IsPublished(KeyState state) => state is KeyState.Next or KeyState.Active or KeyState.Retired;
}
