using OpenIddict.Server;
using TokenExchange.Server.Introspection;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace TokenExchange.Server.OpenIddict;

/// <summary>How an introspection request reaches <see cref="Introspector"/>.</summary>
internal static class IntrospectionEndpoint
{
    public static void Register(OpenIddictServerBuilder server) =>
        server.AddEventHandler<HandleIntrospectionRequestContext>(b => b.UseScopedHandler<RunIntrospection>().SetOrder(int.MinValue));

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
