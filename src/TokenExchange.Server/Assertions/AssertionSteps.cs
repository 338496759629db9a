using System.Globalization;
using System.Text.Json;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Protocol;
using TokenExchange.Core.Tokens;
using TokenExchange.Server.Exchange;

namespace TokenExchange.Server.Assertions;

/// <summary>The checks of one assertion in words, as they come in.</summary>
internal sealed class AssertionSteps
{
    // What is found may be anything, also what cannot be seen or has no end; the claims are shown beside it.
    private const int MaxFound = 500;

    private readonly Dictionary<AssertionCheck, AssertionStep> _steps = [];

    /// <summary>The user, once known.</summary>
    public string? Subject { get; private set; }

    /// <summary>The session, once known.</summary>
    public string? Session { get; private set; }

    /// <summary>The reason of the first check that failed, in the order of an exchange; null when none did.</summary>
    public string? FirstFailure => _steps.Values.Where(s => s.Result == CheckResult.Failed).OrderBy(s => s.Check).FirstOrDefault()?.Reason;

    /// <summary>Notes what came of a check: passed without a refusal, with the problem otherwise.</summary>
    public void Add(AssertionCheck check, Refusal? refusal, string? found, string? expected, string? problem) =>
        _steps.Add(check, new AssertionStep(
            check, refusal is null ? CheckResult.Passed : CheckResult.Failed, Shown(found), expected, refusal is null ? null : problem, refusal is null ? null : RefusalWire.For(refusal.Reason).Code));

    /// <summary>Every check there is, in order.</summary>
    public IReadOnlyList<AssertionStep> Complete() =>
        [.. Enum.GetValues<AssertionCheck>().Select(c => _steps.GetValueOrDefault(c) ?? new AssertionStep(c, CheckResult.NotReached, null, null, null, null))];

    /// <summary>When it holds; null when that cannot be read.</summary>
    public JwtTimes? Times(JsonElement claims, IssuerDefinition issuer, DateTimeOffset now, TimeSpan skew, TrustedJwts trusted)
    {
        var expected = $"iat at most {issuer.MaxAssertionAge:c} ago, exp ahead";
        if (!TrustedJwts.TimesOf(claims).Passed(out var times, out var refusal))
        {
            Add(AssertionCheck.Times, refusal, null, expected, "exp or iat is missing, or exp, iat or nbf is not a whole number of seconds.");
            return null;
        }

        var found = $"iat {Instant(times.IssuedAt)}, exp {Instant(times.ExpiresAt)}{(times.NotBefore is { } nbf ? $", nbf {Instant(nbf)}" : string.Empty)}; it is {Instant(now)}";
        var problem = times.ExpiresAt <= now ? "It has expired."
            : times.IssuedAt > now + skew ? "It was issued in the future: the issuer's clock is ahead, or this server's behind."
            : times.NotBefore > now + skew ? "It is not valid yet."
            : "It is older than the issuer's maxAssertionAge, however long it says it lives.";
        Add(AssertionCheck.Times, trusted.IsCurrent(times, issuer, now) ? null : new Refusal(RefusalReason.SubjectTokenExpired), found, expected, problem);
        return times;
    }

    /// <summary>For whom and what it was made.</summary>
    public void AboutClaims(JsonElement claims, IssuerDefinition issuer, string agent)
    {
        Add(AssertionCheck.Audience, TrustedJwts.AudienceProblem(claims, issuer), Text(claims, ClaimNames.Audience), $"only {AssertionTest.Or(issuer.Audiences)}", "It was made for others as well, or only for others: every aud must be among the issuer's audiences.");
        Add(AssertionCheck.Use, TrustedJwts.OtherUseProblem(claims), null, null, "It was made for another use: logout, refresh, an event or introspection.");
        Add(AssertionCheck.Unbound, TrustedJwts.BoundProblem(claims), null, "neither act nor cnf", "It names an actor (act) or is bound to a key (cnf). A session assertion stands for the user alone.");
        Add(
            AssertionCheck.Presenter, SessionAssertions.IsPresenter(claims, issuer, agent) ? null : new Refusal(RefusalReason.WrongPresenter),
            issuer.Claims.Presenter is { } claim ? Text(claims, claim) : "not looked at", issuer.Claims.Presenter is { } named ? $"{named} {agent}" : null, "It was made for another client.");
    }

    /// <summary>The user.</summary>
    public void SubjectIs(JsonElement claims, IssuerDefinition issuer, Checked<string> subject)
    {
        Subject = subject.Passed(out var name, out var refusal) ? name : null;
        Add(
            AssertionCheck.Subject, refusal, Called(Text(claims, ClaimNames.Subject), Subject), null,
            refusal?.Reason == RefusalReason.SubjectAmbiguous
                ? $"{issuer.SubjectPrefix}{Text(claims, ClaimNames.Subject)} could be another issuer's user, a client or this server. Give the issuer a subjectPrefix of its own."
                : "The sub is missing or is no text that can be used.");
    }

    /// <summary>How the user signed in.</summary>
    public void SignIn(Checked<UserAuthentication> authentication)
    {
        var found = authentication.Passed(out var a, out var refusal)
            ? $"auth_time {(a.Time is { } time ? Instant(time) : "unknown")}, acr {a.ContextClass ?? "unknown"}, amr {(a.Methods.Count == 0 ? "unknown" : string.Join(' ', a.Methods))}"
            : null;
        Add(AssertionCheck.SignIn, refusal, found, null, "auth_time is not a whole number of seconds or lies in the future, or acr or amr is no text that can be used.");
    }

    /// <summary>What the session is limited to.</summary>
    public void Scopes(JsonElement claims, IssuerDefinition issuer)
    {
        var readable = SessionAssertions.TryReadScopes(claims, issuer, out var scopes);
        Add(
            AssertionCheck.Scopes, readable ? null : new Refusal(RefusalReason.SubjectTokenClaims), issuer.Claims.Scope is null ? "not looked at" : scopes?.ToString() ?? Text(claims, issuer.Claims.Scope) ?? "absent: no limit", null,
            $"{issuer.Claims.Scope} is not scopes separated by single spaces.");
    }

    /// <summary>The session.</summary>
    public void SessionIs(JsonElement claims, IssuerDefinition issuer, Checked<string> session)
    {
        Session = session.Passed(out var name, out var refusal) ? name : null;
        Add(
            AssertionCheck.Session, refusal, Called(Text(claims, issuer.Claims.Session) ?? $"no {issuer.Claims.Session}, so the user's sign-in is the session", Session), null,
            $"{issuer.Claims.Session} is no text that can be used.");
    }

    /// <summary>What policies would know.</summary>
    public void PolicyClaims(IReadOnlyDictionary<string, IReadOnlyList<string>> known, IReadOnlySet<string> looked) =>
        Add(
            AssertionCheck.PolicyClaims, null,
            looked.Count == 0 ? "no policy looks at any" : string.Join("; ", looked.Order(StringComparer.Ordinal).Select(c => $"{c}: {(!known.TryGetValue(c, out var values) ? "unknown" : values.Count == 0 ? "absent" : string.Join(", ", values))}")),
            null, null);

    /// <summary>Whether it lets the agent act.</summary>
    public void MayAct(JsonElement claims, string agent, Actor? actor, string issuer)
    {
        if (!SessionAssertions.TryReadMayAct(claims, out var mayAct))
        {
            Add(AssertionCheck.MayAct, new Refusal(RefusalReason.SubjectTokenClaims), Text(claims, ClaimNames.MayAct), null, "may_act is not an object with a sub, or a list of such objects.");
            return;
        }

        Add(
            AssertionCheck.MayAct, ActorStep.LetsAct(mayAct, actor ?? new Actor(agent, issuer), issuer) ? null : new Refusal(RefusalReason.ActorNotNamed), Text(claims, ClaimNames.MayAct) ?? "absent: any agent",
            $"{agent}, of {issuer} where it names an iss", "may_act names others.");
    }

    private static string? Shown(string? found) => found is null ? null : RecordText.Printable(found.Length > MaxFound ? $"{found[..MaxFound]}…" : found);

    private static string? Called(string? text, string? name) => name is null ? text : $"{text}, here called {name}";

    // What there is, whatever it is.
    private static string? Text(JsonElement claims, string name) => !claims.TryGetProperty(name, out var value) ? null : value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText();

    private static string Instant(DateTimeOffset instant) => instant.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
