using System.Security.Cryptography;
using System.Text;

namespace TokenExchange.Server.Administrators;

/// <summary>Codes that stand in for a lost authenticator app, each once: 80 random bits, so that their hashes are no way to them.</summary>
internal static class RecoveryCodes
{
    /// <summary>So many at a time.</summary>
    public const int Count = 10;

    // Without 0, 1, O, I, which look alike.
    private const string Alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    private const int Group = 4;
    private const int Groups = 4;

    /// <summary>A new one, as it is shown: four groups of four.</summary>
    public static string New() => string.Join('-', Enumerable.Range(0, Groups).Select(_ => RandomNumberGenerator.GetString(Alphabet, Group)));

    /// <summary>One as it may be typed, in the form it was shown.</summary>
    public static string Read(string? typed)
    {
        var letters = new StringBuilder();
        foreach (var letter in (typed ?? string.Empty).Where(char.IsAsciiLetterOrDigit).Take(Groups * Group + 1))
        {
            letters.Append(letters.Length % (Group + 1) == Group ? "-" : string.Empty).Append(char.ToUpperInvariant(letter));
        }

        return letters.ToString();
    }
}
