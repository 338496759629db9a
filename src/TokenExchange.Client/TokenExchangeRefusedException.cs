namespace TokenExchange.Client;

/// <summary>
/// Thrown out of an <see cref="HttpClient"/> with an actor token when the server refused the exchange, so that the request was not sent.
/// </summary>
public sealed class TokenExchangeRefusedException : Exception
{
    internal TokenExchangeRefusedException(ExchangeResult.Refused refusal, string resource, string? purpose)
        : base(Describe(refusal, resource, purpose)) => Refusal = refusal;

    /// <summary>What the server answered.</summary>
    public ExchangeResult.Refused Refusal { get; }

    private static string Describe(ExchangeResult.Refused refusal, string resource, string? purpose)
    {
        var under = purpose is null ? string.Empty : $" under the purpose '{purpose}'";
        var because = refusal.ErrorDescription is null ? string.Empty : $": {refusal.ErrorDescription}";
        var see = refusal.ErrorUri is null ? string.Empty : $" (see {refusal.ErrorUri})";
        return $"The exchange for {resource}{under} was refused with {refusal.Error}{because}{see}";
    }
}
