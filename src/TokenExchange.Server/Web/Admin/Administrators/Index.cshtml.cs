using TokenExchange.Server.Administrators;
using TokenExchange.Storage.Administrators;

namespace TokenExchange.Server.Web.Admin.Administrators;

/// <summary>Who administers this server.</summary>
public sealed class IndexModel(AdministratorEditor editor) : AdminPage
{
    /// <summary>All of them.</summary>
    public IReadOnlyList<Administrator> All { get; private set; } = [];

    /// <summary>Shows them.</summary>
    public async Task OnGetAsync() => All = await editor.ListAsync(Aborted);

    /// <summary>The state of an account in a word, and its pill.</summary>
    public (string Kind, string Word) StateOf(Administrator administrator)
    {
        ArgumentNullException.ThrowIfNull(administrator);
        return !administrator.Enabled ? ("bad", "disabled")
            : administrator.LockedUntil > Now ? ("warn", "closed for a while")
            : administrator.Issuer is null && !administrator.HasPassword ? administrator.InvitedUntil > Now ? ("warn", "invited") : ("warn", "invitation expired")
            : administrator.Roles.Count == 0 ? ("warn", "no role any more")
            : ("good", "active");
    }
}
