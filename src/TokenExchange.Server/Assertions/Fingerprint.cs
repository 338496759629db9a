using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace TokenExchange.Server.Assertions;

/// <summary>Opaque ids made from what they stand for.</summary>
public static class Fingerprint
{
    /// <summary>base64url SHA-256 over the parts, each led by its length so that no two lists of parts run together.</summary>
    public static string Of(params ReadOnlySpan<string> parts)
    {
        var text = new StringBuilder();
        foreach (var part in parts)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{part.Length}:{part};");
        }

        return Base64UrlEncoder.Encode(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>Lower-case hex SHA-256 of a token, by which records know it.</summary>
    public static string OfToken(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
