using TokenExchange.Server.Administrators;

namespace TokenExchange.Server.Web.Admin.Administrators;

/// <summary>Roles in the words of whoever gives them.</summary>
public static class RoleWords
{
    /// <summary>Why somebody else's account is not made or opened here, and where it is.</summary>
    public const string NeedsHost = "with the setting Policies:FourEyes, whoever writes or publishes policies or administers is appointed and let in again on the host (admin create, admin roles, admin reset) or by the identity provider; here auditors are appointed, and anybody is disabled, signed out or deleted";

    /// <summary>What a role is called.</summary>
    public static string NameOf(string role) => role switch
    {
        Roles.Administrator => "Administrator",
        Roles.PolicyAuthor => "Policy author",
        Roles.Approver => "Approver",
        Roles.Auditor => "Auditor",
        _ => role,
    };

    /// <summary>What it lets somebody do.</summary>
    public static string MeaningOf(string role) => role switch
    {
        Roles.Administrator => "Everything: configures, publishes, ends what was lent, appoints others.",
        Roles.PolicyAuthor => "Writes drafts of purposes and policies, and tries them. Publishes nothing.",
        Roles.Approver => "Tries drafts, publishes them and rolls back. Writes none.",
        Roles.Auditor => "Reads everything and changes nothing.",
        _ => string.Empty,
    };
}
