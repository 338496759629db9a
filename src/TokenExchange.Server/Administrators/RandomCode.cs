using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace TokenExchange.Server.Administrators;

/// <summary>Codes of 256 random bits, which their bearers alone hold; here only their hash is kept.</summary>
internal static class RandomCode
{
    /// <summary>43 characters, base64url.</summary>
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>base64url SHA-256.</summary>
    public static string Hash(string code) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(code)));

    /// <summary>Whether a code has this hash, in constant time.</summary>
    public static bool Matches(string? code, string hash) =>
        code is not null && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Hash(code)), Encoding.ASCII.GetBytes(hash));
}
