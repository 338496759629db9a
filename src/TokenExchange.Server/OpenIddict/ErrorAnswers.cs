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
        server.AddEventHandler<ApplyTokenResponseContext>(b => b.UseScopedHandler<AnswerError>().SetOrder(int.MinValue + 50_000));
        server.AddEventHandler<ApplyTokenResponseContext>(b => b.UseInlineHandler(SetStatus)
            .SetOrder(OpenIddictServerAspNetCoreHandlers.AttachHttpResponseCode<ApplyTokenResponseContext>.Descriptor.Order + 1));
        server.AddEventHandler<ApplyIntrospectionResponseContext>(b => b.UseInlineHandler(SetStatus)
            .SetOrder(OpenIddictServerAspNetCoreHandlers.AttachHttpResponseCode<ApplyIntrospectionResponseContext>.Descriptor.Order + 1));
        server.AddEventHandler<ApplyRevocationResponseContext>(b => b.UseInlineHandler(SetStatus)
            .SetOrder(OpenIddictServerAspNetCoreHandlers.AttachHttpResponseCode<ApplyRevocationResponseContext>.Descriptor.Order + 1));
        server.AddEventHandler<ApplyIntrospectionResponseContext>(b => b.UseScopedHandler<AnswerError>().SetOrder(int.MinValue + 50_000));
        server.AddEventHandler<ApplyRevocationResponseContext>(b => b.UseScopedHandler<AnswerError>().SetOrder(int.MinValue + 50_000));
    }

    private static ValueTask SetStatus(BaseContext context)
    {
        if (context.Transaction.Outcome() is ExchangeOutcome.Refused(var refusal) && RefusalWire.For(refusal.Reason).Status is var status
            && status is StatusCodes.Status503ServiceUnavailable or StatusCodes.Status429TooManyRequests)
        {
            var response = context.Transaction.Http().Response;
            response.StatusCode = status;
            if (status == StatusCodes.Status503ServiceUnavailable)
            {
                response.Headers.RetryAfter = Hosting.Outages.RetryAfterSeconds;
            }
        }

        return ValueTask.CompletedTask;
    }

    // What is left to OpenIddict to refuse is the form of a request.
    private static RefusalReason Classify(string? error) => error == ErrorCodes.UnsupportedGrantType ? RefusalReason.UnsupportedGrantType : RefusalReason.MalformedRequest;

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
        var claimed = context.Transaction.ClaimedClient() ?? request?.ClientId ?? string.Empty;
        var known = claimed.Length == 0 || (await catalogs.CurrentAsync(CancellationToken.None)).KnowsClient(claimed);
        var caller = new Caller(known ? claimed : $"unknown, sha256:{Fingerprint.OfToken(claimed)}", context.Transaction.Http().Connection.RemoteIpAddress);
        return new ExchangeAttempt(request.ToForm(), caller, now).Refused(refusal);
    }

    // The same words for the same failure at every endpoint, so that nothing more can be learned at one than at another; and the same record.
    private sealed class AnswerError(CatalogSource catalogs, ExchangeLedger ledger, IOptions<ExchangeSettings> settings, TimeProvider clock) :
        IOpenIddictServerHandler<ApplyTokenResponseContext>, IOpenIddictServerHandler<ApplyIntrospectionResponseContext>, IOpenIddictServerHandler<ApplyRevocationResponseContext>
    {
        public ValueTask HandleAsync(ApplyTokenResponseContext context) => AnswerAsync(context, context.Request, context.Response);

        public ValueTask HandleAsync(ApplyIntrospectionResponseContext context) => AnswerAsync(context, context.Request, context.Response);

        public ValueTask HandleAsync(ApplyRevocationResponseContext context) => AnswerAsync(context, context.Request, context.Response);

        private async ValueTask AnswerAsync(BaseContext context, OpenIddictRequest? request, OpenIddictResponse response)
        {
            if (string.IsNullOrEmpty(response.Error))
            {
                return;
            }

            var refusal = (context.Transaction.Outcome() as ExchangeOutcome.Refused)?.Refusal ?? new Refusal(Classify(response.Error), response.ErrorDescription);
            if (!context.Transaction.IsOnRecord())
            {
                await ledger.RecordAsync(await RecordAsync(catalogs, context, request, refusal, clock.GetUtcNow()), CancellationToken.None);
            }

            Write(response, RefusalWire.For(refusal.Reason), settings.Value.Issuer);
            if (refusal.StepUp is { } stepUp)
            {
                response["acr_values"] = stepUp.AcrValues.Count > 0 ? string.Join(' ', stepUp.AcrValues) : null;
                response["max_age"] = stepUp.MaxAge is { } age ? (long)age.TotalSeconds : null;
            }
        }
    }
}
