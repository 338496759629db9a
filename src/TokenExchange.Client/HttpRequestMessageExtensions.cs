namespace TokenExchange.Client;

/// <summary>Says for one request whose token it shall carry.</summary>
public static class HttpRequestMessageExtensions
{
    private static readonly HttpRequestOptionsKey<SubjectToken> Key = new("TokenExchange.Client.SubjectToken");

    /// <summary>Sets the user of this request, in place of <see cref="ActorTokenOptions.SubjectToken"/>.</summary>
    /// <param name="request">A request about to be sent with a client that has an actor token.</param>
    /// <param name="subjectToken">The token that stands for the user.</param>
    public static void SetSubjectToken(this HttpRequestMessage request, SubjectToken subjectToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(subjectToken);
        request.Options.Set(Key, subjectToken);
    }

    internal static SubjectToken? FindSubjectToken(this HttpRequestMessage request) =>
        request.Options.TryGetValue(Key, out var subjectToken) ? subjectToken : null;
}
