using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace TokenExchange.Storage.Delegations;

/// <summary>A place in a list of delegations: the next page begins behind it.</summary>
/// <param name="At">The instant that the list is sorted by, of the last delegation that was shown.</param>
/// <param name="Delegation">Which one that is: of several at one instant.</param>
public sealed record DelegationCursor(DateTimeOffset At, string Delegation)
{
    private const int MaxLength = 100;

    /// <summary>Reads what <see cref="ToString"/> wrote; false for anything else.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out DelegationCursor? cursor)
    {
        cursor = null;
        if (text is null || text.Length > MaxLength || text.IndexOf('.', StringComparison.Ordinal) is var dot && dot <= 0 || dot == text.Length - 1
            || !long.TryParse(text.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) || ticks > DateTimeOffset.MaxValue.UtcTicks)
        {
            return false;
        }

        cursor = new DelegationCursor(new DateTimeOffset(ticks, TimeSpan.Zero), text[(dot + 1)..]);
        return true;
    }

    /// <summary>As it stands in URLs.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{At.UtcTicks}.{Delegation}");
}
