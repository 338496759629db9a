using OpenIddict.Server;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Introspection;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace TokenExchange.Server.OpenIddict;

/// <summary>How an introspection request reaches <see cref="Introspector"/>.</summary>
internal static class IntrospectionEndpoint
{
    public static void Register(OpenIddictServerBuilder server)
    {
        server.AddEventHandler<ExtractIntrospectionRequestContext>(b => b.UseInlineHandler(RefuseTokensInAddresses).SetOrder(int.MinValue));
        server.AddEventHandler<HandleIntrospectionRequestContext>(b => b.UseScopedHandler<RunIntrospection>().SetOrder(int.MinValue));
    }

    // OpenIddict would also read a token from the query; addresses end up in logs. RFC 7662 §2.1 knows POST only.
    private static ValueTask RefuseTokensInAddresses(ExtractIntrospectionRequestContext context)
    {
        if (!HttpMethods.IsPost(context.Transaction.Http().Request.Method))
        {
            context.Reject(ErrorCodes.InvalidRequest);
        }

        return ValueTask.CompletedTask;
    }

    private sealed class RunIntrospection(Introspector introspector) : IOpenIddictServerHandler<HandleIntrospectionRequestContext>
    {
        public async ValueTask HandleAsync(HandleIntrospectionRequestContext context)
        {
            var answer = await introspector.IntrospectAsync(context.Request.Token!, context.Request.ClientId!, context.CancellationToken);
            var response = context.Transaction.Http().Response;
            response.Headers.CacheControl = "no-store";
            await response.WriteAsJsonAsync(answer, context.CancellationToken);

            // Answered: OpenIddict has nothing to add.
            context.HandleRequest();
        }
    }
}
