using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using TokenExchange.Core.Protocol;
using TokenExchange.Core.Tokens;
using TokenExchange.ResourceServer.Authorization;
using TokenExchange.ResourceServer.Enforcement;
using TokenExchange.ResourceServer.Validation;

namespace TokenExchange.ResourceServer.Responses;

/// <summary>Everything this package answers instead of the endpoint; the table in <c>docs/resource-servers.md</c> is this class in words.</summary>
internal sealed class RefusalResponses(IOptions<ActorTokenOptions> options, Enforcer enforcer, ILogger<RefusalResponses> logger)
{
    private const string RetryAfterSeconds = "5";
    private const string AccessDenied = "access_denied";

    // The sentences are fixed and the body is never HTML, so at+jwt need not become at\u002Bjwt.
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string? _metadataUrl = ResourceMetadata.FindUrl(ResourceIndicator.Parse(options.Value.Resource!));

    /// <summary>No token at all: a challenge without error code (RFC 6750 §3.1) and without body.</summary>
    public Task WriteTokenMissingAsync(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status401Unauthorized;
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.Append(HeaderNames.WWWAuthenticate, new BearerChallenge().With("resource_metadata", _metadataUrl).ToString());
        return Task.CompletedTask;
    }

    /// <summary>A token that is not good, or cannot be judged; the latter is no fault of the caller's and so carries no challenge.</summary>
    public Task WriteTokenRefusedAsync(HttpContext http, TokenRefusal refusal)
    {
        if (refusal.Status == StatusCodes.Status503ServiceUnavailable)
        {
            http.Response.Headers.RetryAfter = RetryAfterSeconds;
            return WriteAsync(http, refusal.Status, refusal.Error, refusal.Description, challenge: null);
        }

        var challenge = new BearerChallenge().With("error", refusal.Error);
        if (refusal.StepUp is { } stepUp)
        {
            challenge.With("acr_values", stepUp.AcrValues.Count == 0 ? null : string.Join(' ', stepUp.AcrValues))
                .With("max_age", stepUp.MaxAge is { } age ? ((long)age.TotalSeconds).ToString(CultureInfo.InvariantCulture) : null);
        }

        return WriteAsync(http, refusal.Status, refusal.Error, refusal.Description, challenge);
    }

    /// <summary>
    /// A good token that is not enough for the endpoint. The purpose is named first: a token under another purpose is needed then, and asking
    /// for more scopes under this one would not help.
    /// </summary>
    public Task WriteForbiddenAsync(HttpContext http)
    {
        if (DelegationIdentity.Find(http.User) is not { } delegation)
        {
            return WriteTokenMissingAsync(http);
        }

        var required = RequireDelegationMetadata.Of(http);
        var unmet = required.Where(r => !r.IsMetBy(delegation)).ToArray();
        if (unmet.OfType<DelegationRequirement.OfPurpose>().FirstOrDefault() is { } purpose)
        {
            const string error = ActorTokenDefaults.InsufficientPurpose;
            return ForbidAsync(http, error, "The purpose of the token does not permit this.",
                new BearerChallenge().With("error", error).With("purpose", string.Join(' ', purpose.Purposes)));
        }

        if (unmet.Length > 0)
        {
            // Scopes that the token has and policies withhold until the user authenticates again.
            var scopes = DelegationRequirement.OfScopes.AllOf(required);
            if (enforcer.StepUpFor(delegation.Token, scopes, http.Connection.RemoteIpAddress) is { } stepUp)
            {
                return WriteTokenRefusedAsync(http, TokenRefusal.AuthenticationInsufficient(stepUp));
            }

            // RFC 6750 §3: the scope necessary to access the resource, so all of it and not only what is missing.
            return ForbidAsync(http, ErrorCodes.InsufficientScope, "The token lacks a scope that is needed for this.",
                new BearerChallenge().With("error", ErrorCodes.InsufficientScope).With("scope", scopes.ToString()));
        }

        // Where the server was not asked or said yes, a policy of the app's own refused. No other token would help, so there is no challenge.
        return http.Features.Get<ActionRefusal>() is { } refusal
            ? WriteActionRefusedAsync(http, refusal)
            : ForbidAsync(http, AccessDenied, "The application does not permit this.", challenge: null);
    }

    /// <summary>A good token and enough for the endpoint, but the server, asked about this very action, did not say yes.</summary>
    private Task WriteActionRefusedAsync(HttpContext http, ActionRefusal refusal)
    {
        switch (refusal)
        {
            case ActionRefusal.OfToken { Refusal: var token }:
                logger.TokenRefused(token.Error, token.Description);
                return WriteTokenRefusedAsync(http, token);
            case ActionRefusal.StepUp stepUp:
                const string error = ErrorCodes.InsufficientUserAuthentication;
                const string description = "The user must authenticate again or more strongly for this.";
                logger.RequestForbidden(error, description);
                return WriteAsync(http, StatusCodes.Status401Unauthorized, error, description,
                    new BearerChallenge().With("error", error).With("acr_values", stepUp.AcrValues).With("max_age", stepUp.MaxAge));
            default:
                return ForbidAsync(http, AccessDenied, "The authorization server does not permit this now.", challenge: null);
        }
    }

    private Task ForbidAsync(HttpContext http, string error, string description, BearerChallenge? challenge)
    {
        logger.RequestForbidden(error, description);
        return WriteAsync(http, StatusCodes.Status403Forbidden, error, description, challenge);
    }

    private async Task WriteAsync(HttpContext http, int status, string error, string description, BearerChallenge? challenge)
    {
        if (challenge is not null)
        {
            var value = challenge.With("error_description", description).With("resource_metadata", _metadataUrl).ToString();
            http.Response.Headers.Append(HeaderNames.WWWAuthenticate, value);
        }

        http.Response.StatusCode = status;
        http.Response.Headers.CacheControl = "no-store";
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(new JsonObject { ["error"] = error, ["error_description"] = description }.ToJsonString(Plain), http.RequestAborted);
    }
}
