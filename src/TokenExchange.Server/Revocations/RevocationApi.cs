using TokenExchange.Core.Protocol;
using TokenExchange.Server.Api;

namespace TokenExchange.Server.Revocations;

/// <summary>Revoking over HTTP: one call ends a whole branch, and says how much that was.</summary>
internal static class RevocationApi
{
    public static void MapRevocations(this IEndpointRouteBuilder api)
    {
        api.MapPost("/revocations", async (HttpContext http, Revoker revoker) =>
            await JsonInput.ReadAsync<RevocationInput>(http, new RevocationInputValidator()) is var (input, problem) && input is null
                ? problem!

                // Not the request's token: who hangs up still wanted it revoked.
                : TypedResults.Ok(await revoker.RevokeAsync(input.ToRoot(), input.Reason, ApiAccess.CallerOf(http), CancellationToken.None)))
            .Needs(ApiScopes.AdminRevoke, "Ends what agents were lent, with everything below it, and says how much that was.").Reads<RevocationInput>().Produces<RevocationReach>().ProducesValidationProblem();

        api.MapPost("/revocations/preview", async (HttpContext http, Revoker revoker) =>
            await JsonInput.ReadAsync<RevocationInput>(http, new RevocationInputValidator()) is var (input, problem) && input is null
                ? problem!
                : TypedResults.Ok(await revoker.PreviewAsync(input.ToRoot(), http.RequestAborted)))
            .Needs(ApiScopes.AdminRead, "Says how much a revocation would end, and revokes nothing.").Reads<RevocationInput>().Produces<RevocationReach>().ProducesValidationProblem();
    }
}
