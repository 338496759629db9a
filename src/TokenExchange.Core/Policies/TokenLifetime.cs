namespace TokenExchange.Core.Policies;

/// <summary>Time only ever shrinks: what a token lives is the smallest of what each party allows.</summary>
public static class TokenLifetime
{
    /// <summary>The longest lifetime a permit may allow, and so the longest any token has.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(60);

    /// <summary>
    /// When a token issued now expires: the smallest of the subject token's expiry, the session's end, the delegation's end and now plus the permit's
    /// lifetime; rounded down to whole seconds, because a NumericDate has no fractions here. Null when nothing of it would remain.
    /// </summary>
    /// <param name="now">The instant of issue.</param>
    /// <param name="maxLifetime">The permit's limit.</param>
    /// <param name="bounds">Expiry of the subject token, end of session, end of delegation; null where there is none.</param>
    public static DateTimeOffset? Expiry(DateTimeOffset now, TimeSpan maxLifetime, params ReadOnlySpan<DateTimeOffset?> bounds)
    {
        var issued = WholeSeconds(now);
        var expiry = issued + maxLifetime;
        foreach (var bound in bounds)
        {
            if (bound is { } b && b < expiry)
            {
                expiry = b;
            }
        }

        expiry = WholeSeconds(expiry);
        return expiry > issued ? expiry : null;
    }

    /// <summary>Rounds down to whole seconds.</summary>
    public static DateTimeOffset WholeSeconds(DateTimeOffset instant) => DateTimeOffset.FromUnixTimeSeconds(instant.ToUnixTimeSeconds());
}
