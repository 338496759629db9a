using TokenExchange.Server.Exchange;
using TokenExchange.Storage;

namespace TokenExchange.Server.Hosting;

/// <summary>The endpoints that are not OpenIddict's.</summary>
internal static class Endpoints
{
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapGet("/health/live", () => Results.Json(new { status = "live" }));
        app.MapGet("/health/ready", async (Schema schema, CancellationToken cancellationToken) =>
            (await schema.PendingAsync(cancellationToken)).Count == 0
                ? Results.Json(new { status = "ready" })
                : Results.Json(new { status = "outdated schema" }, statusCode: StatusCodes.Status503ServiceUnavailable));
    }

    /// <summary>The pages behind <c>error_uri</c>.</summary>
    public static void MapErrorPages(this IEndpointRouteBuilder app) =>
        app.MapGet("/errors/{code}", (string code) => RefusalWire.ByCode.GetValueOrDefault(code) is { } error
            ? Results.Text($"{error.Code} ({error.Status} {error.Error})\n\n{error.Description}\n\n{error.Help}\n")
            : Results.NotFound());
}
