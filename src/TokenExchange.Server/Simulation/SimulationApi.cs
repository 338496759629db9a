using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Policies;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Api;
using TokenExchange.Server.Settings;

namespace TokenExchange.Server.Simulation;

/// <summary>Trying policies over HTTP, before they are published or after: one exchange by itself, or what was recorded. Changes nothing, and is not on record.</summary>
internal static class SimulationApi
{
    // Purposes and policies of a large installation; other requests are far smaller.
    private const int MaxBody = 4 * 1024 * 1024;

    private const string RetryAfterSeconds = "5";

    public static void MapSimulations(this IEndpointRouteBuilder api)
    {
        api.MapPost("/simulations", SimulateAsync)
            .Needs(ApiScopes.AdminRead, "Says how an exchange would end, with each check of each policy and the token that would result.")
            .Reads<SimulationInput>().ReadsUpTo(MaxBody).Produces<SimulationAnswer>().ProducesValidationProblem();
        api.MapPost("/replays", ReplayAsync)
            .Needs(ApiScopes.AdminRead, "Asks other policies what was asked before, and counts every outcome that would be another: lines of progress, then one with the result.")
            .Reads<ReplayInput>().ReadsUpTo(MaxBody).Produces<object>(StatusCodes.Status200OK, "application/x-ndjson").ProducesValidationProblem();
    }

    private static async Task<IResult> SimulateAsync(HttpContext http, PolicyChoices choices, Simulator simulator, IOptions<ExchangeSettings> settings)
    {
        var (input, problem) = await JsonInput.ReadAsync<SimulationInput>(http, new SimulationInputValidator());
        if (input is null)
        {
            return problem!;
        }

        var (chosen, problems) = await choices.FindAsync(input, http.RequestAborted);
        return chosen is null
            ? TypedResults.ValidationProblem(problems)
            : TypedResults.Json(SimulationAnswer.Of(simulator.Try(input, chosen.Catalog), chosen.Version, settings.Value.Issuer), ConfigurationJson.Compact);
    }

    private static async Task<IResult> ReplayAsync(HttpContext http, PolicyChoices choices, Replayer replayer)
    {
        var (input, problem) = await JsonInput.ReadAsync<ReplayInput>(http, new ReplayInputValidator());
        if (input is null)
        {
            return problem!;
        }

        var (chosen, problems) = await choices.FindAsync(input, http.RequestAborted);
        if (chosen is null)
        {
            return TypedResults.ValidationProblem(problems);
        }

        using var turn = replayer.TryBegin();
        if (turn is null)
        {
            http.Response.Headers.RetryAfter = RetryAfterSeconds;
            return TypedResults.Problem(
                "Two replays are running on this node. Try again after the time in Retry-After.",
                statusCode: StatusCodes.Status429TooManyRequests,
                extensions: new Dictionary<string, object?>(StringComparer.Ordinal) { ["error"] = ErrorCodes.TemporarilyUnavailable });
        }

        await StreamAsync(http, replayer, chosen.Catalog.Policies, input.Last);
        return Results.Empty;
    }

    // A line of progress after each page, and one with the result. Whoever hangs up ends it, and that is no error.
    private static async Task StreamAsync(HttpContext http, Replayer replayer, PolicySet policies, int last)
    {
        http.Response.ContentType = "application/x-ndjson";
        try
        {
            var tally = await replayer.ReplayAsync(policies, last, (replayed, of) => WriteLineAsync(http, new { replayed, of }), http.RequestAborted);
            await WriteLineAsync(http, new { result = tally });
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            http.Abort();
        }
    }

    private static async Task WriteLineAsync<T>(HttpContext http, T line)
    {
        await http.Response.Body.WriteAsync((byte[])[.. JsonSerializer.SerializeToUtf8Bytes(line, ConfigurationJson.Compact), (byte)'\n'], http.RequestAborted);
        await http.Response.Body.FlushAsync(http.RequestAborted);
    }
}
