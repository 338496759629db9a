using System.Net;
using TokenExchange.Core.Tokens;

namespace TokenExchange.Server.Exchange;

/// <summary>How an exchange ended. It is on record already.</summary>
public abstract record ExchangeOutcome
{
    private ExchangeOutcome()
    {
    }

    /// <summary>A token may leave: its claims, ready to be signed.</summary>
    public sealed record Issued(ActorToken Token) : ExchangeOutcome;

    /// <summary>None.</summary>
    public sealed record Refused(Refusal Refusal) : ExchangeOutcome;
}

/// <summary>Who calls: a client that has proven who it is.</summary>
/// <param name="ClientId">The authenticated client.</param>
/// <param name="Source">Where it calls from; null when unknown.</param>
public sealed record Caller(string ClientId, IPAddress? Source);
