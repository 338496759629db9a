using System.Runtime.ExceptionServices;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using TokenExchange.Server.Settings;

namespace TokenExchange.Server.Me;

/// <summary>The story of a sign-in, as far as it is ours: where it leads, whom it signs in, and what becomes of it when it does not.</summary>
internal sealed class SignInEvents(SignIns signIns, SignInWays ways, IOptions<ExchangeSettings> settings) : OpenIdConnectEvents
{
    /// <summary>1. The browser is sent to the issuer. Where it comes back to is where this server is known to be, not what the request called it.</summary>
    public override Task RedirectToIdentityProvider(RedirectContext context)
    {
        context.ProtocolMessage.RedirectUri = settings.Value.Issuer + context.Options.CallbackPath;
        return Task.CompletedTask;
    }

    /// <summary>2. It comes back with a code in the query. What is posted was not asked for.</summary>
    public override Task MessageReceived(MessageReceivedContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method))
        {
            context.Fail(new SignInRefusedException(new SignInRefusal(SignInProblem.State, "the answer was posted")));
        }

        return Task.CompletedTask;
    }

    /// <summary>3. The ID token is right; whether it answers this browser's request is asked next, so nothing is done yet but to remember whom it names.</summary>
    public override Task TokenValidated(TokenValidatedContext context)
    {
        if (SignInTicket.TryRead(context.Properties!, out var ticket))
        {
            (ticket with { IssuerSub = context.SecurityToken.Subject }).WriteTo(context.Properties!);
        }

        return Task.CompletedTask;
    }

    /// <summary>4. Everything is right: unless something was revoked meanwhile the user is signed in, on record before the cookie leaves.</summary>
    public override async Task TicketReceived(TicketReceivedContext context)
    {
        if (SignedInUser.Of(context.Principal) is not { } user || !SignInTicket.TryRead(context.Properties!, out var ticket))
        {
            throw new InvalidOperationException("A sign-in was not begun here.");
        }

        if (!await signIns.HoldsAsync(user, ticket, context.HttpContext.RequestAborted))
        {
            await RefuseAsync(context.HttpContext, context.Scheme, new SignInRefusal(SignInProblem.Revoked, user.Subject), context.ReturnUri);
            context.HandleResponse();
            return;
        }

        // Who was signed in with this browser before is not any more, wherever their cookie may have got to.
        var source = context.HttpContext.Connection.RemoteIpAddress;
        var before = await context.HttpContext.AuthenticateAsync(SignedInUser.Scheme);
        if (SignedInUser.Of(before.Principal) is { } other && SignInTicket.TryRead(before.Properties!, out var others))
        {
            await signIns.EndAsync(other, others, source);
        }

        await signIns.RecordAsync(user, source);

        // Nothing else of what was remembered while the sign-in was under way stays in the cookie.
        context.ReturnUri = ReturnUrl.Local(context.ReturnUri);
        context.Principal = new ClaimsPrincipal(user.ToIdentity());
        context.Properties = new AuthenticationProperties();
        ticket.WriteTo(context.Properties);
    }

    /// <summary>Or it goes wrong: an expected refusal leads back to where one signs in, on record; anything else is an outage or a bug and goes on its way.</summary>
    public override async Task RemoteFailure(RemoteFailureContext context)
    {
        if (context.HttpContext.RequestAborted.IsCancellationRequested && context.Failure is OperationCanceledException)
        {
            ExceptionDispatchInfo.Throw(context.Failure);
        }

        if (RefusalIn(context.Failure) is { } refusal)
        {
            await RefuseAsync(context.HttpContext, context.Scheme, refusal, context.Properties?.RedirectUri);
            context.HandleResponse();
        }
    }

    private static SignInRefusal? RefusalIn(Exception? failure) => failure switch
    {
        SignInRefusedException refused => refused.Refusal,
        OpenIdConnectProtocolInvalidNonceException => new SignInRefusal(SignInProblem.State, "nonce"),
        OpenIdConnectProtocolException protocol => protocol.Data["error"] is string error ? new SignInRefusal(SignInProblem.Denied, error) : new SignInRefusal(SignInProblem.Token, "no answer of OpenID Connect"),
        HttpRequestException or OperationCanceledException => new SignInRefusal(SignInProblem.Unavailable, failure.Message),

        // State and correlation; the sentence is the framework's own and repeats nothing.
        AuthenticationFailureException { InnerException: null } => new SignInRefusal(SignInProblem.State, failure.Message),
        _ => null,
    };

    private async Task RefuseAsync(HttpContext http, AuthenticationScheme scheme, SignInRefusal refusal, string? returnUrl)
    {
        await signIns.RefuseAsync(refusal, ways.All.First(w => w.Scheme == scheme.Name), http.Connection.RemoteIpAddress);
        http.Response.Redirect(SignInEndpoints.PageFor(returnUrl, refusal));
    }
}
