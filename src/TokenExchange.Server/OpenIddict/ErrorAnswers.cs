using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Assertions;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Exchange;
using TokenExchange.Server.Settings;
using TokenExchange.Storage.Audit;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace TokenExchange.Server.OpenIddict;

/// <summary>
/// Makes every refusal at the OAuth endpoints look as <see cref="RefusalWire"/> says, and puts on record those that end before the story: what OpenIddict
/// refuses by itself, such as a failed client authentication.
/// </summary>
internal static class ErrorAnswers
{
    public static void Register(OpenIddictServerBuilder server)
    {
        server.AddEventHandler<ApplyTokenResponseContext>(b => b.UseScopedHandler<AnswerTokenError>().SetOrder(int.MinValue + 50_000));
        server.AddEventHandler<ApplyTokenResponseContext>(b => b.UseInlineHandler(SetStatus)
            .SetOrder(OpenIddictServerAspNetCoreHandlers.AttachHttpResponseCode<ApplyTokenResponseContext>.Descriptor.Order + 1));
        server.AddEventHandler<ApplyIntrospectionResponseContext>(b => b.UseScopedHandler<AnswerOtherError>().SetOrder(int.MinValue + 50_000));
        server.AddEventHandler<ApplyRevocationResponseContext>(b => b.UseScopedHandler<AnswerOtherError>().SetOrder(int.MinValue + 50_000));
    }

    private static ValueTask SetStatus(ApplyTokenResponseContext context)
    {
        if (context.Transaction.Outcome() is ExchangeOutcome.Refused(var refusal) && RefusalWire.For(refusal.Reason).Status == StatusCodes.Status503ServiceUnavailable)
        {
            var response = context.Transaction.Http().Response;
            response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            response.Headers.RetryAfter = Hosting.Outages.RetryAfterSeconds;
        }

        return ValueTask.CompletedTask;
    }

    private static RefusalReason Classify(string? error, string? description) => error switch
    {
        ErrorCodes.UnsupportedGrantType => RefusalReason.UnsupportedGrantType,
        ErrorCodes.InvalidClient or "invalid_grant" or "invalid_token" => RefusalReason.ClientAuthenticationFailed,

        // What OpenIddict says of an Authorization header it cannot read.
        ErrorCodes.InvalidRequest when description == OpenIddictResources.GetResourceString(OpenIddictResources.ID2055) => RefusalReason.ClientAuthenticationFailed,
        _ => RefusalReason.MalformedRequest,
    };

    private static void Write(OpenIddictResponse response, WireError error, string issuer)
    {
        response.Error = error.Error;
        response.ErrorDescription = error.Description;
        response.ErrorUri = $"{issuer}/errors/{error.Code}";
    }

    // What the request says of itself, as far as it could be read. The client is the one it claims to be, if there is one of that name: credentials that
    // were swapped would else put the secret on record.
    private static async Task<ExchangeRecord> RecordAsync(CatalogSource catalogs, BaseContext context, OpenIddictRequest? request, Refusal refusal, DateTimeOffset now)
    {
        var claimed = request?.ClientId ?? string.Empty;
        var known = claimed.Length == 0 || (await catalogs.CurrentAsync(CancellationToken.None)).KnowsClient(claimed);
        var caller = context.Transaction.Caller(known ? claimed : $"unknown, sha256:{Fingerprint.OfToken(claimed)}");
        return new ExchangeAttempt(request.ToForm(), caller, now).Refused(refusal);
    }

    private sealed class AnswerTokenError(CatalogSource catalogs, ExchangeLedger ledger, IOptions<ExchangeSettings> settings, TimeProvider clock) : IOpenIddictServerHandler<ApplyTokenResponseContext>
    {
        public async ValueTask HandleAsync(ApplyTokenResponseContext context)
        {
            if (string.IsNullOrEmpty(context.Response.Error))
            {
                return;
            }

            if (context.Transaction.Outcome() is not ExchangeOutcome.Refused(var refusal))
            {
                refusal = new Refusal(Classify(context.Response.Error, context.Response.ErrorDescription), context.Response.ErrorDescription);
                await ledger.RecordAsync(await RecordAsync(catalogs, context, context.Request, refusal, clock.GetUtcNow()), CancellationToken.None);
            }

            Write(context.Response, RefusalWire.For(refusal.Reason), settings.Value.Issuer);
            if (refusal.StepUp is { } stepUp)
            {
                context.Response["acr_values"] = stepUp.AcrValues.Count > 0 ? string.Join(' ', stepUp.AcrValues) : null;
                context.Response["max_age"] = stepUp.MaxAge is { } age ? (long)age.TotalSeconds : null;
            }
        }
    }

    // The same words for the same failure at the other endpoints, so that nothing more can be learned there; and the same record.
    private sealed class AnswerOtherError(CatalogSource catalogs, ExchangeLedger ledger, IOptions<ExchangeSettings> settings, TimeProvider clock) :
        IOpenIddictServerHandler<ApplyIntrospectionResponseContext>, IOpenIddictServerHandler<ApplyRevocationResponseContext>
    {
        public ValueTask HandleAsync(ApplyIntrospectionResponseContext context) => AnswerAsync(context, context.Request, context.Response);

        public ValueTask HandleAsync(ApplyRevocationResponseContext context) => AnswerAsync(context, context.Request, context.Response);

        private async ValueTask AnswerAsync(BaseContext context, OpenIddictRequest? request, OpenIddictResponse response)
        {
            if (response.Error is { Length: > 0 } error)
            {
                var refusal = (context.Transaction.Outcome() as ExchangeOutcome.Refused)?.Refusal ?? new Refusal(Classify(error, response.ErrorDescription), response.ErrorDescription);
                await ledger.RecordAsync(await RecordAsync(catalogs, context, request, refusal, clock.GetUtcNow()), CancellationToken.None);
                Write(response, RefusalWire.For(refusal.Reason), settings.Value.Issuer);
            }
        }
    }
}
