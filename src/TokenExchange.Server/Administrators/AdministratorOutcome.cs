using TokenExchange.Server.Configuration;
using TokenExchange.Storage.Administrators;

namespace TokenExchange.Server.Administrators;

/// <summary>What came of a change of who administers.</summary>
public abstract record AdministratorOutcome
{
    private AdministratorOutcome()
    {
    }

    /// <summary>It was made; this is the account now.</summary>
    public sealed record Changed(Administrator Administrator) : AdministratorOutcome;

    /// <summary>It was made, and with this link a password can be set, once, until then. It is shown now and never again.</summary>
    public sealed record Invited(Administrator Administrator, string Link, DateTimeOffset Until) : AdministratorOutcome;

    /// <summary>The account is gone.</summary>
    public sealed record Deleted(string UserName) : AdministratorOutcome;

    /// <summary>There is no such account; nothing was changed.</summary>
    public sealed record NotFound : AdministratorOutcome;

    /// <summary>Somebody else has changed it meanwhile, to this; nothing was changed.</summary>
    public sealed record Stale(Administrator Current) : AdministratorOutcome;

    /// <summary>It cannot be; nothing was changed.</summary>
    public sealed record Invalid(IReadOnlyList<MemberProblem> Problems) : AdministratorOutcome;

    /// <summary>Nobody would be left who can appoint administrators; nothing was changed.</summary>
    public sealed record LastAdministrator : AdministratorOutcome;

    /// <summary>It is the caller's own account, whose rights nobody raises and whose password and second factor are changed with the present ones; nothing was changed.</summary>
    public sealed record OwnAccount : AdministratorOutcome;

    /// <summary>An identity provider says who this is, how it signs in and which roles it has; nothing was changed.</summary>
    public sealed record FromIssuer(string Issuer) : AdministratorOutcome;

    /// <summary>With <c>Policies:FourEyes</c> this is done on the host or at the identity provider; nothing was changed.</summary>
    public sealed record NeedsHost : AdministratorOutcome;

    /// <summary>The caller may no longer do this; nothing was changed.</summary>
    public sealed record NotPermitted : AdministratorOutcome;
}
