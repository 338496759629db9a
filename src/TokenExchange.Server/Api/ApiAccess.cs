using Microsoft.AspNetCore.Http.HttpResults;
using TokenExchange.Core.Protocol;
using TokenExchange.Core.Tokens;
using TokenExchange.Server.Assertions;
using TokenExchange.Server.Exchange;
using TokenExchange.Server.Limits;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Server.Api;

/// <summary>
/// Who may call an endpoint of the server's own API: whoever brings a token for it (RFC 6750 §2.1) with the scope the endpoint asks for. Everybody else is
/// refused and on record.
/// </summary>
internal sealed class ApiAccess : IEndpointFilter
{
    private const string Scheme = "Bearer ";
    private static readonly object CallerKey = new();
    private static readonly object ScopesKey = new();

    /// <summary>Who calls, at an endpoint that this filter guards.</summary>
    public static Caller CallerOf(HttpContext http) => (Caller)http.Items[CallerKey]!;

    /// <summary>Whether the caller's token has another scope besides the one the endpoint asks for.</summary>
    public static bool Has(HttpContext http, string scope) => ((ScopeSet)http.Items[ScopesKey]!).Contains(scope);

    /// <inheritdoc />
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(next);
        var http = context.HttpContext;
        var scope = http.GetEndpoint()?.Metadata.GetMetadata<ApiScope>()?.Scope ?? throw new InvalidOperationException("An endpoint of the API does not say which scope it asks for.");
        http.Response.Headers.CacheControl = "no-store";
        var presented = http.Request.Headers.Authorization is [{ } value] && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? value[Scheme.Length..].Trim() : null;
        var token = presented is null ? null : await http.RequestServices.GetRequiredService<ApiTokens>().VerifyAsync(presented, http.RequestAborted);
        if (token is null)
        {
            // Where nothing was presented, no error is named (RFC 6750 §3.1).
            return await RefuseAsync(http, scope, null, presented, StatusCodes.Status401Unauthorized, presented is null ? null : ErrorCodes.InvalidToken,
                presented is null ? "This needs a token for this server's own API." : "The token is not good here: expired, revoked, or for something else.");
        }

        var limits = http.RequestServices.GetRequiredService<RequestLimits>();
        if (limits.RetryAfterOfClient(token.ClientId) is { } wait)
        {
            http.Response.Headers.RetryAfter = RequestLimits.Seconds(wait);
            if (limits.IsWorthARecord($"client {token.ClientId}"))
            {
                await RecordAsync(http, scope, token, presented, RefusalWire.For(RefusalReason.TooManyRequests).Code);
            }

            return Problem(StatusCodes.Status429TooManyRequests, ErrorCodes.TemporarilyUnavailable, "Too many requests. Try again after the time in Retry-After.");
        }

        if (!token.Scopes.Contains(scope))
        {
            return await RefuseAsync(http, scope, token, presented, StatusCodes.Status403Forbidden, ErrorCodes.InsufficientScope, $"This needs the scope {scope}.");
        }

        http.Items[CallerKey] = new Caller(token.ClientId, http.Connection.RemoteIpAddress);
        http.Items[ScopesKey] = token.Scopes;
        return await next(context);
    }

    private static async Task<ProblemHttpResult> RefuseAsync(HttpContext http, string scope, ApiToken? token, string? presented, int status, string? error, string description)
    {
        await RecordAsync(http, scope, token, presented, error ?? "api_token_missing");
        http.Response.Headers.WWWAuthenticate = error is null ? "Bearer" : $"Bearer error=\"{error}\"{(status == StatusCodes.Status403Forbidden ? $", scope=\"{scope}\"" : string.Empty)}";
        return Problem(status, error ?? ErrorCodes.InvalidToken, description);
    }

    private static Task RecordAsync(HttpContext http, string scope, ApiToken? token, string? presented, string reason) => http.RequestServices.GetRequiredService<ExchangeLedger>().RecordAsync(
        new ExchangeRecord
        {
            At = http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow(),
            Kind = RecordKind.Refusal,
            Reason = reason,
            ClientId = token?.ClientId,
            TokenId = token?.Id,
            RequestedScopes = scope,
            SubjectTokenHash = presented is null ? null : Fingerprint.OfToken(presented),
            Source = http.Connection.RemoteIpAddress?.ToString(),
            Detail = http.GetEndpoint()?.DisplayName,
        },
        CancellationToken.None);

    private static ProblemHttpResult Problem(int status, string error, string description) =>
        TypedResults.Problem(description, statusCode: status, extensions: new Dictionary<string, object?>(StringComparer.Ordinal) { ["error"] = error });
}

/// <summary>Which scope an endpoint of the API asks for.</summary>
internal sealed record ApiScope(string Scope);
