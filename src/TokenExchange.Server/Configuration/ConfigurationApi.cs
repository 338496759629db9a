using Microsoft.AspNetCore.Http.HttpResults;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Api;

namespace TokenExchange.Server.Configuration;

/// <summary>What came of writing the configuration.</summary>
/// <param name="Changes">What it changed, or would.</param>
/// <param name="PolicySetVersion">Version of the policy set that is published now.</param>
public sealed record ConfigurationChanges(IReadOnlyList<ConfigurationChange> Changes, long PolicySetVersion);

/// <summary>The configuration over HTTP: the same content as the commands <c>export</c> and <c>apply</c>.</summary>
internal static class ConfigurationApi
{
    // A few thousand clients with their keys.
    private const long MaxBody = 4 * 1024 * 1024;

    public static void MapConfiguration(this IEndpointRouteBuilder api)
    {
        api.MapGet("/configuration", async (HttpContext http, ConfigurationEditor editor) =>
        {
            var stored = await editor.ReadAsync(http.RequestAborted);
            EntityTags.Write(http, stored.Version);
            return ApiAnswers.Value(stored.Content);
        })
            .Needs(ApiScopes.AdminRead, "Reads everything that is configured; its ETag is the version of the configuration.").Produces<ExchangeConfiguration>();

        api.MapPut("/configuration", WriteAsync)
            .Needs(ApiScopes.AdminWrite, "Makes the sections that are sent exactly so, if the configuration is still as it was seen. Purposes, policies and clients of kind automation need admin.publish too.")
            .Reads<ExchangeConfiguration>().ReadsUpTo(MaxBody).AsSeen()
            .Produces<ConfigurationChanges>().ProducesValidationProblem().ProducesProblem(StatusCodes.Status413PayloadTooLarge);
    }

    private static async Task<IResult> WriteAsync(HttpContext http, ConfigurationEditor editor, string? dryRun = null)
    {
        if (dryRun is not (null or "true" or "false"))
        {
            return ApiAnswers.Invalid([new MemberProblem("dryRun", "write true or false")]);
        }

        if (EntityTags.Seen(http) is not { } seen)
        {
            return EntityTags.Required;
        }

        var (desired, problem) = await JsonInput.ReadWholeAsync<ExchangeConfiguration>(http);
        if (desired is null)
        {
            return problem!;
        }

        // Not the request's token: who hangs up must find it written or not, and not ask which.
        var outcome = await editor.ReplaceAsync(desired, seen, ApiAccess.Has(http, ApiScopes.AdminPublish), dryRun == "true", ApiAccess.CallerOf(http), CancellationToken.None);
        return outcome switch
        {
            ApplyOutcome.Applied(var changes, var version) => ApiAnswers.Value(new ConfigurationChanges(changes, version)),
            ApplyOutcome.Invalid(var problems) => ApiAnswers.Invalid(problems),
            ApplyOutcome.Stale(var version) => Stale(http, version),
            ApplyOutcome.Forbidden(var why) => Forbidden(why),
            _ => throw new InvalidOperationException("Unknown outcome."),
        };
    }

    private static ProblemHttpResult Stale(HttpContext http, long version)
    {
        EntityTags.Write(http, version);
        return ApiAnswers.Problem(StatusCodes.Status412PreconditionFailed, "The configuration has been changed since you read it. Nothing was changed; read it again.", ("version", version));
    }

    private static ProblemHttpResult Forbidden(ForbiddenChange why) => why switch
    {
        ForbiddenChange.NeedsPublish => Refused(ErrorCodes.InsufficientScope, "This changes purposes, policies or clients of kind automation, which needs the scope admin.publish as well."),
        ForbiddenChange.NeedsDraft => Refused("four_eyes", "With Policies:FourEyes, purposes and policies change through a draft, which somebody else publishes."),
        ForbiddenChange.NeedsHost => Refused("four_eyes", "With Policies:FourEyes, clients of kind automation are added and changed with the command apply; here they can be disabled or taken out."),
    };

    private static ProblemHttpResult Refused(string error, string detail) => ApiAnswers.Problem(StatusCodes.Status403Forbidden, detail, ("error", error));
}
