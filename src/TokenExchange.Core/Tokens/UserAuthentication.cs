namespace TokenExchange.Core.Tokens;

/// <summary>
/// The proof of the user: how and when they authenticated. It comes from the session assertion and survives every exchange unchanged.
/// </summary>
/// <param name="Time"><c>auth_time</c>; null when the assertion did not say.</param>
/// <param name="ContextClass"><c>acr</c>; null when the assertion did not say.</param>
/// <param name="Methods"><c>amr</c> (RFC 8176), as given; empty when the assertion did not say.</param>
public sealed record UserAuthentication(DateTimeOffset? Time, string? ContextClass, IReadOnlyList<string> Methods)
{
    /// <summary>Nothing is known of how the user authenticated.</summary>
    public static UserAuthentication Unknown { get; } = new(null, null, []);

    /// <inheritdoc />
    public bool Equals(UserAuthentication? other) =>
        other is not null && Time == other.Time && string.Equals(ContextClass, other.ContextClass, StringComparison.Ordinal) && Methods.SequenceEqual(other.Methods, StringComparer.Ordinal);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Time, ContextClass, Methods.Count);
}
