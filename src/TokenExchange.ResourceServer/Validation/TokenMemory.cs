using System.Buffers.Binary;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Caching.Memory;
using TokenExchange.Core.Tokens;

namespace TokenExchange.ResourceServer.Validation;

/// <summary>A token that was found good before.</summary>
/// <param name="Token">What it says.</param>
/// <param name="Identity">The identity the stock handler made of it.</param>
/// <param name="Keys">The keys that were known then.</param>
internal sealed record RememberedToken(ActorToken Token, ClaimsIdentity Identity, object Keys);

/// <summary>
/// Tokens that were found good: their signature and claims need not be looked at again until they expire or the keys are fetched anew. Known by their hash, so
/// that no token lies about; bounded. Whether one has been revoked since, or policies changed, is asked at every request.
/// </summary>
internal sealed class TokenMemory(TimeProvider time) : IDisposable
{
    private const int MaxTokens = 10_000;

    private readonly MemoryCache _tokens = new(new MemoryCacheOptions { SizeLimit = MaxTokens });

    /// <summary>What is remembered of this token under these keys; null when nothing is, or it has expired.</summary>
    public RememberedToken? Find(string text, object? keys, TimeSpan skew) =>
        keys is not null && text.Length <= CompactJwt.MaxLength && _tokens.TryGetValue(KeyOf(text), out RememberedToken? remembered) && ReferenceEquals(remembered!.Keys, keys) && time.GetUtcNow() - skew < remembered.Token.ExpiresAt
            ? remembered
            : null;

    /// <summary>Remembers one that was found good.</summary>
    public void Add(string text, RememberedToken remembered)
    {
        var life = remembered.Token.ExpiresAt - time.GetUtcNow();
        if (life > TimeSpan.Zero)
        {
            _tokens.Set(KeyOf(text), remembered, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = life });
        }
    }

    public void Dispose() => _tokens.Dispose();

    // All 256 bits: two tokens never meet.
    private static (UInt128 First, UInt128 Second) KeyOf(string text)
    {
        Span<byte> ascii = stackalloc byte[CompactJwt.MaxLength];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(ascii[..Encoding.ASCII.GetBytes(text, ascii)], hash);
        return (BinaryPrimitives.ReadUInt128LittleEndian(hash), BinaryPrimitives.ReadUInt128LittleEndian(hash[16..]));
    }
}
