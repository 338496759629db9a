namespace TokenExchange.Client;

/// <summary>The user must sign in again, or more strongly, before a request can go on (RFC 9470).</summary>
/// <param name="AcrValues">The authentication context classes of which the sign-in must reach one; empty means any.</param>
/// <param name="MaxAge">How old the sign-in may be; null means any age, and that <paramref name="AcrValues"/> is what is missing.</param>
/// <param name="Resource">The relying app's API, as in <see cref="ActorTokenOptions.Resource"/>.</param>
/// <param name="Purpose">The purpose, as in <see cref="ActorTokenOptions.Purpose"/>.</param>
/// <param name="SubjectToken">The token that stood for the user until now: the very object that was given for the request.</param>
/// <param name="Request">The request that needs it, to tell whose it is; where several wait for the same, the first of them. Leave it as it is.</param>
public sealed record StepUpRequest(
    IReadOnlyList<string> AcrValues, TimeSpan? MaxAge, string Resource, string? Purpose, SubjectToken SubjectToken, HttpRequestMessage Request);
