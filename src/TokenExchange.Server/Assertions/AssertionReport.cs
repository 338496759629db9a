using System.Text.Json;

namespace TokenExchange.Server.Assertions;

/// <summary>What is looked at in an assertion, in the order in which an exchange looks at it.</summary>
public enum AssertionCheck
{
    /// <summary>The agent exists, can be used, and is of a kind that may act.</summary>
    Agent = 1,

    /// <summary>It is a signed JWT of the strict form.</summary>
    Form,

    /// <summary>Its issuer is trusted, enabled, and may vouch with this kind of token.</summary>
    Issuer,

    /// <summary>Its <c>typ</c> is one the issuer's assertions have.</summary>
    Type,

    /// <summary>The issuer's keys are at hand, one with its <c>kid</c> among them.</summary>
    Keys,

    /// <summary>One of them has signed it, by an algorithm that is allowed.</summary>
    Signature,

    /// <summary>It is valid now, and not too old.</summary>
    Times,

    /// <summary>It was made for this server, or for an app whose sessions may be lent.</summary>
    Audience,

    /// <summary>It was made for a session, not for logout, refresh or an event.</summary>
    Use,

    /// <summary>It names no actor and is bound to no key.</summary>
    Unbound,

    /// <summary>It was made for this agent, where the issuer says so.</summary>
    Presenter,

    /// <summary>Its user can be told from every other.</summary>
    Subject,

    /// <summary>It has an id, where it can be used once only.</summary>
    Identifier,

    /// <summary>When and how the user signed in can be read.</summary>
    SignIn,

    /// <summary>What the session is limited to can be read.</summary>
    Scopes,

    /// <summary>Which session it is can be read.</summary>
    Session,

    /// <summary>The claims that policies look at. They decide later; here nothing fails.</summary>
    PolicyClaims,

    /// <summary>It lets this agent act.</summary>
    MayAct,

    /// <summary>It was not exchanged before, where it can be used once only.</summary>
    SingleUse,

    /// <summary>Neither the session nor the user, the issuer or the agent was revoked since.</summary>
    Revocations,
}

/// <summary>What came of a check.</summary>
public enum CheckResult
{
    /// <summary>As it should be.</summary>
    Passed = 1,

    /// <summary>An exchange would be refused for it.</summary>
    Failed,

    /// <summary>It could not be looked at, for want of something that failed before.</summary>
    NotReached,
}

/// <summary>One check of an assertion. Texts may come from the assertion: they are whatever its writer wanted.</summary>
/// <param name="Check">What was looked at.</param>
/// <param name="Result">What came of it.</param>
/// <param name="Found">What there is; null when there is nothing to say.</param>
/// <param name="Expected">What there should be; null where that goes without saying.</param>
/// <param name="Problem">What is wrong, in a sentence; null unless it failed.</param>
/// <param name="Reason">The reason an exchange would be refused for, as on record and behind <c>error_uri</c>; null unless it failed.</param>
public sealed record AssertionStep(AssertionCheck Check, CheckResult Result, string? Found, string? Expected, string? Problem, string? Reason);

/// <summary>Whether an assertion would be accepted for an agent, and why. What policies would say of the exchange is another question.</summary>
/// <param name="Accepted">Whether every check passed.</param>
/// <param name="Reason">The reason an exchange would be refused for; null when accepted.</param>
/// <param name="Steps">Every check, in order.</param>
/// <param name="TokenHash">Lower-case hex SHA-256 of the assertion: records know it by this.</param>
/// <param name="Claims">Its claims; null when it could not be read.</param>
/// <param name="Subject">The user, as this server calls them; null when that cannot be said.</param>
/// <param name="Session">The session, as this server calls it; null when that cannot be said.</param>
public sealed record AssertionReport(bool Accepted, string? Reason, IReadOnlyList<AssertionStep> Steps, string TokenHash, JsonElement? Claims, string? Subject, string? Session);

/// <summary>An assertion to test.</summary>
/// <param name="Assertion">As an agent would send it; white space around it, which pasting adds, is taken off.</param>
/// <param name="Agent">The client id of the agent that would exchange it.</param>
/// <param name="IsIdToken">Whether the agent would call it an ID token; otherwise a JWT.</param>
public sealed record AssertionTestInput(string Assertion, string Agent, bool IsIdToken);
