using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;
using TokenExchange.Core.Tokens;
using TokenExchange.ResourceServer.Authority;
using TokenExchange.ResourceServer.Enforcement;
using TokenExchange.ResourceServer.Responses;

namespace TokenExchange.ResourceServer.Validation;

/// <summary>
/// What is done around the stock handler, in the order of a request: look at the token and find its key (<see cref="MessageReceived"/>); the
/// handler checks signature, issuer, audience and lifetime; read the claims and ask about revocation (<see cref="TokenValidated"/>); answer
/// (<see cref="Challenge"/>, <see cref="Forbidden"/>).
/// </summary>
internal sealed class ActorTokenEvents(
    ActorTokenOptions options, AuthorityMetadata metadata, IntrospectionClient? introspection, TokenMemory memory, Enforcer enforcer, RefusalResponses responses, TimeProvider time,
    ILogger logger)
    : JwtBearerEvents
{
    private const string Scheme = "Bearer ";

    /// <summary>Takes the token from the Authorization header and nowhere else: one in a query ends up in logs, one in a form in a cross-site request.</summary>
    public override async Task MessageReceived(MessageReceivedContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        var token = header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : string.Empty;
        if (token.Length == 0)
        {
            context.NoResult();
            return;
        }

        if (memory.Find(token, metadata.AtHand(), options.ClockSkew) is { } remembered)
        {
            if (await AcceptAsync(context, token, remembered.Token, remembered.Identity))
            {
                context.Success();
            }

            return;
        }

        var refusal = ActorTokenReader.Inspect(token, options.Algorithms, out var jwt) ?? await FindKeyAsync(jwt!.KeyId!, context.HttpContext.RequestAborted);
        if (refusal is not null)
        {
            context.Fail(Refuse(refusal));
            return;
        }

        context.HttpContext.Features.Set(new Received(jwt!, await metadata.GetConfigurationAsync(context.HttpContext.RequestAborted)));
        context.Token = token;
    }

    /// <summary>The signature holds, and issuer, audience and lifetime are right: now the claims, strictly, and last what only the server knows.</summary>
    public override async Task TokenValidated(TokenValidatedContext context)
    {
        var jwt = context.HttpContext.Features.GetRequiredFeature<Received>().Jwt;
        if (ActorTokenReader.Read(jwt.Payload, time.GetUtcNow() + options.ClockSkew, out var token) is { } refusal)
        {
            context.Fail(Refuse(refusal));
            return;
        }

        var identity = (ClaimsIdentity)context.Principal!.Identity!;
        memory.Add(jwt.Encoded, new RememberedToken(token!, identity.Clone(), context.HttpContext.Features.GetRequiredFeature<Received>().Keys));
        await AcceptAsync(context, jwt.Encoded, token!, identity);
    }

    /// <summary>The handler said no. What it says of tokens becomes a refusal; a bug is left to become a 500.</summary>
    public override Task AuthenticationFailed(AuthenticationFailedContext context)
    {
        var refusal = context.Exception switch
        {
            TokenRefusedException refused => refused.Refusal,
            SecurityTokenSignatureKeyNotFoundException => TokenRefusal.UnknownKey,
            SecurityTokenInvalidSignatureException => TokenRefusal.BadSignature,
            SecurityTokenException => TokenRefusal.Malformed,
            _ => null,
        };
        if (refusal is not null)
        {
            context.Fail(Refuse(refusal));
        }

        return Task.CompletedTask;
    }

    /// <summary>No token, or one that was refused.</summary>
    public override Task Challenge(JwtBearerChallengeContext context)
    {
        context.HandleResponse();
        return context.AuthenticateFailure switch
        {
            null => responses.WriteTokenMissingAsync(context.HttpContext),
            TokenRefusedException refused => responses.WriteTokenRefusedAsync(context.HttpContext, refused.Refusal),
            _ => responses.WriteTokenRefusedAsync(context.HttpContext, TokenRefusal.Malformed),
        };
    }

    /// <summary>A good token that is not enough here.</summary>
    public override Task Forbidden(ForbiddenContext context) => responses.WriteForbiddenAsync(context.HttpContext);

    // What only the server knows is judged at every request, of a token seen before as of a new one.
    private async Task<bool> AcceptAsync(ResultContext<JwtBearerOptions> context, string text, ActorToken token, ClaimsIdentity identity)
    {
        var http = context.HttpContext;
        var refusal = enforcer.Judge(token, http.Connection.RemoteIpAddress, out var granted)
            ?? (introspection is null ? null : await introspection.AskAsync(text, http.RequestAborted));
        if (refusal is not null)
        {
            context.Fail(Refuse(refusal));
            return false;
        }

        http.Features.Set(new AcceptedToken(text));
        context.Principal = new ClaimsPrincipal(new DelegationIdentity(identity, new Delegation(token, granted)));
        return true;
    }

    private async Task<TokenRefusal?> FindKeyAsync(string keyId, CancellationToken cancel) => await metadata.FindKeyAsync(keyId, cancel) switch
    {
        KeyLookup.Found => null,
        KeyLookup.Unknown => TokenRefusal.UnknownKey,
        _ => TokenRefusal.AuthorityUnavailable,
    };

    private TokenRefusedException Refuse(TokenRefusal refusal)
    {
        logger.TokenRefused(refusal.Error, refusal.Description);
        return new TokenRefusedException(refusal);
    }

    // Carries what was parsed from one event to the next; nobody else can name the type, and so nobody else can put one there.
    private sealed record Received(CompactJwt Jwt, object Keys);
}
