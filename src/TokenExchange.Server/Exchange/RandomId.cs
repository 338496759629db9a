using System.Buffers.Text;
using System.Security.Cryptography;

namespace TokenExchange.Server.Exchange;

/// <summary>Ids that nobody guesses and no two nodes choose alike: 128 random bits, base64url.</summary>
internal static class RandomId
{
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
}
