using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace TokenExchange.Core.Tests.Fuzzing;

/// <summary>What can be done to a text: small damage anywhere, and things that parsers have stumbled over since there are parsers.</summary>
public static class Mutations
{
    /// <summary>Odd in one way or another: to people, to JSON, to URIs, to databases or to UTF-16.</summary>
    private static readonly string[] s_odd =
    [
        "\0", "\r\n", "\u0085", "\u2028", "\uFEFF", "\u200B", "\u202E", "é", "é", "ß", "İ", "𝒳", "\uD83D\uDE00", "\uD800", "\uDC00", "\uFFFD", "\uFFFF", "\\u0000", "\\ud800", "\\udc00\\ud800",
        "%00", "%", "%zz", "%2F", "%c0%af", "\"", "\\", "'", "<", ";", "|", "  ", "\t", "=", "==", "+", "/", "//", "..", "/../", "#", "?", "@", ":", "[", "]", "{", "}", ",", "null", "true", "NaN", "-0",
        "1e308", "1e999", "9223372036854775808", "18446744073709551616", "253402300800", "-1", "0.5", "1.0", "00", "0x10", "{}", "[]", "\"\"", "{\"a\":1,\"a\":2}", "__proto__",
    ];

    public static Gen<string> Odd { get; } = Gen.Elements(s_odd);

    /// <summary>Bytes as they come, read as Latin-1, as UTF-8 or as UTF-16.</summary>
    public static Gen<string> Noise { get; } =
        from bytes in Gen.Choose(0, 255).Select(b => (byte)b).ListOf(24)
        from length in Gen.Choose(0, 24)
        from how in Gen.Choose(0, 2)
        select how switch
        {
            0 => Encoding.Latin1.GetString([.. bytes.Take(length)]),
            1 => Encoding.UTF8.GetString([.. bytes.Take(length)]),
            _ => new string([.. bytes.Take(length).Chunk(2).Select(p => (char)(p[0] + (256 * p[^1])))]),
        };

    /// <summary>The text as it is, or damaged once or several times.</summary>
    public static Gen<string> Damaged(Gen<string> valid) =>
        from text in valid
        from times in Gen.Frequency((2, Gen.Constant(0)), (5, Gen.Constant(1)), (2, Gen.Constant(2)), (1, Gen.Choose(3, 8)))
        from edits in Edit.ListOf(8)
        select edits.Take(times).Aggregate(text, (t, edit) => edit(t));

    private static Gen<Func<string, string>> Edit { get; } =
        from what in Gen.Choose(0, 9)
        from at in Gen.Choose(0, 1_000_000)
        from length in Gen.Frequency((3, Gen.Choose(0, 4)), (1, Gen.Choose(0, 400)))
        from odd in Gen.Frequency((4, Odd), (1, Noise))
        from bit in Gen.Choose(0, 15)
        select new Func<string, string>(text => Apply(text, what, at, length, odd, bit));

    private static string Apply(string text, int what, int at, int length, string odd, int bit)
    {
        var from = text.Length == 0 ? 0 : at % (text.Length + 1);
        var part = text.AsSpan(from, Math.Min(length, text.Length - from)).ToString();
        return what switch
        {
            0 when from < text.Length => $"{text[..from]}{(char)(text[from] ^ (1 << (bit % 7)))}{text[(from + 1)..]}", // a bit
            1 => text[..from], // cut off
            2 => text[from..],
            3 => text.Remove(from, part.Length), // something missing
            4 => text.Insert(from, part), // something twice
            5 => text.Insert(from, odd),
            6 => text.Insert(from, string.Concat(Enumerable.Repeat(part.Length == 0 ? "[" : part, 50))), // long or deep
            7 => Renumbered(text, from, odd),
            8 => text + text,
            _ => text.Replace(part.Length == 0 ? "a" : part[..1], odd, StringComparison.Ordinal),
        };
    }

    // The next number is another one.
    private static string Renumbered(string text, int from, string odd)
    {
        var start = text.AsSpan(from).IndexOfAnyInRange('0', '9') is >= 0 and var found ? from + found : -1;
        if (start < 0)
        {
            return text;
        }

        var end = start;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        return $"{text[..start]}{(odd.Length > 0 && char.IsAsciiDigit(odd[0]) ? odd : (end * 7919L).ToString(CultureInfo.InvariantCulture))}{text[end..]}";
    }
}
