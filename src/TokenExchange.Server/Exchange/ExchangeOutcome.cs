using TokenExchange.Core.Tokens;
using TokenExchange.Server.Api;

namespace TokenExchange.Server.Exchange;

/// <summary>How an exchange ended. It is on record already.</summary>
public abstract record ExchangeOutcome
{
    private ExchangeOutcome()
    {
    }

    /// <summary>A token may leave: its claims, ready to be signed.</summary>
    public sealed record Issued(ActorToken Token) : ExchangeOutcome;

    /// <summary>A token for this server's own API may leave.</summary>
    public sealed record IssuedForApi(ApiToken Token) : ExchangeOutcome;

    /// <summary>None.</summary>
    public sealed record Refused(Refusal Refusal) : ExchangeOutcome;
}
