using System.Diagnostics.CodeAnalysis;

namespace TokenExchange.Server.Exchange;

/// <summary>A value that passed its checks, or the refusal that says why there is none.</summary>
public readonly struct Checked<T>
    where T : class
{
    private readonly T? _value;
    private readonly Refusal? _refusal;

    private Checked(T? value, Refusal? refusal) => (_value, _refusal) = (value, refusal);

    /// <summary>Whether there is a value; exactly one of the two is given.</summary>
    public bool Passed([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out Refusal? refusal)
    {
        (value, refusal) = (_value, _refusal);
        return value is not null;
    }

    /// <summary>Passed.</summary>
    [SuppressMessage("Usage", "CA2225", Justification = "Returning the value or the refusal is the whole use of this type.")]
    public static implicit operator Checked<T>(T value) => new(value, null);

    /// <summary>Refused.</summary>
    [SuppressMessage("Usage", "CA2225", Justification = "Returning the value or the refusal is the whole use of this type.")]
    public static implicit operator Checked<T>(Refusal refusal) => new(null, refusal);

    /// <summary>Refused for this reason.</summary>
    [SuppressMessage("Usage", "CA2225", Justification = "Returning the value or the refusal is the whole use of this type.")]
    public static implicit operator Checked<T>(RefusalReason reason) => new(null, new Refusal(reason));
}
