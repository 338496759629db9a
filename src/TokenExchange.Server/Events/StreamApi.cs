using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Api;
using TokenExchange.Server.OpenIddict;
using TokenExchange.Server.Settings;

namespace TokenExchange.Server.Events;

/// <summary>The transmitter's endpoints (OpenID SSF 1.0 §7 and §8, RFC 8936): what there is, streams, and polling them.</summary>
internal static class StreamApi
{
    /// <summary>What anybody may read: where everything is (SSF 1.0 §7.1).</summary>
    public static void MapSsfMetadata(this IEndpointRouteBuilder app) => app.MapGet("/.well-known/ssf-configuration", (HttpContext http, IOptions<ExchangeSettings> settings) =>
    {
        var issuer = settings.Value.Issuer;
        http.Response.Headers.CacheControl = PublicDocuments.CacheControl;
        return Results.Json(new JsonObject
        {
            ["spec_version"] = "1_0",
            ["issuer"] = issuer,
            ["jwks_uri"] = $"{issuer}/jwks",
            ["delivery_methods_supported"] = new JsonArray(SsfNames.Push, SsfNames.Poll),
            ["configuration_endpoint"] = $"{issuer}/ssf/streams",
            ["status_endpoint"] = $"{issuer}/ssf/status",
            ["verification_endpoint"] = $"{issuer}/ssf/verify",
            ["authorization_schemes"] = new JsonArray(new JsonObject { ["spec_urn"] = "urn:ietf:rfc:6749" }),
            ["default_subjects"] = "ALL",
        });
    });

    /// <summary>What receivers use.</summary>
    public static void MapEventStreams(this RouteGroupBuilder api)
    {
        api.WithMetadata(new ApiScope(ApiScopes.EventsReceive));

        api.MapPost("/streams", (HttpContext http, StreamEditor editor) => AnswerAsync(http, async body =>
            await editor.CreateAsync(body, ApiAccess.CallerOf(http), http.RequestAborted) is { } created
                ? Results.Json(created, statusCode: StatusCodes.Status201Created)
                : Problem(StatusCodes.Status409Conflict, $"This client has {StreamEditor.MostStreams} streams, and no more are possible.")));

        api.MapGet("/streams", async (HttpContext http, StreamEditor editor) => StreamIdOf(http) is not { } id
            ? Results.Json(await editor.ListAsync(ApiAccess.CallerOf(http), http.RequestAborted))
            : await editor.FindAsync(id, ApiAccess.CallerOf(http), http.RequestAborted) is { } stream ? Results.Json(editor.Show(stream)) : NoStream());

        api.MapPatch("/streams", (HttpContext http, StreamEditor editor) => AnswerAsync(http, async body =>
            Found(await editor.ChangeAsync(body, whole: false, ApiAccess.CallerOf(http), http.RequestAborted))));

        api.MapPut("/streams", (HttpContext http, StreamEditor editor) => AnswerAsync(http, async body =>
            Found(await editor.ChangeAsync(body, whole: true, ApiAccess.CallerOf(http), http.RequestAborted))));

        api.MapDelete("/streams", async (HttpContext http, StreamEditor editor) =>
            await editor.DeleteAsync(StreamIdOf(http), ApiAccess.CallerOf(http), http.RequestAborted) ? Results.NoContent() : NoStream());

        api.MapGet("/status", async (HttpContext http, StreamEditor editor) =>
            http.Request.Query.ContainsKey("subject") ? NoSubject()
            : await editor.FindAsync(StreamIdOf(http), ApiAccess.CallerOf(http), http.RequestAborted) is { } stream ? Results.Json(StreamJson.Status(stream)) : NoStream());

        api.MapPost("/status", (HttpContext http, StreamEditor editor) => AnswerAsync(http, async body =>
            body.Find("subject") is not null ? NoSubject() : Found(await editor.ChangeStatusAsync(body, ApiAccess.CallerOf(http), http.RequestAborted))));

        api.MapPost("/verify", (HttpContext http, StreamEditor editor) => AnswerAsync(http, async body =>
            await editor.VerifyAsync(body, ApiAccess.CallerOf(http), http.RequestAborted) switch
            {
                null => NoStream(),
                true => Results.NoContent(),
                false => TooOften(http),
            }));

        api.MapPost("/poll/{streamId:maxlength(64)}", (string streamId, HttpContext http, EventPoller poller) => AnswerAsync(http, body => PollAsync(http, poller, streamId, PollRequest.Read(body))));
    }

    // Receivers hang up while they wait, when they end: that is no request that could not be read.
    private static async Task<IResult> PollAsync(HttpContext http, EventPoller poller, string streamId, PollRequest request)
    {
        try
        {
            return Found(await poller.PollAsync(ApiAccess.CallerOf(http).ClientId, streamId, request, http.RequestAborted));
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            return Results.Empty;
        }
    }

    private static async Task<IResult> AnswerAsync(HttpContext http, Func<JsonElement, Task<IResult>> answer)
    {
        try
        {
            return await answer(await SsfJson.ReadAsync(http));
        }
        catch (SsfInputException e)
        {
            return Problem(StatusCodes.Status400BadRequest, e.Message);
        }
    }

    // Named twice it names none.
    private static string? StreamIdOf(HttpContext http) => http.Request.Query["stream_id"] switch { { Count: 0 } => null, [{ } id] => id, _ => string.Empty };

    private static IResult Found(JsonObject? json) => json is null ? NoStream() : Results.Json(json);

    private static IResult NoStream() => Problem(StatusCodes.Status404NotFound, "This client has no such stream.");

    private static IResult NoSubject() => Problem(StatusCodes.Status404NotFound, "A stream has one status for all subjects.");

    private static IResult TooOften(HttpContext http)
    {
        http.Response.Headers.RetryAfter = ((int)StreamJson.VerificationInterval.TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture);
        return Problem(StatusCodes.Status429TooManyRequests, "The stream was verified a moment ago.");
    }

    private static IResult Problem(int status, string detail) => Results.Problem(detail, statusCode: status);
}
