using Microsoft.AspNetCore.Http;
using TokenExchange.Core.Policies;
using TokenExchange.Core.Protocol;
using TokenExchange.Core.Tokens;

namespace TokenExchange.ResourceServer.Validation;

/// <summary>
/// Why a token is not accepted, as it goes on the wire. The sentences are fixed: nothing of the token and no exception's text is ever in one
/// (RFC 6750 §3.1 allows printable ASCII without <c>"</c> and <c>\</c>).
/// </summary>
internal sealed record TokenRefusal(int Status, string Error, string Description, StepUp? StepUp = null)
{
    public static TokenRefusal TooLarge { get; } = Invalid($"The token is longer than {CompactJwt.MaxLength} characters.");

    public static TokenRefusal Malformed { get; } = Invalid("The token is not a well-formed signed JWT.");

    public static TokenRefusal WrongType { get; } = Invalid($"The token is not an access token: its typ must be {TokenTypes.AccessTokenHeader}.");

    public static TokenRefusal WrongAlgorithm { get; } = Invalid("The signature algorithm of the token is not accepted.");

    public static TokenRefusal UnknownKey { get; } = Invalid("The token was signed with an unknown key.");

    public static TokenRefusal BadSignature { get; } = Invalid("The signature of the token is not valid.");

    public static TokenRefusal OtherIssuer { get; } = Invalid("The token was issued by someone else.");

    public static TokenRefusal OtherResource { get; } = Invalid("The token is for another resource.");

    public static TokenRefusal NotOneResource { get; } = Invalid("The token is not for exactly one resource.");

    public static TokenRefusal NoExpiry { get; } = Invalid("The token does not expire.");

    public static TokenRefusal Expired { get; } = Invalid("The token has expired.");

    public static TokenRefusal NotYetValid { get; } = Invalid("The token is not valid yet.");

    public static TokenRefusal BoundToKey { get; } = Invalid("The token is bound to a key (cnf), and this application cannot check the proof.");

    public static TokenRefusal Revoked { get; } = Invalid("The token is no longer active.");

    /// <summary>A token that cannot be judged is not a bad token: the caller should come back with the same one.</summary>
    public static TokenRefusal AuthorityUnavailable { get; } = new(
        StatusCodes.Status503ServiceUnavailable, ErrorCodes.TemporarilyUnavailable, "The authorization server cannot be asked, so the token cannot be judged.");

    /// <summary>Policies or revocations are too old, or were never had.</summary>
    public static TokenRefusal NothingToGoBy { get; } = new(
        StatusCodes.Status503ServiceUnavailable, ErrorCodes.TemporarilyUnavailable, "The authorization server has not been heard from for too long, so the token cannot be judged.");

    /// <summary>With a new token the agent gets what is permitted now, or learns why nothing is.</summary>
    public static TokenRefusal NoLongerPermitted { get; } = Invalid("The policies that hold now do not permit the token.");

    /// <summary>RFC 9470 §3.</summary>
    public static TokenRefusal AuthenticationInsufficient(StepUp stepUp) => new(
        StatusCodes.Status401Unauthorized, ErrorCodes.InsufficientUserAuthentication, "The user must authenticate again or more strongly for this.", stepUp);

    /// <summary>A sensitive action that nobody can judge: nothing was done, and the caller should come back with the same token.</summary>
    public static TokenRefusal ActionUnjudged { get; } = new(
        StatusCodes.Status503ServiceUnavailable, ErrorCodes.TemporarilyUnavailable, "The authorization server cannot be asked, so this cannot be permitted.");

    /// <param name="problem">A sentence about a claim out of <see cref="ActorToken.TryRead"/>; those are fixed too.</param>
    public static TokenRefusal NotAnActorToken(string problem) => Invalid($"The token is not an actor token: {problem}.");

    private static TokenRefusal Invalid(string description) => new(StatusCodes.Status401Unauthorized, ErrorCodes.InvalidToken, description);
}

/// <summary>Carries a refusal through the stock handler, whose only word for "no" is an exception.</summary>
internal sealed class TokenRefusedException(TokenRefusal refusal) : Exception(refusal.Description)
{
    public TokenRefusal Refusal { get; } = refusal;
}
