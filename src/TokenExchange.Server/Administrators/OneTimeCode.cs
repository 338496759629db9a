using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace TokenExchange.Server.Administrators;

/// <summary>
/// One-time codes of authenticator apps (RFC 6238): HMAC-SHA-1, 30 seconds, six digits, which is what the apps know. Identity's own would take a code as often
/// as it is shown, and for minutes.
/// </summary>
internal static class OneTimeCode
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private const int Digits = 6;
    private const long Modulus = 1_000_000;

    // Clocks of telephones are good; this is for the time it takes to type.
    private const int Tolerance = 1;
    private static readonly long Period = TimeSpan.FromSeconds(30).Ticks;

    /// <summary>The time step that a code belongs to, if it is right now, or was or will be within one step; else null. Every candidate is looked at.</summary>
    /// <param name="key">The key, base32.</param>
    /// <param name="presented">What was typed; spaces do not count.</param>
    /// <param name="now">When.</param>
    public static long? StepOf(string key, string? presented, DateTimeOffset now)
    {
        var typed = Encoding.UTF8.GetBytes(presented?.Replace(" ", string.Empty, StringComparison.Ordinal) ?? string.Empty);
        var bytes = FromBase32(key);
        var current = StepAt(now);
        long? found = null;
        for (var step = current - Tolerance; step <= current + Tolerance; step++)
        {
            if (CryptographicOperations.FixedTimeEquals(typed, Encoding.ASCII.GetBytes(At(bytes, step))))
            {
                found = step;
            }
        }

        return found;
    }

    /// <summary>The code of a time step.</summary>
    public static string At(string key, long step) => At(FromBase32(key), step);

    /// <summary>The time step of an instant.</summary>
    public static long StepAt(DateTimeOffset instant) => (instant - DateTimeOffset.UnixEpoch).Ticks / Period;

    // RFC 4226 §5.3.
    private static string At(byte[] key, long step)
    {
        Span<byte> counter = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
#pragma warning disable CA5350 // The algorithm is that of the apps; HMAC does not suffer from SHA-1's collisions.
        Span<byte> hash = stackalloc byte[HMACSHA1.HashSizeInBytes];
        HMACSHA1.HashData(key, counter, hash);
#pragma warning restore CA5350
        var number = BinaryPrimitives.ReadInt32BigEndian(hash[(hash[^1] & 0xF)..]) & int.MaxValue;
        return (number % Modulus).ToString(CultureInfo.InvariantCulture).PadLeft(Digits, '0');
    }

    private static byte[] FromBase32(string text)
    {
        var bytes = new byte[text.Length * 5 / 8];
        var (buffer, bits, next) = (0, 0, 0);
        foreach (var character in text)
        {
            var value = Alphabet.IndexOf(character, StringComparison.Ordinal);
            buffer = value >= 0 ? ((buffer << 5) | value) & 0xFFFF : throw new FormatException("The key is not base32.");
            bits += 5;
            if (bits >= 8)
            {
                bits -= 8;
                bytes[next++] = (byte)(buffer >> bits);
            }
        }

        return bytes;
    }
}
