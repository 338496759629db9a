using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Api;

namespace TokenExchange.Server.Policies;

/// <summary>Drafts of the policy set over HTTP: begin, write, look at, publish.</summary>
internal static class DraftApi
{
    // What is written may be shorter than what is kept, where every member is written out.
    private const long MaxBody = PolicyDrafts.MaxContent + (16 * 1024);

    public static void MapDrafts(this IEndpointRouteBuilder api)
    {
        api.MapGet("/drafts", async (HttpContext http, PolicyDrafts drafts) => ApiAnswers.Value(new DraftList(await drafts.ListAsync(http.RequestAborted))))
            .Needs(ApiScopes.AdminRead, "Lists the drafts, the one begun last first.").Produces<DraftList>();

        api.MapPost("/drafts", async (HttpContext http, PolicyDrafts drafts) =>
            await JsonInput.ReadWholeAsync(http, new DraftInputValidator()) is var (input, problem) && input is null
                ? problem!
                : Answer(http, await drafts.CreateAsync(input, ApiAccess.CallerOf(http), http.RequestAborted)))
            .Needs(ApiScopes.AdminWrite, "Begins a draft: with what is published, with an earlier version, or with the content given.").Reads<DraftInput>().ReadsUpTo(MaxBody)
            .Produces<DraftAnswer>(StatusCodes.Status201Created).ProducesValidationProblem().ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status413PayloadTooLarge);

        api.MapGet("/drafts/{id}", async (HttpContext http, PolicyDrafts drafts, string id) =>
            await drafts.FindAsync(id, http.RequestAborted) is { } draft ? Answer(http, new DraftOutcome.Written(draft)) : NotFound)
            .Needs(ApiScopes.AdminRead, "Reads a draft; its ETag is its version.").Produces<DraftAnswer>().ProducesProblem(StatusCodes.Status404NotFound);

        api.MapPut("/drafts/{id}", async (HttpContext http, PolicyDrafts drafts, string id) =>
            EntityTags.Seen(http) is not { } seen ? EntityTags.Required
            : await JsonInput.ReadWholeAsync(http, new DraftReplacementValidator()) is var (input, problem) && input is null ? problem!
            : Answer(http, await drafts.ReplaceAsync(id, seen, input, ApiAccess.CallerOf(http), http.RequestAborted)))
            .Needs(ApiScopes.AdminWrite, "Writes a draft anew, if it is still as it was seen.").Reads<DraftReplacement>().ReadsUpTo(MaxBody).AsSeen()
            .Produces<DraftAnswer>().ProducesValidationProblem().ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status413PayloadTooLarge);

        api.MapDelete("/drafts/{id}", async (HttpContext http, PolicyDrafts drafts, string id) =>
            EntityTags.Seen(http) is not { } seen ? EntityTags.Required : Answer(http, await drafts.DeleteAsync(id, seen, ApiAccess.CallerOf(http), http.RequestAborted)))
            .Needs(ApiScopes.AdminWrite, "Deletes a draft, if it is still as it was seen.").AsSeen()
            .Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status404NotFound);

        api.MapGet("/drafts/{id}/problems", async (HttpContext http, PolicyDrafts drafts, string id) =>
            Found(await drafts.ProblemsAsync(id, http.RequestAborted) is { } problems ? new DraftProblems(problems) : null))
            .Needs(ApiScopes.AdminRead, "Says what is wrong with a draft, member by member.").Produces<DraftProblems>().ProducesProblem(StatusCodes.Status404NotFound);

        api.MapGet("/drafts/{id}/diff", async (HttpContext http, PolicyDrafts drafts, string id) => Found(await drafts.DifferenceAsync(id, http.RequestAborted)))
            .Needs(ApiScopes.AdminRead, "Says what publishing a draft now would change, member by member.").Produces<DraftDifference>().ProducesProblem(StatusCodes.Status404NotFound);

        api.MapPost("/drafts/{id}/publication", async (HttpContext http, PolicyDrafts drafts, string id) =>
            EntityTags.Seen(http) is not { } seen ? EntityTags.Required
            : await ReadPublicationAsync(http) is var (input, problem) && input is null ? problem!

            // Not the request's token: who hangs up must find it published or not, and not ask which.
            : Answer(http, await drafts.PublishAsync(id, seen, input.Note, ApiAccess.CallerOf(http), CancellationToken.None)))
            .Needs(ApiScopes.AdminPublish, "Publishes a draft, if it is valid, still as it was seen, and based on what is published.").Reads<PublicationInput>(optional: true).AsSeen()
            .Produces<Publication>().ProducesValidationProblem().ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static ProblemHttpResult NotFound => ApiAnswers.Problem(StatusCodes.Status404NotFound, "There is no such draft.");

    private static IResult Found<T>(T? value)
        where T : class => value is null ? NotFound : ApiAnswers.Value(value);

    // Nothing needs to be said about it.
    private static async Task<(PublicationInput? Input, IResult? Problem)> ReadPublicationAsync(HttpContext http) =>
        http.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false } ? (new PublicationInput(), null) : await JsonInput.ReadWholeAsync(http, new PublicationInputValidator());

    private static IResult Answer(HttpContext http, DraftOutcome outcome)
    {
        switch (outcome)
        {
            case DraftOutcome.Written(var draft):
                EntityTags.Write(http, draft.Header.Version);
                if (!HttpMethods.IsPost(http.Request.Method))
                {
                    return ApiAnswers.Value(DraftAnswer.Of(draft));
                }

                http.Response.Headers.Location = $"/admin/api/drafts/{draft.Header.Id}";
                return ApiAnswers.Value(DraftAnswer.Of(draft), StatusCodes.Status201Created);
            case DraftOutcome.Deleted:
                return TypedResults.NoContent();
            case DraftOutcome.Published(var version, var changes):
                return ApiAnswers.Value(new Publication(version, changes));
            case DraftOutcome.NotFound:
                return NotFound;
            case DraftOutcome.Stale(var current):
                EntityTags.Write(http, current.Header.Version);
                return ApiAnswers.Problem(
                    StatusCodes.Status412PreconditionFailed, $"The draft has been changed by {current.Header.UpdatedBy} since you read it. Nothing was changed; this is what it is now.", ("current", DraftAnswer.Of(current)));
            case DraftOutcome.Invalid(var problems):
                return ApiAnswers.Invalid(problems);
            case DraftOutcome.TooMany(var most):
                return ApiAnswers.Problem(StatusCodes.Status409Conflict, $"There are {most} drafts already. Publish or delete some.");
            case DraftOutcome.Superseded(var basedOn, var published, var changes):
                return ApiAnswers.Problem(
                    StatusCodes.Status409Conflict,
                    $"The draft is based on version {basedOn}, and version {published} has been published since. Look at what it changed, put into the draft what it must keep, and write it with basedOn {published}.",
                    ("basedOn", basedOn),
                    ("published", published),
                    ("changes", changes));
            case DraftOutcome.Unchanged(var published):
                return ApiAnswers.Problem(StatusCodes.Status409Conflict, $"The draft is what is published already, as version {published}.");
            case DraftOutcome.OwnWork:
                return ApiAnswers.Problem(StatusCodes.Status403Forbidden, "You have written this draft. With Policies:FourEyes somebody else must publish it.", ("error", "four_eyes"));
            default:
                throw new InvalidOperationException("Unknown outcome.");
        }
    }
}
