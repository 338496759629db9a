namespace TokenExchange.Server.Exchange;

/// <summary>The form as it arrived: every parameter with all its values.</summary>
public sealed class ExchangeForm(IReadOnlyDictionary<string, IReadOnlyList<string>> parameters)
{
    /// <summary>All values of a parameter; empty when absent. An empty value counts as absent (RFC 6749 §3.2).</summary>
    public IReadOnlyList<string> Values(string name) => parameters.GetValueOrDefault(name) is { } values ? [.. values.Where(v => v.Length > 0)] : [];

    /// <summary>The one value of a parameter; null when absent or repeated.</summary>
    public string? Value(string name) => Values(name) is [var value] ? value : null;
}
