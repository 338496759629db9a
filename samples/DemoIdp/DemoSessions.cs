using System.Collections.Concurrent;

namespace DemoIdp;

/// <summary>
/// The users' sessions: each user has one at a time, whatever it is used for. What an assertion, an ID token and a browser's cookie say of it is the same id, and
/// all of them are over when it ends. Forgotten when the program ends.
/// </summary>
/// <param name="time">The clock.</param>
public sealed class DemoSessions(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, (string Id, long BeganAt)> _current = new(StringComparer.Ordinal);

    /// <summary>The user's session; begins one where there is none.</summary>
    public string Of(string user) => Begun(user).Id;

    /// <summary>When the user signed in to that session, in seconds since 1970.</summary>
    public long BeganAt(string user) => Begun(user).BeganAt;

    /// <summary>Whether this is the session the user has now.</summary>
    public bool IsCurrent(string user, string session) => _current.TryGetValue(user, out var current) && string.Equals(current.Id, session, StringComparison.Ordinal);

    /// <summary>Ends the user's session and says which it was; null when there was none.</summary>
    public string? End(string user) => _current.TryRemove(user, out var session) ? session.Id : null;

    /// <summary>Ends the user's session if it is this one.</summary>
    public void End(string user, string session)
    {
        if (_current.TryGetValue(user, out var current) && string.Equals(current.Id, session, StringComparison.Ordinal))
        {
            _current.TryRemove(KeyValuePair.Create(user, current));
        }
    }

    private (string Id, long BeganAt) Begun(string user) => _current.GetOrAdd(user, _ => (Guid.NewGuid().ToString("N"), time.GetUtcNow().ToUnixTimeSeconds()));
}
