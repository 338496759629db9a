using TokenExchange.Core.Configuration;
using TokenExchange.Core.Tokens;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Exchange;

namespace TokenExchange.Server.Assertions;

/// <summary>
/// What a trusted issuer's users and their sessions are called here. Whoever speaks of them, in an assertion or in a security event, means the same by the
/// same words, and can mean nobody but its own.
/// </summary>
public static class SubjectNames
{
    /// <summary>The user, as <c>sub</c> of what is issued. Two issuers' users can never meet, nor a user and a client: a <c>sub</c> that looks like either is refused.</summary>
    public static Checked<string> User(IssuerDefinition issuer, string sub, Catalog catalog, string ownIssuer)
    {
        ArgumentNullException.ThrowIfNull(issuer);
        ArgumentNullException.ThrowIfNull(catalog);
        var subject = issuer.SubjectPrefix + sub;
        var looksLikeAnother = catalog.Issuers.Any(other => other.Issuer != issuer.Issuer && !string.IsNullOrEmpty(other.SubjectPrefix)
            && (issuer.SubjectPrefix?.Length ?? 0) < other.SubjectPrefix.Length && subject.StartsWith(other.SubjectPrefix, StringComparison.Ordinal));
        return subject.Length > JsonClaims.MaxIdentifierLength || looksLikeAnother || catalog.KnowsClient(subject) || string.Equals(subject, ownIssuer, StringComparison.Ordinal)
            ? new Refusal(RefusalReason.SubjectAmbiguous)
            : subject;
    }

    /// <summary>The session the issuer calls by this id: opaque, and the same for everything that is said of one session.</summary>
    public static string Session(IssuerDefinition issuer, string user, string session)
    {
        ArgumentNullException.ThrowIfNull(issuer);
        return Fingerprint.Of("session", issuer.Issuer, user, session, string.Empty);
    }

    /// <summary>The session of an issuer that gives it no id: the user's authentication is the session.</summary>
    public static string Session(IssuerDefinition issuer, string user, DateTimeOffset authenticated)
    {
        ArgumentNullException.ThrowIfNull(issuer);
        return Fingerprint.Of("session", issuer.Issuer, user, string.Empty, authenticated.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture));
    }
}
