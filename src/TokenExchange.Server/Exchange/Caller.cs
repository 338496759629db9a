using System.Net;

namespace TokenExchange.Server.Exchange;

/// <summary>Who calls: a client that has proven who it is.</summary>
/// <param name="ClientId">The authenticated client.</param>
/// <param name="Source">Where it calls from; null when unknown.</param>
public sealed record Caller(string ClientId, IPAddress? Source);
