using TokenExchange.Server.Assertions;

namespace TokenExchange.Server.Web.Admin.Issuers;

/// <summary>The checks of an assertion in words.</summary>
public static class StepWords
{
    /// <summary>What is looked at.</summary>
    public static string Of(AssertionCheck check) => check switch
    {
        AssertionCheck.Agent => "The agent may exchange",
        AssertionCheck.Form => "It is a signed JWT",
        AssertionCheck.Issuer => "Its issuer is trusted",
        AssertionCheck.Type => "It is of the right type",
        AssertionCheck.Keys => "The issuer's key is at hand",
        AssertionCheck.Signature => "The signature is right",
        AssertionCheck.Times => "It is valid now",
        AssertionCheck.Audience => "It was made for whom it may be",
        AssertionCheck.Use => "It was made for a session",
        AssertionCheck.Unbound => "It stands for the user alone",
        AssertionCheck.Presenter => "It was made for this agent",
        AssertionCheck.Subject => "Its user can be told from others",
        AssertionCheck.Identifier => "It has an id of its own",
        AssertionCheck.SignIn => "How the user signed in can be read",
        AssertionCheck.Scopes => "What limits the session can be read",
        AssertionCheck.Session => "Which session it is can be read",
        AssertionCheck.PolicyClaims => "What policies look at",
        AssertionCheck.MayAct => "It lets this agent act",
        AssertionCheck.SingleUse => "It was not used before",
        AssertionCheck.Revocations => "Nothing was revoked since",
        _ => check.ToString(),
    };

    /// <summary>What came of it, and its pill.</summary>
    public static (string Kind, string Word) Of(CheckResult result) => result switch
    {
        CheckResult.Passed => ("good", "passed"),
        CheckResult.Failed => ("bad", "failed"),
        CheckResult.NotReached => ("idle", "could not be looked at"),
        _ => ("idle", result.ToString()),
    };
}
