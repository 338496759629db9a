using DemoIdp.Pages;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace DemoIdp.SignIn;

/// <summary>
/// Where applications send users who want to sign out (OpenID Connect RP-Initiated Logout 1.0). The whole session ends, and the exchange server is told.
/// Who comes without proof that they come from an application of theirs is asked first.
/// </summary>
/// <param name="clients">Who may ask.</param>
/// <param name="browsers">Who is signed in.</param>
/// <param name="signOut">Ends the session.</param>
/// <param name="keys">Whether a hint is ours.</param>
/// <param name="antiforgery">Whether the page was ours.</param>
/// <param name="log">Says when the exchange server could not be told.</param>
public sealed partial class EndSessionEndpoint(DemoClients clients, BrowserSessions browsers, SignOut signOut, DemoIdpKeys keys, IAntiforgery antiforgery, ILogger<EndSessionEndpoint> log)
{
    /// <summary>Answers somebody who comes to sign out.</summary>
    public async Task<IResult> AskAsync(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        var signedIn = browsers.Find(http);
        var hint = await ReadHintAsync(http.Request.Query["id_token_hint"]);
        return signedIn is null || (hint is not null && string.Equals(hint.Subject, signedIn.User.Id, StringComparison.Ordinal))
            ? await EndAsync(http, signedIn, hint)
            : new Page(SignInPage.ConfirmSignOut(signedIn.User, http.Request.QueryString.Value ?? string.Empty, antiforgery.GetAndStoreTokens(http)), FormsLeadTo: Back(http, hint));
    }

    /// <summary>They said yes.</summary>
    public async Task<IResult> ConfirmAsync(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        return await antiforgery.IsRequestValidAsync(http)
            ? await EndAsync(http, browsers.Find(http), await ReadHintAsync(http.Request.Query["id_token_hint"]))
            : new Page(SignInPage.Sorry("This page was not sent from here, or too long ago."), StatusCodes.Status400BadRequest);
    }

    private async Task<IResult> EndAsync(HttpContext http, BrowserSession? signedIn, JsonWebToken? hint)
    {
        browsers.Forget(http);
        if (signedIn is not null)
        {
            try
            {
                await signOut.RunAsync(new SignOutRequest(signedIn.User.Id, signedIn.Session), http.RequestAborted);
            }
            catch (HttpRequestException e)
            {
                NotTold(log, e.Message);
            }
        }

        return Back(http, hint) is { } address ? Results.Redirect(address) : new Page(SignInPage.SignedOut());
    }

    // Only where the application that is named wants its users to go.
    private string? Back(HttpContext http, JsonWebToken? hint)
    {
        string? wanted = http.Request.Query["post_logout_redirect_uri"];
        var client = clients.Find(hint?.Audiences.FirstOrDefault() ?? http.Request.Query["client_id"]);
        return wanted is not null && client?.PostLogoutRedirectUris.Contains(wanted, StringComparer.Ordinal) == true
            ? http.Request.Query["state"] is [{ Length: > 0 } state] ? QueryHelpers.AddQueryString(wanted, "state", state) : wanted
            : null;
    }

    // An expired one will do (§4): it says where its bearer came from, not that they are signed in.
    private async Task<JsonWebToken?> ReadHintAsync(string? token)
    {
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(token, new TokenValidationParameters
        {
            IssuerSigningKey = keys.Credentials.Key, ValidateIssuer = false, ValidateAudience = false, ValidateLifetime = false,
        });
        return result.IsValid ? (JsonWebToken)result.SecurityToken : null;
    }

    [LoggerMessage(1, LogLevel.Warning, "The exchange server was not told that a session is over: {Problem}")]
    private static partial void NotTold(ILogger logger, string problem);
}
