using System.Globalization;

namespace TokenExchange.Server.Web.Parts;

/// <summary>A duration as a form asks for it: a number and its unit. Text, so that whatever is typed is kept.</summary>
public sealed class DurationInput
{
    private static readonly (string Unit, long Ticks)[] s_units = [("d", TimeSpan.TicksPerDay), ("h", TimeSpan.TicksPerHour), ("min", TimeSpan.TicksPerMinute), ("s", TimeSpan.TicksPerSecond)];

    /// <summary>The number; empty means none.</summary>
    public string? Value { get; set; }

    /// <summary><c>s</c>, <c>min</c>, <c>h</c> or <c>d</c>.</summary>
    public string? Unit { get; set; }

    /// <summary>The units with their names, the shortest first.</summary>
    public static IReadOnlyList<(string Unit, string Name)> Units { get; } = [("s", "seconds"), ("min", "minutes"), ("h", "hours"), ("d", "days")];

    /// <summary>As a form shows it: in the largest unit that needs no fraction.</summary>
    public static DurationInput Of(TimeSpan? duration)
    {
        if (duration is not { } value)
        {
            return new DurationInput { Unit = "min" };
        }

        var (unit, ticks) = s_units.FirstOrDefault(u => value.Ticks % u.Ticks == 0, s_units[^1]);
        return new DurationInput { Value = ((decimal)value.Ticks / ticks).ToString("0.#######", CultureInfo.InvariantCulture), Unit = unit };
    }

    /// <summary>The duration; null when nothing is typed. False when it is no number, or too large for any limit.</summary>
    public bool TryRead(out TimeSpan? duration)
    {
        duration = null;
        if (FormText.Of(Value) is not { } written)
        {
            return true;
        }

        // A day or more is the longest any limit knows by far; a thousand years keep the sum within what a duration can hold.
        var ticks = s_units.FirstOrDefault(u => u.Unit == Unit, s_units[^2]).Ticks;
        if (!decimal.TryParse(written, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) || Math.Abs(number) > 365_000m * TimeSpan.TicksPerDay / ticks)
        {
            return false;
        }

        duration = TimeSpan.FromTicks((long)(number * ticks));
        return true;
    }
}

/// <summary>Durations in words.</summary>
public static partial class DurationWords
{
    /// <summary>All of it, the largest unit first: <c>1 h 30 min</c>. Number and unit stay in one line.</summary>
    public static string Of(TimeSpan duration)
    {
        if (duration < TimeSpan.Zero)
        {
            return $"minus {Of(duration == TimeSpan.MinValue ? TimeSpan.MaxValue : -duration)}";
        }

        var seconds = duration.Seconds + ((decimal)(duration.Ticks % TimeSpan.TicksPerSecond) / TimeSpan.TicksPerSecond);
        string[] parts =
        [
            .. duration.Days == 0 ? (string[])[] : [duration.Days == 1 ? "1\u00a0day" : $"{duration.Days}\u00a0days"],
            .. duration.Hours == 0 ? (string[])[] : [$"{duration.Hours}\u00a0h"],
            .. duration.Minutes == 0 ? (string[])[] : [$"{duration.Minutes}\u00a0min"],
            .. seconds == 0 ? (string[])[] : [$"{seconds.ToString("0.#######", CultureInfo.InvariantCulture)}\u00a0s"],
        ];
        return parts.Length == 0 ? "0\u00a0s" : string.Join(' ', parts);
    }

    /// <summary>A text in which durations are written as in the configuration file, with them in words.</summary>
    public static string In(string text) =>
        Written().Replace(text, found => TimeSpan.TryParseExact(found.Value, ["c", @"d\.hh\:mm\:ss"], CultureInfo.InvariantCulture, out var duration) ? Of(duration) : found.Value);

    [System.Text.RegularExpressions.GeneratedRegex(@"\b([0-9]+\.)?[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{7})?\b", System.Text.RegularExpressions.RegexOptions.ExplicitCapture | System.Text.RegularExpressions.RegexOptions.CultureInvariant, 1_000)]
    private static partial System.Text.RegularExpressions.Regex Written();
}
