using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using TokenExchange.Core.Protocol;
using TokenExchange.Core.Tokens;
using TokenExchange.Server.Assertions;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Exchange;
using TokenExchange.Storage.Revocations;

namespace TokenExchange.Server.Signals;

/// <summary>What an event means here.</summary>
/// <param name="Subject">The user it is about, as <c>sub</c> of tokens; null when nothing ends and nobody had to be found.</param>
/// <param name="Ends">What it ends: one session of the user, or everything lent by the user until now. Empty when nothing.</param>
public sealed record EventMeaning(string? Subject, IReadOnlyList<Root> Ends)
{
    private const string User = "user";

    /// <summary>Reads it. An issuer ends what hangs below its own users, and nothing else.</summary>
    public static Checked<EventMeaning> Of(SecurityEvent told, Catalog catalog, string ownIssuer)
    {
        ArgumentNullException.ThrowIfNull(told);
        ArgumentNullException.ThrowIfNull(catalog);
        var (session, everything) = (false, false);
        foreach (var happened in told.Events.EnumerateObject())
        {
            if (ReachOf(happened.Name, happened.Value) is not { } reach)
            {
                return new Refusal(RefusalReason.SecurityEventClaims, happened.Name);
            }

            session |= reach == Reach.Session;
            everything |= reach == Reach.Everything;
        }

        if (!session && !everything)
        {
            return new EventMeaning(null, []);
        }

        if (!TryReadUser(told.Subject, out var iss, out var sub))
        {
            return new Refusal(RefusalReason.SecurityEventSubject, "sub_id names no user as iss_sub");
        }

        if (!string.Equals(iss, told.Issuer.Issuer, StringComparison.Ordinal))
        {
            return new Refusal(RefusalReason.SecurityEventOfAnotherIssuer, iss);
        }

        if (!SubjectNames.User(told.Issuer, sub, catalog, ownIssuer).Passed(out var user, out _))
        {
            return new Refusal(RefusalReason.SecurityEventOfAnotherIssuer, sub);
        }

        if (!TryReadSession(told.Subject, out var id))
        {
            return session ? new Refusal(RefusalReason.SecurityEventSubject, "the session of sub_id is not opaque") : new EventMeaning(user, [new Root(RootKind.Subject, user)]);
        }

        // Whoever says that a session is over and not which one means all of them.
        var roots = new List<Root>();
        if (session && id is not null)
        {
            roots.Add(Root.Session(SubjectNames.Session(told.Issuer, user, id)));
        }

        if (everything || roots.Count == 0)
        {
            roots.Add(new Root(RootKind.Subject, user));
        }

        return new EventMeaning(user, roots);
    }

    // How far an event of this type reaches; null when it lacks what its type demands.
    private static Reach? ReachOf(string type, JsonElement content) => type switch
    {
        SecurityEventNames.SessionRevoked => Reach.Session,
        EventTypes.CredentialChange or EventTypes.CredentialChangeRequired or EventTypes.CredentialCompromise
            or EventTypes.AccountDisabled or EventTypes.AccountPurged or EventTypes.SessionsRevoked => Reach.Everything,
        EventTypes.RiskLevelChange => ReachOfRisk(content),
        _ => Reach.Nothing,
    };

    // The risk of a device or a tenant says nothing of one user. Whose risk it is must be said (CAEP 1.0 §3.8.1); where it is not, it is taken for the user's.
    private static Reach? ReachOfRisk(JsonElement content) =>
        !JsonClaims.TryGetOptionalString(content, "principal", out var principal) || !JsonClaims.TryGetString(content, "current_level", out var level)
            ? null
            : level switch
            {
                "HIGH" => principal is null or "USER" ? Reach.Everything : Reach.Nothing,
                "MEDIUM" or "LOW" => Reach.Nothing,
                _ => null,
            };

    // Simple, or the user of a complex subject (SSF 1.0 §3). What else narrows it, such as a device, is not known here: then more ends, not less.
    private static bool TryReadUser(JsonElement? subject, [NotNullWhen(true)] out string? iss, [NotNullWhen(true)] out string? sub)
    {
        (iss, sub) = (null, null);
        return subject is { } whole && (IsOf(whole, "complex") ? Member(whole, User) : whole) is { } user && IsOf(user, "iss_sub")
            && JsonClaims.TryGetString(user, ClaimNames.Issuer, out iss) && JsonClaims.TryGetString(user, ClaimNames.Subject, out sub);
    }

    // Null where none is named; false where one is and cannot be understood.
    private static bool TryReadSession(JsonElement? subject, out string? id)
    {
        id = null;
        return subject is not { } whole || !IsOf(whole, "complex") || Member(whole, "session") is not { } session
            || (IsOf(session, "opaque") && JsonClaims.TryGetString(session, "id", out id));
    }

    private static bool IsOf(JsonElement subject, string format) =>
        subject.ValueKind == JsonValueKind.Object && subject.TryGetProperty("format", out var found) && found.ValueKind == JsonValueKind.String && found.ValueEquals(format);

    private static JsonElement? Member(JsonElement whole, string name) => whole.TryGetProperty(name, out var member) ? member : null;

    private enum Reach
    {
        Nothing,
        Session,
        Everything,
    }
}
