namespace TokenExchange.Browser.Hostile;

/// <summary>Names a row of the table of attacks on the pages that a test shows to fail.</summary>
/// <param name="row">One of <see cref="HostileRows"/>.</param>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class, AllowMultiple = true)]
public sealed class AttackAttribute(string row) : Attribute
{
    public string Row { get; } = row;
}

/// <summary>The attacks on the pages, all of them.</summary>
internal static class HostileRows
{
    public const string Csrf = "CSRF";
    public const string StoredXss = "stored XSS through every name and error text";
    public const string Framing = "framing";
    public const string DirectReferences = "insecure direct references";
    public const string ReadOnlyRole = "a read-only role reaching any write, the simulator or replay included";
    public const string MassAssignment = "mass assignment";
    public const string StaleTag = "stale ETag";
    public const string SecretTwice = "secret shown twice";
    public const string Formula = "CSV formula injection";
    public const string OpenRedirect = "open redirect";
    public const string LastAdministrator = "removing the last administrator";
    public const string OwnDraft = "approving one's own draft";
    public const string SessionFixation = "session fixation";
    public const string CookieFlags = "cookie flags";

    public static IReadOnlyList<string> All { get; } =
    [
        Csrf, StoredXss, Framing, DirectReferences, ReadOnlyRole, MassAssignment, StaleTag, SecretTwice, Formula, OpenRedirect, LastAdministrator, OwnDraft, SessionFixation, CookieFlags,
    ];
}
