using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Tokens;

namespace DemoIdp.SignIn;

/// <summary>Where applications turn a code into an ID token (OpenID Connect Core 1.0 §3.1.3).</summary>
/// <param name="clients">Who may ask.</param>
/// <param name="codes">What codes stand for.</param>
/// <param name="sessions">Whether what they stand for is still so.</param>
/// <param name="assertions">Signs.</param>
/// <param name="time">The clock.</param>
public sealed class TokenEndpoint(DemoClients clients, AuthorizationCodes codes, DemoSessions sessions, AssertionFactory assertions, TimeProvider time)
{
    private const int LifetimeSeconds = 600;

    /// <summary>Answers a token request.</summary>
    public async Task<IResult> AnswerAsync(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        http.Response.Headers.CacheControl = "no-store";
        if (!http.Request.HasFormContentType)
        {
            return Error("invalid_request", "What was sent is no form.");
        }

        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (form.FirstOrDefault(p => p.Value.Count > 1).Key is { } repeated)
        {
            return Error("invalid_request", $"{repeated} is there twice.");
        }

        // 1. Who asks?
        if (!TryReadCredentials(http.Request.Headers.Authorization.ToString(), form, out var clientId, out var secret))
        {
            return Error("invalid_request", "Authenticate in one way, as a client that is named.");
        }

        if (clients.Authenticate(clientId, secret) is not { } client)
        {
            http.Response.Headers.WWWAuthenticate = "Basic realm=\"demo-idp\"";
            return Error("invalid_client", "There is no such client, or its secret is another.", StatusCodes.Status401Unauthorized);
        }

        // 2. For what?
        if (One(form, "grant_type") is not "authorization_code")
        {
            return One(form, "grant_type") is null ? Error("invalid_request", "grant_type is missing.") : Error("unsupported_grant_type", "grant_type must be authorization_code.");
        }

        if (One(form, "code") is not { } code)
        {
            return Error("invalid_request", "code is missing.");
        }

        // 3. Is it theirs, and is the user still signed in?
        return codes.Redeem(code, client.ClientId, One(form, "redirect_uri"), One(form, "code_verifier")) is { } grant && sessions.IsCurrent(grant.User, grant.Session)
            ? Results.Json(new JsonObject
            {
                ["access_token"] = Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(32)),
                ["token_type"] = "Bearer",
                ["expires_in"] = LifetimeSeconds,
                ["scope"] = grant.Scope,
                ["id_token"] = IdToken(grant),
            })
            : Error("invalid_grant", "The code is unknown, used or expired, or was issued for another client, redirect_uri or code_verifier.");
    }

    private string IdToken(AuthorizationGrant grant)
    {
        var user = DemoUsers.Get(grant.User);
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["iss"] = assertions.Issuer,
            ["sub"] = user.Id,
            ["aud"] = grant.ClientId,
            ["iat"] = now,
            ["exp"] = now + LifetimeSeconds,
            ["auth_time"] = grant.AuthTime,
            ["sid"] = grant.Session,
            ["amr"] = new JsonArray("pwd"),
            ["name"] = user.Name,
            ["email"] = user.Email,
        };
        if (grant.Nonce is not null)
        {
            claims["nonce"] = grant.Nonce;
        }

        if (user.Department is not null)
        {
            claims["department"] = user.Department;
        }

        if (user.Roles.Count > 0)
        {
            claims["roles"] = new JsonArray([.. user.Roles.Select(r => JsonValue.Create(r))]);
        }

        return assertions.Sign(claims);
    }

    // By header or by form (RFC 6749 §2.3.1), not by both. False when neither names a client, or the header cannot be read.
    private static bool TryReadCredentials(string header, IFormCollection form, out string? clientId, out string? secret)
    {
        (clientId, secret) = (One(form, "client_id"), One(form, "client_secret"));
        if (header.Length == 0)
        {
            return clientId is not null;
        }

        if (secret is not null || !header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        try
        {
            var parts = Encoding.UTF8.GetString(Convert.FromBase64String(header["Basic ".Length..].Trim())).Split(':', 2);
            var named = WebUtility.UrlDecode(parts[0]);
            var isAlike = clientId is null || string.Equals(clientId, named, StringComparison.Ordinal);
            (clientId, secret) = (named, parts.Length == 2 ? WebUtility.UrlDecode(parts[1]) : string.Empty);
            return isAlike;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static string? One(IFormCollection form, string name) => form[name] is [{ Length: > 0 } value] ? value : null;

    private static IResult Error(string error, string description, int status = StatusCodes.Status400BadRequest) =>
        Results.Json(new { error, error_description = description }, statusCode: status);
}
