using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;
using TokenExchange.Server.Clients;
using TokenExchange.Server.Exchange;
using TokenExchange.Server.Limits;
using static OpenIddict.Server.OpenIddictServerEvents;
using static OpenIddict.Server.OpenIddictServerHandlers;

namespace TokenExchange.Server.OpenIddict;

/// <summary>
/// How a request's credentials reach <see cref="ClientAuthenticator"/>, at every endpoint. OpenIddict's own handlers for this are removed: they take the
/// methods one by one, in as many places, and answer at different times.
/// </summary>
internal static class ClientAuthentication
{
    public static void Register(OpenIddictServerBuilder server)
    {
        server.RemoveEventHandler(OpenIddictServerAspNetCoreHandlers.ValidateClientAuthenticationMethod<ExtractTokenRequestContext>.Descriptor);
        server.RemoveEventHandler(OpenIddictServerAspNetCoreHandlers.ValidateClientAuthenticationMethod<ExtractIntrospectionRequestContext>.Descriptor);
        server.RemoveEventHandler(OpenIddictServerAspNetCoreHandlers.ValidateClientAuthenticationMethod<ExtractRevocationRequestContext>.Descriptor);
        server.RemoveEventHandler(OpenIddictServerAspNetCoreHandlers.ExtractClientCertificate<ExtractTokenRequestContext>.Descriptor);
        server.RemoveEventHandler(OpenIddictServerAspNetCoreHandlers.ExtractClientCertificate<ExtractIntrospectionRequestContext>.Descriptor);
        server.RemoveEventHandler(OpenIddictServerAspNetCoreHandlers.ExtractClientCertificate<ExtractRevocationRequestContext>.Descriptor);
        server.RemoveEventHandler(OpenIddictServerAspNetCoreHandlers.ExtractBasicAuthenticationCredentials<ExtractTokenRequestContext>.Descriptor);
        server.RemoveEventHandler(OpenIddictServerAspNetCoreHandlers.ExtractBasicAuthenticationCredentials<ExtractIntrospectionRequestContext>.Descriptor);
        server.RemoveEventHandler(OpenIddictServerAspNetCoreHandlers.ExtractBasicAuthenticationCredentials<ExtractRevocationRequestContext>.Descriptor);
        server.RemoveEventHandler(OpenIddictServerHandlers.Exchange.ValidateClientIdParameter.Descriptor);
        server.RemoveEventHandler(OpenIddictServerHandlers.Exchange.ValidateClientCredentialsParameters.Descriptor);
        server.RemoveEventHandler(OpenIddictServerHandlers.Introspection.ValidateClientCredentialsParameters.Descriptor);
        server.RemoveEventHandler(OpenIddictServerHandlers.Revocation.ValidateClientCredentialsParameters.Descriptor);
        server.RemoveEventHandler(ValidateClientAssertion.Descriptor);
        server.RemoveEventHandler(ValidateClientAssertionWellknownClaims.Descriptor);
        server.RemoveEventHandler(ValidateClientAssertionIssuer.Descriptor);
        server.RemoveEventHandler(ValidateClientId.Descriptor);
        server.RemoveEventHandler(ValidateClientType.Descriptor);
        server.RemoveEventHandler(ValidateClientSecret.Descriptor);
        server.RemoveEventHandler(ValidateClientCertificate.Descriptor);
        server.AddEventHandler<ProcessAuthenticationContext>(b => b.UseScopedHandler<Authenticate>().SetOrder(ValidateClientId.Descriptor.Order));
    }

    private sealed class Authenticate(ClientAuthenticator authenticator, RequestLimits limits) : IOpenIddictServerHandler<ProcessAuthenticationContext>
    {
        public async ValueTask HandleAsync(ProcessAuthenticationContext context)
        {
            var http = context.Transaction.Http();
            if (!ClientCredentials.Read(context.Request.ToForm(), http.Request.Headers.Authorization, http.Connection.ClientCertificate).Passed(out var credentials, out var refusal))
            {
                context.Refuse(refusal);
                return;
            }

            context.Transaction.SetClaimedClient(credentials.Claimed);
            // Not the request's token: a failure is on record although who caused it hung up.
            if (!(await authenticator.AuthenticateAsync(credentials, CancellationToken.None)).Passed(out var client, out refusal))
            {
                context.Refuse(refusal);
                return;
            }

            if (limits.RetryAfterOfClient(client.ClientId) is { } wait)
            {
                http.Response.Headers.RetryAfter = RequestLimits.Seconds(wait);
                if (!limits.IsWorthARecord($"client {client.ClientId}"))
                {
                    context.Transaction.SetOnRecord();
                }

                context.Refuse(new Refusal(RefusalReason.TooManyRequests, "the client"));
                return;
            }

            context.Transaction.SetClient(client.ClientId);
            context.Request!.ClientId = client.ClientId;
        }
    }
}
