using System.Security.Cryptography;
using System.Text;

namespace TokenExchange.Client;

/// <summary>
/// Issued tokens by what was asked for, and the exchanges under way. One lock guards both, so between a cached token and a running exchange
/// there is no gap in which a second exchange could start. Subject tokens are held as SHA-256 only; failures are not held at all.
/// </summary>
internal sealed class ActorTokenCache(int capacity, TimeSpan renewBefore, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Key, IssuedToken> _tokens = [];
    private readonly Dictionary<Key, Task<ExchangeResult>> _exchanges = [];

    /// <summary>Everything that decides what an exchange gives.</summary>
    public readonly record struct Key(string SubjectSha256, string SubjectTokenType, string Resource, string? Purpose, string Scopes, string ClientId)
    {
        public static Key Of(ExchangeParameters asked, string clientId) => new(
            Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(asked.SubjectToken.Value))),
            asked.SubjectToken.TokenType,
            asked.Resource,
            asked.Purpose,
            string.Join(' ', asked.Scopes.Order(StringComparer.Ordinal)),
            clientId);
    }

    /// <summary>
    /// The cached token while it is fresh, else the exchange under way, else a new one. A caller that cancels leaves; the exchange goes on for the others.
    /// </summary>
    public Task<ExchangeResult> GetAsync(Key key, Func<Task<ExchangeResult>> exchange, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_tokens.TryGetValue(key, out var token) && IsFresh(token))
            {
                return Task.FromResult<ExchangeResult>(new ExchangeResult.Succeeded(token));
            }

            if (!_exchanges.TryGetValue(key, out var underway))
            {
                _exchanges[key] = underway = SharedWork.Start(() => RunAsync(key, exchange));
            }

            return underway.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Drops a token the relying app refused; a newer one that has taken its place stays.</summary>
    public void Evict(Key key, IssuedToken refused)
    {
        lock (_gate)
        {
            if (_tokens.TryGetValue(key, out var token) && ReferenceEquals(token, refused))
            {
                _tokens.Remove(key);
            }
        }
    }

    private async Task<ExchangeResult> RunAsync(Key key, Func<Task<ExchangeResult>> exchange)
    {
        ExchangeResult? result = null;
        try
        {
            return result = await exchange();
        }
        finally
        {
            lock (_gate)
            {
                _exchanges.Remove(key);
                Keep(key, (result as ExchangeResult.Succeeded)?.Token);
            }
        }
    }

    private void Keep(Key key, IssuedToken? token)
    {
        // The token due for renewal goes even when nothing takes its place: after a refusal it must not be served again.
        _tokens.Remove(key);
        if (token is null)
        {
            return;
        }

        var now = time.GetUtcNow();
        foreach (var expired in _tokens.Where(t => t.Value.ExpiresAt <= now).Select(t => t.Key).ToList())
        {
            _tokens.Remove(expired);
        }

        if (_tokens.Count >= capacity)
        {
            _tokens.Remove(_tokens.MinBy(t => t.Value.ExpiresAt).Key);
        }

        _tokens[key] = token;
    }

    private bool IsFresh(IssuedToken token)
    {
        var margin = renewBefore < token.Lifetime / 4 ? renewBefore : token.Lifetime / 4;
        return time.GetUtcNow() < token.ExpiresAt - margin;
    }
}
