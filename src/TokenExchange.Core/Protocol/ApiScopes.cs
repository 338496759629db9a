using TokenExchange.Core.Configuration;
using TokenExchange.Core.Tokens;

namespace TokenExchange.Core.Protocol;

/// <summary>The scopes of this server's own API, and which kind of client may have them.</summary>
public static class ApiScopes
{
    /// <summary>See what a revocation would end.</summary>
    public const string AdminRead = "admin.read";

    /// <summary>End what agents were lent.</summary>
    public const string AdminRevoke = "admin.revoke";

    private static readonly ScopeSet s_automation = ScopeSet.Of(AdminRead, AdminRevoke);

    /// <summary>What a client of this kind may have at most; empty for agents, which act for a user or not at all.</summary>
    public static ScopeSet For(string kind) => kind switch
    {
        ClientKind.Automation => s_automation,
        _ => ScopeSet.Empty,
    };
}
