using System.Text.Json;
using Microsoft.Extensions.Options;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Protocol;
using TokenExchange.Core.Tokens;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Exchange;
using TokenExchange.Server.Settings;
using TokenExchange.Storage.Assertions;
using TokenExchange.Storage.Audit;
using TokenExchange.Storage.Revocations;

namespace TokenExchange.Server.Assertions;

/// <summary>
/// Says of an assertion that an administrator has at hand whether it would be accepted for an agent, check by check, past the first that fails: one that has expired
/// since it was made still shows whether the rest is right. The checks are those of an exchange. Nothing is issued and nothing used up; the
/// assertion is neither logged nor recorded, but for its SHA-256.
/// </summary>
public sealed class AssertionTest(
    CatalogSource catalogs, TrustedJwts trusted, SessionAssertions assertions, PublishedKeys keys, AssertionStore used, RevocationStore revocations, ExchangeLedger ledger,
    IOptions<ExchangeSettings> settings, TimeProvider clock)
{
    private readonly string _issuer = settings.Value.Issuer;
    private readonly TimeSpan _skew = settings.Value.ClockSkew;

    /// <summary>Tests one, and records that it was tested before anything is said.</summary>
    public async Task<AssertionReport> RunAsync(AssertionTestInput input, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(caller);
        var text = input.Assertion.Trim();
        var (now, catalog) = (clock.GetUtcNow(), await catalogs.CurrentAsync(cancellationToken));
        var steps = new AssertionSteps();
        var agent = catalog.FindAgent(input.Agent, now);
        steps.Add(
            AssertionCheck.Agent, agent is not null ? null : new Refusal(RefusalReason.ClientMayNotExchange), input.Agent, "an agent that is enabled and not expired",
            catalog.KnowsClient(input.Agent) ? "This client is disabled or expired, or of a kind that may not act for users." : "There is no such client.");

        Refusal? verdict = null;
        if (!CompactJwt.TryParse(text, out var jwt))
        {
            steps.Add(AssertionCheck.Form, new Refusal(RefusalReason.SubjectTokenMalformed), null, "three base64url parts joined by dots", WhyMalformed(text));
        }
        else
        {
            steps.Add(AssertionCheck.Form, null, $"signed with {jwt.Algorithm}", null, null);

            // What counts is what an exchange would find. The steps say why.
            var exchanged = await assertions.VerifyAsync(jwt, input.IsIdToken ? TokenTypes.IdToken : TokenTypes.Jwt, input.Agent, catalog, now, cancellationToken);
            _ = exchanged.Passed(out _, out verdict);
            await ExplainAsync(steps, jwt, input, agent, catalog, now, cancellationToken);
        }

        var failed = steps.FirstFailure;
        var report = new AssertionReport(
            verdict is null && failed is null, failed ?? (verdict is null ? null : RefusalWire.For(verdict.Reason).Code), steps.Complete(), Fingerprint.OfToken(text), jwt?.Payload, steps.Subject,
            steps.Session);
        await ledger.RecordAsync(
            new ExchangeRecord
            {
                At = now, Kind = RecordKind.Configuration, Reason = "assertion_tested", ClientId = caller.ClientId, Source = caller.Source?.ToString(), SubjectTokenHash = report.TokenHash,
                Detail = $"for {RecordText.Harmless(input.Agent)}: {report.Reason ?? "accepted"}",
            },
            CancellationToken.None);
        return report;
    }

    private async Task ExplainAsync(
        AssertionSteps steps, CompactJwt jwt, AssertionTestInput input, ClientDefinition? agent, Catalog catalog, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var use = input.IsIdToken ? "id_token" : "jwt";
        if (!trusted.IssuerOf(jwt, use, catalog).Passed(out var issuer, out var refusal))
        {
            steps.Add(AssertionCheck.Issuer, refusal, JsonClaims.TryGetString(jwt.Payload, ClaimNames.Issuer, out var iss) ? iss : null, $"a trusted issuer that is enabled and has {use} among its tokenTypes", WhyNotTrusted(iss, use, catalog));
            return;
        }

        steps.Add(AssertionCheck.Issuer, null, issuer.Issuer, null, null);
        steps.Add(
            AssertionCheck.Type, TrustedJwts.IsOfType(jwt, issuer) ? null : new Refusal(RefusalReason.SubjectTokenMalformed), jwt.Type ?? "no typ", $"none, or {Or(issuer.AssertionTypes)}",
            "The typ header is not among the issuer's assertionTypes.");
        await ExplainSignatureAsync(steps, jwt, issuer, cancellationToken);

        var claims = jwt.Payload;
        var times = steps.Times(claims, issuer, now, _skew, trusted);
        steps.AboutClaims(claims, issuer, input.Agent);
        var user = assertions.ReadSubject(claims, issuer, catalog);
        steps.SubjectIs(claims, issuer, user);
        var signIn = assertions.ReadAuthentication(claims, now);
        steps.SignIn(signIn);
        steps.Scopes(claims, issuer);
        steps.PolicyClaims(SessionAssertions.ClaimsFor(catalog.Policies, claims), catalog.Policies.ReferencedClaims);
        steps.MayAct(claims, input.Agent, agent is null ? null : new Actor(agent.ClientId, _issuer, agent.Kind), _issuer);
        if (times is null)
        {
            return;
        }

        await ExplainUseAsync(steps, claims, issuer, times, cancellationToken);
        if (user.Passed(out var subject, out _) && signIn.Passed(out var authentication, out _))
        {
            steps.SessionIs(claims, issuer, SessionAssertions.ReadSession(claims, issuer, subject, authentication, times.IssuedAt));
            await ExplainRevocationsAsync(steps, issuer, subject, input.Agent, times, cancellationToken);
        }
    }

    private async Task ExplainSignatureAsync(AssertionSteps steps, CompactJwt jwt, IssuerDefinition issuer, CancellationToken cancellationToken)
    {
        var source = KeySource.Of(issuer);
        var found = await keys.FindAsync(source, jwt.KeyId, cancellationToken);
        var status = keys.StatusOf(source);
        var wanted = jwt.KeyId is null ? "any key of the issuer" : $"a key with kid {jwt.KeyId}";
        var known = status.Keys.Count == 0 ? null : string.Join(", ", status.Keys.Select(k => $"{k.KeyId ?? "no kid"} ({k.Type})"));
        if (found is null)
        {
            steps.Add(AssertionCheck.Keys, new Refusal(RefusalReason.IssuerKeysUnavailable), known, wanted, $"The issuer's keys cannot be had: {status.Problem}");
            return;
        }

        var candidates = found.For(jwt.KeyId);
        steps.Add(AssertionCheck.Keys, candidates.Count > 0 ? null : new Refusal(RefusalReason.SubjectTokenSignature), known, wanted, "The issuer has no such key.");
        if (candidates.Count > 0)
        {
            steps.Add(
                AssertionCheck.Signature, await JwtSignature.IsValidAsync(jwt, candidates, issuer.Algorithms) ? null : new Refusal(RefusalReason.SubjectTokenSignature), jwt.Algorithm, Or(issuer.Algorithms),
                issuer.Algorithms.Contains(jwt.Algorithm, StringComparer.Ordinal) ? "The signature is not by this key, or the assertion was altered." : "This algorithm is not allowed for the issuer.");
        }
    }

    private async Task ExplainUseAsync(AssertionSteps steps, JsonElement claims, IssuerDefinition issuer, JwtTimes times, CancellationToken cancellationToken)
    {
        var expected = issuer.SingleUse ? "a jti, because assertions of this issuer can be used once" : null;
        if (!SessionAssertions.ReadUse(claims, issuer, times.IssuedAt).Passed(out var usage, out var refusal))
        {
            steps.Add(AssertionCheck.Identifier, refusal, null, expected, "The jti is missing or is no text that can be used.");
            return;
        }

        steps.Add(AssertionCheck.Identifier, null, JsonClaims.TryGetString(claims, ClaimNames.TokenId, out var jti) ? jti : "no jti", expected, null);
        var before = usage.Once is { } once && await used.WasUsedAsync(once, cancellationToken);
        steps.Add(
            AssertionCheck.SingleUse, before ? new Refusal(RefusalReason.SubjectTokenReplayed) : null,
            usage.Once is null ? "can be exchanged as often as it is valid" : before ? "used" : "not used yet; an exchange would use it up", null, "It was exchanged before.");
    }

    private async Task ExplainRevocationsAsync(AssertionSteps steps, IssuerDefinition issuer, string subject, string agent, JwtTimes times, CancellationToken cancellationToken)
    {
        if (steps.Session is not { } session)
        {
            return;
        }

        Root[] roots = [Root.Session(session), new Root(RootKind.Subject, subject), new Root(RootKind.Issuer, issuer.Issuer), new Root(RootKind.Agent, agent)];
        var dead = new List<string>();
        foreach (var root in roots)
        {
            if (await revocations.AnyAsync([root], times.IssuedAt - _skew, cancellationToken))
            {
                dead.Add(root.Kind.ToString().ToLowerInvariant());
            }
        }

        steps.Add(
            AssertionCheck.Revocations, dead.Count == 0 ? null : new Refusal(RefusalReason.SubjectTokenRevoked), dead.Count == 0 ? "nothing" : string.Join(", ", dead), "nothing that was revoked after it was lent",
            "This was revoked; the user must sign in and lend again.");
    }

    private static string WhyMalformed(string text) =>
        text.Length == 0 ? "There is nothing here."
        : text.Length > CompactJwt.MaxLength ? $"It is longer than {CompactJwt.MaxLength} characters."
        : text.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? "Leave out the word Bearer."
        : text.Count(c => c == '.') == 4 ? "It is encrypted (JWE); a session assertion is signed and not encrypted."
        : text.Count(c => c == '.') != 2 ? "It does not have three parts."
        : "A part is not base64url, or header and payload are not JSON objects without repeated names, or the header has crit, b64 or zip.";

    private string WhyNotTrusted(string? iss, string use, Catalog catalog) =>
        iss is null ? "It has no iss, or one that is no text that can be used."
        : string.Equals(iss, _issuer, StringComparison.Ordinal) ? "This server issued it. What this server signs is never an assertion; an agent sends it as an access token."
        : catalog.Issuers.FirstOrDefault(i => string.Equals(i.Issuer, iss, StringComparison.Ordinal)) is not { } known ? "This issuer is not configured. Issuers are compared character by character, a trailing slash included."
        : !known.Enabled ? "This issuer is disabled."
        : $"This issuer's tokenTypes are {string.Join(", ", known.TokenTypes)}; {use} is not among them.";

    internal static string Or(IEnumerable<string> words) => string.Join(" or ", words);
}
