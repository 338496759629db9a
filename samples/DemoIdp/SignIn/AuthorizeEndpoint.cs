using DemoIdp.Pages;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.WebUtilities;

namespace DemoIdp.SignIn;

/// <summary>
/// Where applications send their users to sign in (OpenID Connect Core 1.0 §3.1.2): whoever is signed in already goes back at once; everybody else is shown a page
/// to say who they are.
/// </summary>
/// <param name="clients">Who may ask.</param>
/// <param name="browsers">Who is signed in.</param>
/// <param name="codes">What the answer is.</param>
/// <param name="assertions">Knows the issuer.</param>
/// <param name="antiforgery">Whether the page was ours.</param>
/// <param name="time">The clock.</param>
public sealed class AuthorizeEndpoint(DemoClients clients, BrowserSessions browsers, AuthorizationCodes codes, AssertionFactory assertions, IAntiforgery antiforgery, TimeProvider time)
{
    /// <summary>Answers a request in the query.</summary>
    public IResult Ask(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        if (Read(http, out var refused) is not { } request)
        {
            return refused;
        }

        var signedIn = browsers.Find(http);
        if (signedIn is not null && !request.NeedsSignInAfter(signedIn.AuthTime, time.GetUtcNow().ToUnixTimeSeconds()))
        {
            return Answer(request, signedIn);
        }

        return request.Prompt == Prompt.Never
            ? Refuse(new AuthorizationReading.Refused(request.RedirectUri, request.State, "login_required", "the user must sign in"))
            : new Page(SignInPage.Pick(request.Client.ClientId, signedIn?.User, http.Request.QueryString.Value!, antiforgery.GetAndStoreTokens(http)), FormsLeadTo: request.RedirectUri);
    }

    /// <summary>The same for a request that came as a form: from here on it is a request in the query.</summary>
    public static async Task<IResult> AskByFormAsync(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        return http.Request.HasFormContentType
            ? Redirect(QueryHelpers.AddQueryString("/authorize", await http.Request.ReadFormAsync(http.RequestAborted)))
            : new Page(SignInPage.Sorry("What was sent is no form."), StatusCodes.Status400BadRequest);
    }

    /// <summary>Somebody said on the page who they are; the request that led them there stands in the query still.</summary>
    public async Task<IResult> SignInAsync(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        if (Read(http, out var refused) is not { } request)
        {
            return refused;
        }

        if (!await antiforgery.IsRequestValidAsync(http))
        {
            return new Page(SignInPage.Sorry("This page was not sent from here, or too long ago. Go back to the application and sign in again."), StatusCodes.Status400BadRequest);
        }

        return DemoUsers.Find((await http.Request.ReadFormAsync(http.RequestAborted))["user"]) is { } user
            ? Answer(request, browsers.Begin(http, user))
            : new Page(SignInPage.Sorry("There is no such user."), StatusCodes.Status400BadRequest);
    }

    private AuthorizationRequest? Read(HttpContext http, out IResult refused)
    {
        var reading = AuthorizationRequest.Read(http.Request.Query.ToDictionary(StringComparer.Ordinal), clients);
        refused = reading switch
        {
            AuthorizationReading.Untrusted(var sentence) => new Page(SignInPage.Sorry(sentence), StatusCodes.Status400BadRequest),
            AuthorizationReading.Refused refusal => Refuse(refusal),
            _ => Results.Empty,
        };
        return (reading as AuthorizationReading.Accepted)?.Request;
    }

    private SeeOther Answer(AuthorizationRequest request, BrowserSession signedIn)
    {
        var code = codes.Issue(new AuthorizationGrant(
            request.Client.ClientId, request.RedirectUri, request.CodeChallenge, request.Scope, request.Nonce, signedIn.User.Id, signedIn.Session, signedIn.AuthTime));
        return SendBack(request.RedirectUri, ("code", code), ("state", request.State));
    }

    private SeeOther Refuse(AuthorizationReading.Refused refused) =>
        SendBack(refused.RedirectUri, ("error", refused.Error), ("error_description", refused.Description), ("state", refused.State));

    // Who answers is said too (RFC 9207), so that an application with several identity providers cannot take one for another.
    private SeeOther SendBack(string redirectUri, params (string Name, string? Value)[] parameters) => Redirect(QueryHelpers.AddQueryString(
        redirectUri, parameters.Append(("iss", assertions.Issuer)).Where(p => p.Item2 is not null).Select(p => KeyValuePair.Create<string, string?>(p.Item1, p.Item2))));

    // 303: what was posted here is not posted there (RFC 9700 §2.1).
    private static SeeOther Redirect(string address) => new SeeOther(address);

    private sealed class SeeOther(string address) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers.CacheControl = "no-store";
            httpContext.Response.Headers.Location = address;
            httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
            return Task.CompletedTask;
        }
    }
}
