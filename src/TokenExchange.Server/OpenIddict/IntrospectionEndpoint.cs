using OpenIddict.Server;
using TokenExchange.Server.Introspection;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace TokenExchange.Server.OpenIddict;

/// <summary>How an introspection request reaches <see cref="Introspector"/>.</summary>
internal static class IntrospectionEndpoint
{
    public static void Register(OpenIddictServerBuilder server) =>
        server.AddEventHandler<HandleIntrospectionRequestContext>(b => b.UseScopedHandler<RunIntrospection>().SetOrder(int.MinValue));

    private sealed class RunIntrospection(Introspector introspector, IntrospectionJwt jwt) : IOpenIddictServerHandler<HandleIntrospectionRequestContext>
    {
        public async ValueTask HandleAsync(HandleIntrospectionRequestContext context)
        {
            var caller = context.Transaction.Caller();
            // Not the request's token: a stranger's question is on record although they hung up.
            var answer = await introspector.IntrospectAsync(context.Request.Token!, caller, CancellationToken.None);
            var http = context.Transaction.Http();
            http.Response.Headers.CacheControl = "no-store";
            http.Response.Headers.Vary = "Accept";
            if (WantsJwt(http.Request))
            {
                http.Response.ContentType = IntrospectionJwt.MediaType;
                await http.Response.WriteAsync(await jwt.SignAsync(answer, caller.ClientId, context.CancellationToken), context.CancellationToken);
            }
            else
            {
                await http.Response.WriteAsJsonAsync(answer, context.CancellationToken);
            }

            // Answered: OpenIddict has nothing to add.
            context.HandleRequest();
        }

        // RFC 9701 §4: only who asks for it by name gets it.
        private static bool WantsJwt(HttpRequest request) =>
            request.GetTypedHeaders().Accept.Any(a => a.MediaType.Equals(IntrospectionJwt.MediaType, StringComparison.OrdinalIgnoreCase) && a.Quality is not 0);
    }
}
