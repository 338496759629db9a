namespace TokenExchange.Server.Administrators;

/// <summary>What came of a step of signing in.</summary>
public abstract record SignInOutcome
{
    private SignInOutcome()
    {
    }

    /// <summary>Signed in; the answer carries the cookie.</summary>
    public sealed record SignedIn : SignInOutcome;

    /// <summary>The password is right, and a one-time code is needed as well.</summary>
    public sealed record SecondFactorNeeded : SignInOutcome;

    /// <summary>
    /// No. Which of all causes it was is on record and said to nobody: user name or password wrong, code wrong or used before, account closed for a while, disabled,
    /// or unknown.
    /// </summary>
    public sealed record Refused : SignInOutcome;

    /// <summary>The password was given too long ago, or never: begin again.</summary>
    public sealed record Expired : SignInOutcome;

    /// <summary>Too many are signing in at this moment; nothing was judged.</summary>
    public sealed record Busy(TimeSpan RetryAfter) : SignInOutcome;
}
