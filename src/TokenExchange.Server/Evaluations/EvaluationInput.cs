using System.Text.Json;

namespace TokenExchange.Server.Evaluations;

/// <summary>
/// One question as a relying app sends it (AuthZEN 1.0 §6). Members that are not named here are allowed and not looked at: what <c>properties</c> and
/// <c>context</c> hold besides is the standard's to leave open.
/// </summary>
public record EvaluationInput
{
    /// <summary>How it is written: no member twice, and no deeper than anybody needs.</summary>
    public static JsonSerializerOptions Form { get; } = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <summary>The user the agent acts for.</summary>
    public EntityInput? Subject { get; init; }

    /// <summary>What the agent wants to do.</summary>
    public ActionInput? Action { get; init; }

    /// <summary>Where.</summary>
    public EntityInput? Resource { get; init; }

    /// <summary>With what and from where.</summary>
    public ContextInput? Context { get; init; }
}

/// <summary>Several questions (AuthZEN 1.0 §7); what stands beside them counts for each that does not say otherwise.</summary>
public sealed record EvaluationsInput : EvaluationInput
{
    /// <summary>The questions; absent or empty, what stands beside them is the one question.</summary>
    public IReadOnlyList<EvaluationInput?>? Evaluations { get; init; }

    /// <summary>How they are answered.</summary>
    public EvaluationsOptions? Options { get; init; }
}

/// <summary>A subject or a resource.</summary>
/// <param name="Type"><c>user</c>, or <c>resource</c>.</param>
/// <param name="Id"><c>sub</c> of the actor token, or the resource's URI.</param>
public sealed record EntityInput(string? Type, string? Id);

/// <summary>An action.</summary>
/// <param name="Name">A scope.</param>
public sealed record ActionInput(string? Name);

/// <summary>What surrounds the action.</summary>
/// <param name="AccessToken">The actor token the agent brought.</param>
/// <param name="Source">The address the agent calls from, as the relying app sees it.</param>
public sealed record ContextInput(string? AccessToken, string? Source);

/// <summary>How several questions are answered.</summary>
/// <param name="EvaluationsSemantic"><c>execute_all</c>, <c>deny_on_first_deny</c> or <c>permit_on_first_permit</c>.</param>
public sealed record EvaluationsOptions(string? EvaluationsSemantic);
