using System.Security.Claims;
using Microsoft.AspNetCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Assertions;
using static OpenIddict.Server.OpenIddictServerEvents;
using static OpenIddict.Server.OpenIddictServerHandlers;

namespace TokenExchange.Server.OpenIddict;

/// <summary>Client authentication where OpenIddict's own falls short: one method per request, and client assertions judged by <see cref="ClientAssertions"/>.</summary>
internal static class ClientAuthentication
{
    private const string ClientAssertionType = "urn:openiddict:params:oauth:token-type:client_assertion";

    public static void Register(OpenIddictServerBuilder server)
    {
        server.AddEventHandler<ProcessAuthenticationContext>(b => b.UseInlineHandler(RefuseSeveralMethods).SetOrder(ValidateClientAssertion.Descriptor.Order - 500));
        server.AddEventHandler<ValidateTokenContext>(b => b.UseScopedHandler<VerifyClientAssertion>().SetOrder(Protection.ResolveTokenValidationParameters.Descriptor.Order + 1));
    }

    // RFC 6749 §2.3: a client uses one method per request. OpenIddict sees to the Authorization header; the form can still hold two.
    private static ValueTask RefuseSeveralMethods(ProcessAuthenticationContext context)
    {
        if (context.Request is { } request && !string.IsNullOrEmpty(request.ClientSecret) && !string.IsNullOrEmpty(request.ClientAssertion))
        {
            context.Reject(ErrorCodes.InvalidRequest);
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Takes the place of OpenIddict's validation of client assertions, which refuses what real clients send and never asks about reuse.</summary>
    private sealed class VerifyClientAssertion(ClientAssertions assertions) : IOpenIddictServerHandler<ValidateTokenContext>
    {
        public async ValueTask HandleAsync(ValidateTokenContext context)
        {
            if (context.ValidTokenTypes.Count != 1 || !context.ValidTokenTypes.Contains(ClientAssertionType))
            {
                return;
            }

            if (await assertions.VerifyAsync(context.Token ?? string.Empty, context.CancellationToken) is not { } assertion)
            {
                context.Reject(ErrorCodes.InvalidClient);
                return;
            }

            var identity = new ClaimsIdentity(ClientAssertionType);
            identity.SetClaim(ClaimNames.Issuer, assertion.ClientId)
                .SetClaim(ClaimNames.Subject, assertion.ClientId)
                .SetClaim(ClaimNames.TokenId, assertion.Id)
                .SetAudiences(context.Options.Issuer!.AbsoluteUri)
                .SetExpirationDate(assertion.ExpiresAt)
                .SetTokenType(ClientAssertionType);
            context.Principal = new ClaimsPrincipal(identity);
            context.DisableAudienceValidation = true;
        }
    }
}
