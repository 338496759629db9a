namespace TokenExchange.Core.Configuration;

/// <summary>What a client is for. Only agents (<see cref="AiAgent"/> and <see cref="Service"/>) may exchange.</summary>
public static class ClientKind
{
    /// <summary>An AI agent: may act for users.</summary>
    public const string AiAgent = "ai_agent";

    /// <summary>A service: may act and may be handed on to.</summary>
    public const string Service = "service";

    /// <summary>A relying app's own client: may introspect.</summary>
    public const string Resource = "resource";

    /// <summary>Scripts that administer this server over its API.</summary>
    public const string Automation = "automation";

    /// <summary>All kinds, as they are written.</summary>
    public static IReadOnlyList<string> All { get; } = [AiAgent, Service, Resource, Automation];

    /// <summary>Whether a client of this kind may become an actor.</summary>
    public static bool IsAgent(string kind) => kind is AiAgent or Service;
}
