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
using TokenExchange.ResourceServer.Validation;

namespace TokenExchange.ResourceServer.Responses;

/// <summary>Everything this package answers instead of the endpoint; the table in <c>docs/resource-servers.md</c> is this class in words.</summary>
internal sealed class RefusalResponses(IOptions<ActorTokenOptions> options, ILogger<RefusalResponses> logger)
{
    private const string RetryAfterSeconds = "5";

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

        DelegationRequirement[] required = [.. http.GetEndpoint()?.Metadata.GetOrderedMetadata<RequireDelegationMetadata>().Select(m => m.Requirement) ?? []];
        var unmet = required.Where(r => !r.IsMetBy(delegation)).ToArray();
        if (unmet.OfType<DelegationRequirement.OfPurpose>().FirstOrDefault() is { } purpose)
        {
            const string error = ActorTokenDefaults.InsufficientPurpose;
            return ForbidAsync(http, error, "The purpose of the token does not permit this.",
                new BearerChallenge().With("error", error).With("purpose", string.Join(' ', purpose.Purposes)));
        }

        if (unmet.Length > 0)
        {
            // RFC 6750 §3: the scope necessary to access the resource, so all of it and not only what is missing.
            var scopes = required.OfType<DelegationRequirement.OfScopes>().Aggregate(ScopeSet.Empty, (all, r) => all.Union(r.Scopes));
            return ForbidAsync(http, ErrorCodes.InsufficientScope, "The token lacks a scope that is needed for this.",
                new BearerChallenge().With("error", ErrorCodes.InsufficientScope).With("scope", scopes.ToString()));
        }

        // Not ours: a policy of the app's own refused. No other token would help, so there is no challenge.
        return ForbidAsync(http, "access_denied", "The application does not permit this.", challenge: null);
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
