using System.Text;
using System.Text.RegularExpressions;
using TokenExchange.Core.Tokens;
using TokenExchange.Server.Assertions;

namespace TokenExchange.Server.Exchange;

/// <summary>Texts of others as they may stand on record.</summary>
internal static partial class RecordText
{
    /// <summary>What is sent may be a token or a secret in the wrong place, and a record holds none: what could be one is known by its hash.</summary>
    public static string? Harmless(string? text) =>
        text is null ? null : Printable(Base64().Replace(Secretive().Replace(text, Hash), found => LooksRandom(found.Value) ? Hash(found) : found.Value));

    /// <summary>Whether a text may stand on record as it is.</summary>
    public static bool IsHarmless(string text) => string.Equals(Harmless(text), text, StringComparison.Ordinal);

    /// <summary>Whether a text that an issuer has signed holds the beginning of a JWT; other long runs are ids of users and groups.</summary>
    public static bool MayHoldAToken(string text) => text.Contains("eyJ", StringComparison.Ordinal);

    private static string Hash(Match found) => $"sha256:{Fingerprint.OfToken(found.Value)}";

    // In the other alphabet of base64 a run also looks like a path; paths seldom have capital and small letters and digits at once.
    private static bool LooksRandom(string run) => run.Any(char.IsAsciiLetterUpper) && run.Any(char.IsAsciiLetterLower) && run.Any(char.IsAsciiDigit);

    [GeneratedRegex("[A-Za-z0-9+/=_~-]{40,}", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex Base64();

    /// <summary>It may also hold line breaks and other things that cannot be seen, and a record is shown to people.</summary>
    public static string Printable(string text) => string.Concat(text.EnumerateRunes().Select(r => JsonClaims.IsVisible(r) ? r : Rune.ReplacementChar));

    // The beginning of a JWT, or as long a run as a secret or a signature: ours are 43 characters, theirs 43 and more. Names with so long a run are rare.
    [GeneratedRegex(@"[A-Za-z0-9_-]*eyJ[A-Za-z0-9_.-]*|[A-Za-z0-9_-]{40,}", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex Secretive();
}
