using System.Globalization;

namespace TokenExchange.Server.Web;

/// <summary>What people type into a field, read and written.</summary>
internal static class FormText
{
    private static readonly char[] s_breaks = ['\n', '\r'];

    /// <summary>The text without white space around it; null when nothing is left.</summary>
    public static string? Of(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    /// <summary>What white space separates, as often as it stands there; a comma may be part of it.</summary>
    public static string[] Words(string? text) => (text ?? string.Empty).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Its lines that are not empty, without white space around them, as often as they stand there.</summary>
    public static string[] Lines(string? text) => (text ?? string.Empty).Split(s_breaks, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary><see cref="Words"/>, each once.</summary>
    public static string[] WordsOnce(string? text) => [.. Words(text).Distinct(StringComparer.Ordinal)];

    /// <summary><see cref="Lines"/>, each once.</summary>
    public static string[] LinesOnce(string? text) => [.. Lines(text).Distinct(StringComparer.Ordinal)];

    /// <summary>An instant as a form shows it, in UTC; a day where it is the beginning of one.</summary>
    public static string? Of(DateTimeOffset? instant) => instant?.UtcDateTime is not { } utc ? null
        : utc.ToString(utc.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture);

    /// <summary>The instant; null when nothing is typed. False when it is none.</summary>
    public static bool TryReadInstant(string? text, out DateTimeOffset? instant)
    {
        instant = null;
        if (Of(text) is not { } written)
        {
            return true;
        }

        if (!DateTimeOffset.TryParse(written, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var read))
        {
            return false;
        }

        instant = read;
        return true;
    }
}
