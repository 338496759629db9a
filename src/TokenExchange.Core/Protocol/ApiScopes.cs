using TokenExchange.Core.Configuration;
using TokenExchange.Core.Tokens;

namespace TokenExchange.Core.Protocol;

/// <summary>The scopes of this server's own API, and which kind of client may have them.</summary>
public static class ApiScopes
{
    /// <summary>See the configuration, drafts, and what a change or a revocation would do.</summary>
    public const string AdminRead = "admin.read";

    /// <summary>Write drafts of policies, and the rest of the configuration.</summary>
    public const string AdminWrite = "admin.write";

    /// <summary>Publish a draft.</summary>
    public const string AdminPublish = "admin.publish";

    /// <summary>End what agents were lent.</summary>
    public const string AdminRevoke = "admin.revoke";

    /// <summary>Rotate the signing key.</summary>
    public const string AdminKeys = "admin.keys";

    /// <summary>A relying app fetches the policies of its resource.</summary>
    public const string PoliciesRead = "policies.read";

    /// <summary>A relying app asks for a decision before a sensitive action.</summary>
    public const string DecisionsEvaluate = "decisions.evaluate";

    /// <summary>A relying app receives revocations as security events.</summary>
    public const string EventsReceive = "events.receive";

    private static readonly ScopeSet s_automation = ScopeSet.Of(AdminRead, AdminWrite, AdminPublish, AdminRevoke, AdminKeys);
    private static readonly ScopeSet s_resource = ScopeSet.Of(PoliciesRead, DecisionsEvaluate, EventsReceive);

    /// <summary>What a client of this kind may have at most; empty for agents, which act for a user or not at all.</summary>
    public static ScopeSet For(string kind) => kind switch
    {
        ClientKind.Automation => s_automation,
        ClientKind.Resource => s_resource,
        _ => ScopeSet.Empty,
    };
}
