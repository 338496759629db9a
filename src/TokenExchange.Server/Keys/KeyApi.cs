using FluentValidation;
using Microsoft.AspNetCore.Http.Features;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Api;

namespace TokenExchange.Server.Keys;

/// <summary>The signing keys.</summary>
/// <param name="Keys">Newest first.</param>
public sealed record KeyList(IReadOnlyList<KeyStatus> Keys);

/// <summary>What came of a rotation, or of a replacement.</summary>
/// <param name="Key">The key that was made.</param>
/// <param name="Withdrawn">The <c>kid</c> of each key that was withdrawn for it; none in a rotation.</param>
public sealed record KeyChange(KeyStatus Key, IReadOnlyList<string> Withdrawn);

/// <summary>How the keys shall be rotated, as an administrator writes it.</summary>
public sealed record KeyRotationInput
{
    /// <summary>How long the next key is published before it signs; null means ten minutes.</summary>
    public TimeSpan? Lead { get; init; }

    /// <summary>Whether somebody else may have the key: then all keys are withdrawn, and with them every token.</summary>
    public bool AtOnce { get; init; }
}

/// <summary>Judges <see cref="KeyRotationInput"/>.</summary>
public sealed class KeyRotationInputValidator : AbstractValidator<KeyRotationInput>
{
    /// <summary>What a lead must be.</summary>
    public const string LeadRule = "write a duration from 00:10:00 to 30.00:00:00, or leave it out";

    /// <summary>Rules.</summary>
    public KeyRotationInputValidator()
    {
        RuleFor(i => i.Lead).Must(l => l is null || (l >= KeyLife.ShortestLead && l <= KeyLife.LongestLead)).WithMessage(LeadRule);
        RuleFor(i => i.Lead).Null().When(i => i.AtOnce).WithMessage("leave it out with atOnce: the new key signs immediately");
    }
}

/// <summary>The signing keys over HTTP: what there is, and the next one.</summary>
internal static class KeyApi
{
    public static void MapKeys(this IEndpointRouteBuilder api)
    {
        api.MapGet("/keys", async (HttpContext http, KeyRotation rotation) => ApiAnswers.Value(new KeyList(await rotation.ListAsync(http.RequestAborted))))
            .Needs(ApiScopes.AdminRead, "Lists the signing keys, newest first, with where each is in its life.").Produces<KeyList>();

        api.MapPost("/keys/rotation", async (HttpContext http, KeyRotation rotation) =>
            await ReadAsync(http) is var (input, problem) && input is null
                ? problem!

                // Not the request's token: who hangs up wanted it all the same.
                : await RotateAsync(input, http, rotation))
            .Needs(ApiScopes.AdminKeys, "Makes the next signing key, or with atOnce withdraws all keys and every token they signed.").Reads<KeyRotationInput>(optional: true)
            .Produces<KeyChange>().ProducesValidationProblem().ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<IResult> RotateAsync(KeyRotationInput input, HttpContext http, KeyRotation rotation)
    {
        var caller = ApiAccess.CallerOf(http);
        if (input.AtOnce)
        {
            var replaced = await rotation.ReplaceAtOnceAsync(caller, CancellationToken.None);
            return ApiAnswers.Value(new KeyChange(replaced.Active, replaced.Withdrawn));
        }

        return await rotation.RotateAsync(caller, input.Lead, CancellationToken.None) switch
        {
            KeyRotationOutcome.Rotated(var next) => ApiAnswers.Value(new KeyChange(next, [])),
            KeyRotationOutcome.Waiting(var next) => ApiAnswers.Problem(StatusCodes.Status409Conflict, "A next key is waiting for its time already. Nothing was changed.", ("key", next)),
            _ => throw new InvalidOperationException("Unknown outcome."),
        };
    }

    // Nothing needs to be said about it.
    private static async Task<(KeyRotationInput? Input, IResult? Problem)> ReadAsync(HttpContext http) =>
        http.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false } ? (new KeyRotationInput(), null) : await JsonInput.ReadWholeAsync(http, new KeyRotationInputValidator());
}
