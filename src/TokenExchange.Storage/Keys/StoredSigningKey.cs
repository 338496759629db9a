namespace TokenExchange.Storage.Keys;

/// <summary>A signing key as it is stored: useless without the key ring that protects it.</summary>
/// <param name="KeyId">The <c>kid</c>.</param>
/// <param name="Generation">Order of creation, from 1.</param>
/// <param name="Algorithm">JWS algorithm.</param>
/// <param name="ProtectedPrivateKey">Protected PKCS#8.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ActiveFrom">From when on it signs, until the next one does.</param>
/// <param name="WithdrawnAt">When it was withdrawn, because nothing that it signed is to be believed any more; null when it was not.</param>
public sealed record StoredSigningKey(
    string KeyId, int Generation, string Algorithm, byte[] ProtectedPrivateKey, DateTimeOffset CreatedAt, DateTimeOffset ActiveFrom, DateTimeOffset? WithdrawnAt = null);
