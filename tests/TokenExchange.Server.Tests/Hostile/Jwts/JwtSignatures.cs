using System.Numerics;
using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace TokenExchange.Server.Tests.Hostile.Jwts;

/// <summary>Nothing but the key's own signature over exactly this header and payload.</summary>
internal static class JwtSignatures
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    private static readonly byte[] Order = Convert.FromHexString("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551");

    public static IReadOnlyList<BadJwt> Rows { get; } =
    [
        new("r and s are zero", Refusals.Signature, d => d.With(new byte[64])),
        new("r is zero", Refusals.Signature, d => d.With([.. new byte[32], .. d.Key.SignatureOf(d.Input)[32..]])),
        new("s is zero", Refusals.Signature, d => d.With([.. d.Key.SignatureOf(d.Input)[..32], .. new byte[32]])),
        new("r and s are the order of the curve", Refusals.Signature, d => d.With([.. Order, .. Order])),
        new("r and s are all ones", Refusals.Signature, d => d.With([.. Enumerable.Repeat((byte)0xFF, 64)])),
        new("r and s swapped", Refusals.Signature, d => d.Key.SignatureOf(d.Input) is var s ? d.With([.. s[32..], .. s[..32]]) : ""),
        new("in DER", Refusals.Signature, d => d.With(d.Key.SignatureOf(d.Input, DSASignatureFormat.Rfc3279DerSequence))),
        new("63 bytes of it", Refusals.Signature, d => d.With(d.Key.SignatureOf(d.Input)[..63])),
        new("32 bytes of it", Refusals.Signature, d => d.With(d.Key.SignatureOf(d.Input)[..32])),
        new("one byte of it", Refusals.Signature, d => d.With(d.Key.SignatureOf(d.Input)[..1])),
        new("one byte behind it", Refusals.Signature, d => d.With([.. d.Key.SignatureOf(d.Input), 0])),
        new("twice", Refusals.Signature, d => d.Key.SignatureOf(d.Input) is var s ? d.With([.. s, .. s]) : ""),
        new("one bit flipped", Refusals.Signature, d =>
        {
            var signature = d.Key.SignatureOf(d.Input);
            signature[40] ^= 1;
            return d.With(signature);
        }),
        new("spelt with bits that stand for nothing", Refusals.Signature, d => d.Sign() is var jwt ? jwt[..^1] + Alphabet[Alphabet.IndexOf(jwt[^1], StringComparison.Ordinal) | 1] : ""),
        new("of the header alone", Refusals.Signature, d => d.With(d.Key.SignatureOf(Base64UrlEncoder.Encode(d.HeaderText)))),
        new("of the payload alone", Refusals.Signature, d => d.With(d.Key.SignatureOf(Base64UrlEncoder.Encode(d.PayloadText)))),
        new("of the decoded header and payload", Refusals.Signature, d => d.With(d.Key.SignatureOf($"{d.HeaderText}.{d.PayloadText}"))),
        new("sub changed after it", Refusals.Signature, d => ChangedAfter(d, () => d.Payload["sub"] = (string)d.Payload["sub"]! + "x")),
        new("exp changed after it", Refusals.Signature, d => ChangedAfter(d, () => d.Payload["exp"] = d.Now + 500)),
        new("a claim added after it", Refusals.Signature, d => ChangedAfter(d, () => d.Payload["admin"] = true)),
        new("the header changed after it", Refusals.Signature, d => ChangedAfter(d, () => d.Header["cty"] = "x")),
    ];

    /// <summary>To every ECDSA signature (r, s) there is another one over the same text that anybody can make: (r, n - s).</summary>
    public static string OtherSignature(string jwt)
    {
        var dot = jwt.LastIndexOf('.');
        var signature = Base64UrlEncoder.DecodeBytes(jwt[(dot + 1)..]);
        var other = (new BigInteger(Order, isUnsigned: true, isBigEndian: true) - new BigInteger(signature.AsSpan(32), isUnsigned: true, isBigEndian: true)).ToByteArray(isUnsigned: true, isBigEndian: true);
        return $"{jwt[..dot]}.{Base64UrlEncoder.Encode([.. signature[..32], .. new byte[32 - other.Length], .. other])}";
    }

    private static string ChangedAfter(Draft draft, Action change)
    {
        var signature = draft.Key.SignatureOf(draft.Input);
        change();
        return draft.With(signature);
    }
}
