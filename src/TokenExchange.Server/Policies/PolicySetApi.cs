using System.Globalization;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Api;
using TokenExchange.Server.Configuration;
using TokenExchange.Storage.Policies;

namespace TokenExchange.Server.Policies;

/// <summary>The published versions of the policy set over HTTP.</summary>
internal static class PolicySetApi
{
    private const int MostVersions = 100;
    private const int UsualVersions = 20;

    public static void MapPolicySets(this IEndpointRouteBuilder api)
    {
        api.MapGet("/policy-sets", ListAsync)
            .Needs(ApiScopes.AdminRead, "Lists the published versions of the policy set, newest first.").Produces<PolicySetPage>().ProducesValidationProblem();

        api.MapGet("/policy-sets/{version:long}", async (HttpContext http, PolicySetStore sets, long version) =>
            await sets.FindAsync(version, http.RequestAborted) is { } published ? ApiAnswers.Value(PolicySetAnswer.Of(published)) : (IResult)ApiAnswers.Problem(StatusCodes.Status404NotFound, "There is no such version."))
            .Needs(ApiScopes.AdminRead, "Reads the purposes and policies of one published version.").Produces<PolicySetAnswer>().ProducesProblem(StatusCodes.Status404NotFound);
    }

    // Text, so that who may not call learns nothing from how it is judged: that comes before anything is bound.
    private static async Task<IResult> ListAsync(HttpContext http, PolicySetStore sets, string? before = null, string? limit = null)
    {
        var problems = new List<MemberProblem>();
        if (!TryRead(before, 1, long.MaxValue, out var first))
        {
            problems.Add(new MemberProblem("before", "write a version"));
        }

        if (!TryRead(limit, 1, MostVersions, out var most))
        {
            problems.Add(new MemberProblem("limit", $"write a number from 1 to {MostVersions}"));
        }

        if (problems.Count > 0)
        {
            return ApiAnswers.Invalid(problems);
        }

        var count = (int)(most ?? UsualVersions);
        var versions = await sets.ListAsync(first, count, http.RequestAborted);
        return ApiAnswers.Value(new PolicySetPage(versions, versions.Count == count && versions[^1].Version > 1 ? versions[^1].Version : null));
    }

    private static bool TryRead(string? text, long least, long most, out long? number)
    {
        number = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var read) && read >= least && read <= most ? read : null;
        return text is null || number is not null;
    }
}
