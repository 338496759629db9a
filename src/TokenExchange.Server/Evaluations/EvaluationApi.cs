using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Api;
using TokenExchange.Server.OpenIddict;
using TokenExchange.Server.Settings;

namespace TokenExchange.Server.Evaluations;

/// <summary>The OpenID AuthZEN Authorization API 1.0, as far as it decides: relying apps ask before a sensitive action.</summary>
internal static class EvaluationApi
{
    /// <summary>Below this it is served.</summary>
    public const string Prefix = "/access/v1";

    /// <summary>The most questions in one request.</summary>
    public const int MaxQuestions = 50;

    private const string One = "/evaluation";
    private const string Several = "/evaluations";

    public static void MapEvaluations(this IEndpointRouteBuilder api)
    {
        api.MapPost(One, async (HttpContext http, Evaluator evaluator) =>
            await JsonInput.ReadAsync<EvaluationInput>(http, EvaluationInput.Form) is var (input, problem) && input is null ? problem! : await AnswerAsync(http, evaluator, input))
            .WithMetadata(new ApiScope(ApiScopes.DecisionsEvaluate));

        api.MapPost(Several, async (HttpContext http, Evaluator evaluator) =>
            await JsonInput.ReadAsync<EvaluationsInput>(http, EvaluationInput.Form) is var (input, problem) && input is null ? problem! : await AnswerAsync(http, evaluator, input))
            .WithMetadata(new ApiScope(ApiScopes.DecisionsEvaluate));
    }

    /// <summary>Where it is (AuthZEN 1.0 §9), for everyone.</summary>
    public static void MapEvaluationMetadata(this IEndpointRouteBuilder app) => app.MapGet("/.well-known/authzen-configuration", (HttpContext http, IOptions<ExchangeSettings> settings) =>
    {
        http.Response.Headers.CacheControl = PublicDocuments.CacheControl;
        var issuer = settings.Value.Issuer;
        return TypedResults.Ok(new JsonObject
        {
            ["policy_decision_point"] = issuer,
            ["access_evaluation_endpoint"] = issuer + Prefix + One,
            ["access_evaluations_endpoint"] = issuer + Prefix + Several,
        });
    });

    private static async Task<IResult> AnswerAsync(HttpContext http, Evaluator evaluator, EvaluationInput input)
    {
        // What cannot be asked at all gets no decision, and so no record of one.
        if (!EvaluationQuestion.TryRead(input, out _, out var mistake))
        {
            return JsonInput.Malformed(mistake);
        }

        var verdicts = await evaluator.EvaluateAsync([input], StopAt.TheEnd, ApiAccess.CallerOf(http), http.RequestAborted);
        return TypedResults.Ok(verdicts[0].ToJson());
    }

    private static async Task<IResult> AnswerAsync(HttpContext http, Evaluator evaluator, EvaluationsInput input)
    {
        if (input.Evaluations is not { Count: > 0 } evaluations)
        {
            return await AnswerAsync(http, evaluator, (EvaluationInput)input);
        }

        if (evaluations.Count > MaxQuestions)
        {
            return JsonInput.Malformed($"evaluations: ask at most {MaxQuestions} questions at once");
        }

        StopAt? stopAt = input.Options?.EvaluationsSemantic switch
        {
            null or "execute_all" => StopAt.TheEnd,
            "deny_on_first_deny" => StopAt.FirstDeny,
            "permit_on_first_permit" => StopAt.FirstPermit,
            _ => null,
        };
        if (stopAt is null)
        {
            return JsonInput.Malformed("options.evaluations_semantic: write execute_all, deny_on_first_deny or permit_on_first_permit, or leave it out");
        }

        // A mistake in one question is that question's no, and not the others' (§7.2.1).
        var asked = evaluations.Select(e => e is null ? null : new EvaluationInput
        {
            Subject = e.Subject ?? input.Subject, Action = e.Action ?? input.Action, Resource = e.Resource ?? input.Resource, Context = e.Context ?? input.Context,
        });
        var verdicts = await evaluator.EvaluateAsync([.. asked], stopAt.Value, ApiAccess.CallerOf(http), http.RequestAborted);
        return TypedResults.Ok(new JsonObject { ["evaluations"] = new JsonArray([.. verdicts.Select(v => v.ToJson())]) });
    }
}
