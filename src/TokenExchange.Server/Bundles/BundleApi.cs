using Microsoft.Net.Http.Headers;
using TokenExchange.Core.Policies;
using TokenExchange.Core.Protocol;
using TokenExchange.Core.Tokens;
using TokenExchange.Server.Api;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Exchange;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Server.Bundles;

/// <summary>Relying apps fetch the policies of their resource, signed; as long as nothing has changed they are told just that (RFC 9110 §13.1.2).</summary>
internal static class BundleApi
{
    public static void MapBundles(this IEndpointRouteBuilder policies) =>
        policies.MapGet("/bundle", async (HttpContext http, CatalogSource catalogs, PolicyBundles bundles, ExchangeLedger ledger, TimeProvider clock) =>
        {
            var caller = ApiAccess.CallerOf(http);
            if (http.Request.Query["resource"] is not [var text] || !ResourceIndicator.TryParse(text, out var asked))
            {
                return TypedResults.Problem("Name exactly one resource by its absolute URI: ?resource=https://api.example", statusCode: StatusCodes.Status400BadRequest);
            }

            var catalog = await catalogs.CurrentAsync(http.RequestAborted);
            if (catalog.ResourcesOf(caller.ClientId).FirstOrDefault(r => ResourceIndicator.Parse(r.Resource).Equals(asked)) is not { } resource)
            {
                // Whether there is such a resource is not told.
                await ledger.RecordAsync(StrangersQuestion(asked, caller, clock.GetUtcNow()), CancellationToken.None);
                return TypedResults.Problem("This client speaks for no such resource.", statusCode: StatusCodes.Status404NotFound);
            }

            var bundle = await bundles.ForAsync(resource, catalog, http.RequestAborted);
            var tag = new EntityTagHeaderValue($"\"{bundle.Hash}\"");
            http.Response.Headers.CacheControl = "private, no-cache";
            http.Response.GetTypedHeaders().ETag = tag;
            return http.Request.GetTypedHeaders().IfNoneMatch.Any(t => t.Compare(tag, useStrongComparison: false))
                ? Results.StatusCode(StatusCodes.Status304NotModified)
                : Results.Text(bundle.Jwt, $"application/{PolicyBundle.JwtType}");
        })
        .WithMetadata(new ApiScope(ApiScopes.PoliciesRead));

    private static ExchangeRecord StrangersQuestion(ResourceIndicator resource, Caller caller, DateTimeOffset now) => new()
    {
        At = now,
        Kind = RecordKind.Refusal,
        Reason = RefusalWire.For(RefusalReason.ResourceNotPermitted).Code,
        ClientId = caller.ClientId,
        Resource = resource.Value,
        RequestedScopes = ApiScopes.PoliciesRead,
        Source = caller.Source?.ToString(),
    };
}
