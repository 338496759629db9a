using TokenExchange.Server.Exchange;

namespace TokenExchange.Server.Me;

/// <summary>Why nobody was signed in.</summary>
public enum SignInProblem
{
    /// <summary>The issuer is not trusted (any more), or not for users.</summary>
    Issuer,

    /// <summary>The issuer cannot be reached, or answers with what is no answer.</summary>
    Unavailable,

    /// <summary>What came back does not belong to a sign-in that this browser began here, lately.</summary>
    State,

    /// <summary>The issuer said no, to the user or to us.</summary>
    Denied,

    /// <summary>The ID token is not right.</summary>
    Token,

    /// <summary>The user could be mistaken for another issuer's user or for a client.</summary>
    Subject,

    /// <summary>The session, the user or the issuer was revoked after the sign-in began, or the session before.</summary>
    Revoked,
}

/// <summary>A refusal to sign somebody in: a value, like every refusal.</summary>
/// <param name="Problem">Why.</param>
/// <param name="Detail">More, for the record; never a token or a secret.</param>
public sealed record SignInRefusal(SignInProblem Problem, string? Detail = null)
{
    /// <summary>The word for it, on record and in the address of the page that says it.</summary>
    public string Code => CodeOf(Problem);

    /// <summary>What to tell the user; null for a word that is none of ours.</summary>
    public static string? SentenceOf(string? code) =>
        Enum.GetValues<SignInProblem>().Where(p => string.Equals(CodeOf(p), code, StringComparison.Ordinal)).Select(p => (string?)SentenceOf(p)).FirstOrDefault();

    /// <summary>What the checks that all tokens of an issuer go through mean for a sign-in.</summary>
    internal static SignInRefusal From(Refusal refusal) => new(
        refusal.Reason switch
        {
            RefusalReason.IssuerNotTrusted => SignInProblem.Issuer,
            RefusalReason.IssuerKeysUnavailable => SignInProblem.Unavailable,
            RefusalReason.SubjectAmbiguous => SignInProblem.Subject,
            _ => SignInProblem.Token,
        },
        refusal.Detail is null ? RefusalWire.For(refusal.Reason).Code : $"{RefusalWire.For(refusal.Reason).Code}: {refusal.Detail}");

    private static string CodeOf(SignInProblem problem) => problem switch
    {
        SignInProblem.Issuer => "sign_in_issuer",
        SignInProblem.Unavailable => "sign_in_unavailable",
        SignInProblem.State => "sign_in_state",
        SignInProblem.Denied => "sign_in_denied",
        SignInProblem.Token => "sign_in_token",
        SignInProblem.Subject => "sign_in_subject",
        SignInProblem.Revoked => "sign_in_revoked",
    };

    private static string SentenceOf(SignInProblem problem) => problem switch
    {
        SignInProblem.Issuer => "Nobody can sign in there at the moment: this server does not trust it for users. Whoever runs this server can change that.",
        SignInProblem.Unavailable => "The place where you sign in cannot be reached, or does not work as it should. Try again in a minute.",
        SignInProblem.State => "What came back does not belong to a sign-in that was begun in this browser, or that was too long ago. Sign in once more.",
        SignInProblem.Denied => "You were not signed in there. Sign in once more, or ask whoever runs it why.",
        SignInProblem.Token => "What came back about you cannot be accepted. Whoever runs this server finds the reason on record.",
        SignInProblem.Subject => "You cannot be told from somebody else here. Whoever runs this server must give the place where you sign in a prefix of its own.",
        SignInProblem.Revoked => "Your session there was ended. Sign in once more.",
    };
}

/// <summary>Carries a refusal through a library that knows exceptions only; it never leaves this room.</summary>
internal sealed class SignInRefusedException(SignInRefusal refusal) : Exception(refusal.Code)
{
    public SignInRefusal Refusal { get; } = refusal;
}
