using OpenIddict.Server;
using TokenExchange.Server.Exchange;
using TokenExchange.Server.Revocations;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace TokenExchange.Server.OpenIddict;

/// <summary>How a revocation request reaches <see cref="TokenRevoker"/>.</summary>
internal static class RevocationEndpoint
{
    public static void Register(OpenIddictServerBuilder server) =>
        server.AddEventHandler<HandleRevocationRequestContext>(b => b.UseScopedHandler<RunRevocation>().SetOrder(int.MinValue));

    private sealed class RunRevocation(TokenRevoker revoker) : IOpenIddictServerHandler<HandleRevocationRequestContext>
    {
        public async ValueTask HandleAsync(HandleRevocationRequestContext context)
        {
            // Not the request's token: who hangs up still wanted it revoked.
            if (!await revoker.RevokeAsync(context.Request.Token!, context.Transaction.Caller(), CancellationToken.None))
            {
                context.Refuse(new Refusal(RefusalReason.TokenOfAnotherClient));
            }
        }
    }
}
