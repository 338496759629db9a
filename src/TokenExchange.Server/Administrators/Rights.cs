namespace TokenExchange.Server.Administrators;

/// <summary>
/// What somebody may do in the administration. Each is the name of an authorization policy, so that a page says <c>[Authorize(Rights.Configure)]</c> and a
/// handler <c>[Needs(Rights.Revoke)]</c>. Whatever names no right is for nobody.
/// </summary>
public static class Rights
{
    /// <summary>See everything.</summary>
    public const string Read = "admin:read";

    /// <summary>Try what has no effect: the simulator, replays, an assertion. Not for who only reads: an answer about any question is more than the record.</summary>
    public const string Try = "admin:try";

    /// <summary>Write drafts of purposes and policies.</summary>
    public const string Author = "admin:author";

    /// <summary>Publish drafts and roll back.</summary>
    public const string Publish = "admin:publish";

    /// <summary>Change issuers, agents and resources.</summary>
    public const string Configure = "admin:configure";

    /// <summary>End what agents were lent.</summary>
    public const string Revoke = "admin:revoke";

    /// <summary>Appoint and dismiss administrators, and rotate keys.</summary>
    public const string Administer = "admin:administer";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Read, Try, Author, Publish, Configure, Revoke, Administer];
}

/// <summary>What an administrator can be appointed to. One person may have several roles and then has the rights of all.</summary>
public static class Roles
{
    /// <summary>Everything.</summary>
    public const string Administrator = "administrator";

    /// <summary>Writes drafts of purposes and policies and tries them.</summary>
    public const string PolicyAuthor = "policy_author";

    /// <summary>Tries drafts and publishes them.</summary>
    public const string Approver = "approver";

    /// <summary>Reads everything and changes nothing.</summary>
    public const string Auditor = "auditor";

    /// <summary>All of them, the furthest-reaching first.</summary>
    public static IReadOnlyList<string> All { get; } = [Administrator, PolicyAuthor, Approver, Auditor];

    /// <summary>The rights that come with a role; none for a word that is no role.</summary>
    public static IReadOnlyList<string> RightsOf(string role) => role switch
    {
        Administrator => Rights.All,
        PolicyAuthor => [Rights.Read, Rights.Try, Rights.Author],
        Approver => [Rights.Read, Rights.Try, Rights.Publish],
        Auditor => [Rights.Read],
        _ => [],
    };
}
