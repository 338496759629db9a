using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Tokens;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Hostile.Jwts;

/// <summary>A JWT that must not be believed: how it is made of a good one, and what each place says to it.</summary>
internal sealed record BadJwt(string Name, Refusals Refusals, Func<Draft, string> Make);

/// <summary>A good JWT about to be spoiled: header, payload and the key that makes it good.</summary>
/// <param name="Header">As it would be sent.</param>
/// <param name="Payload">As it would be sent.</param>
/// <param name="Key">The key whose signature is believed.</param>
/// <param name="Other">A key that is believed, but of somebody else.</param>
/// <param name="Trap">An address on this machine where a key of <see cref="Stranger"/> lies; nobody may come for it.</param>
/// <param name="Now">Seconds since the epoch.</param>
internal sealed record Draft(JsonObject Header, JsonObject Payload, TestKey Key, TestKey Other, string Trap, long Now)
{
    /// <summary>A key nobody believes; it calls itself as each place's own key does, or <c>stranger</c>.</summary>
    public static TestKey Stranger { get; } = new("stranger");

    public string HeaderText => Header.ToJsonString();

    public string PayloadText => Payload.ToJsonString();

    public string Sign() => Key.Sign(HeaderText, PayloadText);

    public string[] Parts() => Sign().Split('.');

    /// <summary>The good header and payload under whatever stands for a signature.</summary>
    public string With(byte[] signature) => $"{Input}.{Base64UrlEncoder.Encode(signature)}";

    public string Input => $"{Base64UrlEncoder.Encode(HeaderText)}.{Base64UrlEncoder.Encode(PayloadText)}";

    public string SignedBy(AsymmetricAlgorithm key, string algorithm)
    {
        Header["alg"] = algorithm;
        var input = Encoding.ASCII.GetBytes(Input);
        var hash = algorithm[2..] switch { "256" => HashAlgorithmName.SHA256, "384" => HashAlgorithmName.SHA384, _ => HashAlgorithmName.SHA512 };
        return With(key switch
        {
            ECDsa ec => ec.SignData(input, hash),
            RSA rsa => rsa.SignData(input, hash, algorithm.StartsWith('P') ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1),
            _ => throw new ArgumentOutOfRangeException(nameof(key)),
        });
    }
}

/// <summary>What the places say. Null where such a JWT is fine or cannot come about; the table says why.</summary>
/// <param name="Subject">Reason code for a session assertion as subject token.</param>
/// <param name="Own">Reason code for an actor token of this server's as subject token.</param>
/// <param name="Client">Whether a client assertion proves nothing; then the reason is always the same.</param>
/// <param name="App">The description in a relying app's challenge.</param>
internal sealed record Refusals(string? Subject, string? Own, bool Client, string? App)
{
    public static Refusals Form { get; } = OfToken("malformed", "The token is not a well-formed signed JWT.");

    public static Refusals Length { get; } = OfToken("malformed", "The token is longer than 16384 characters.");

    public static Refusals Type { get; } = OfToken("malformed", "The token is not an access token: its typ must be at+jwt.");

    public static Refusals Algorithm { get; } = OfToken("signature", "The signature algorithm of the token is not accepted.");

    public static Refusals Key { get; } = OfToken("signature", "The token was signed with an unknown key.");

    public static Refusals Signature { get; } = OfToken("signature", "The signature of the token is not valid.");

    /// <summary>Claims under a right signature. Nobody but this server could make an actor token of its own like that, so that place is left out.</summary>
    public static Refusals Claims(string? subject, string? app, bool client = true) => new(subject, null, client, app);

    /// <summary>Claims of a type that the library stumbles over while it looks for the signature: it says no before they are judged.</summary>
    public static Refusals Unreadable { get; } = Claims("subject_token_signature", "The token is not a well-formed signed JWT.");

    private static Refusals OfToken(string code, string app) => new($"subject_token_{code}", $"subject_token_{code}", true, app);
}
