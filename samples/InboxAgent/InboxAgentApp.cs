using Microsoft.AspNetCore.Mvc;
using TokenExchange.Client;

namespace InboxAgent;

/// <summary>
/// An agent that sorts a user's inbox. It never holds the user's session: each call brings a session assertion, and the mail API sees an actor
/// token that says who acts, for whom and why. All that takes is the <c>AddActorToken</c> below.
/// </summary>
public static class InboxAgentApp
{
    /// <summary>
    /// Builds the app; configuration keys are <c>Agent:Authority</c> (default http://localhost:5080), <c>Agent:ClientId</c> (inbox-agent),
    /// <c>Agent:ClientSecret</c> (required), <c>Agent:Mail</c> (the mail API's base URL, http://localhost:5090), <c>Agent:Resource</c> (the
    /// resource it is registered as, by default its base URL), <c>Agent:Purpose</c> (inbox.triage), and <c>Urls</c> (http://localhost:5092).
    /// </summary>
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        if (builder.Configuration["Urls"] is null)
        {
            builder.WebHost.UseUrls("http://localhost:5092");
        }

        var agent = builder.Configuration.GetSection("Agent");
        var mail = new Uri(agent["Mail"] ?? "http://localhost:5090");
        builder.Services.AddHttpClient<MailTriage>("mail", http => http.BaseAddress = mail).AddActorToken(o =>
        {
            (o.Authority, o.ClientId, o.ClientSecret) = (agent["Authority"] ?? "http://localhost:5080", agent["ClientId"] ?? "inbox-agent", agent["ClientSecret"]);
            (o.Resource, o.Purpose) = (agent["Resource"] ?? mail.OriginalString, agent["Purpose"] ?? "inbox.triage");
            o.AllowedOrigins = [mail.GetLeftPart(UriPartial.Authority)];
        });

        var app = builder.Build();
        app.MapPost("/triage", TriageAsync);
        return app;
    }

    private static async Task<IResult> TriageAsync(
        [FromHeader(Name = "Session-Assertion")] string? assertion, TriageRequest? body, MailTriage triage, CancellationToken cancellationToken)
    {
        if ((body?.SubjectToken ?? assertion) is not { Length: > 0 } token)
        {
            return Results.BadRequest(new { error = "Send the user's session assertion: as the Session-Assertion header, or as subjectToken in a JSON body." });
        }

        var user = body?.SubjectTokenType switch
        {
            null or "jwt" => SubjectToken.Jwt(token),
            "id_token" => SubjectToken.IdToken(token),
            "access_token" => SubjectToken.ActorToken(token),
            _ => null,
        };
        if (user is null)
        {
            return Results.BadRequest(new { error = "subjectTokenType is jwt, id_token or access_token." });
        }

        try
        {
            return Results.Ok(await triage.RunAsync(user, cancellationToken));
        }
        catch (TokenExchangeRefusedException e)
        {
            // A refusal is final until something changes, and it says what: the purpose, the policy, or how the user signed in.
            return Results.Json(new { error = e.Refusal.Error, error_description = e.Refusal.ErrorDescription, error_uri = e.Refusal.ErrorUri, acr_values = e.Refusal.AcrValues }, statusCode: 403);
        }
        catch (TokenExchangeException e)
        {
            return Results.Json(new { error = "temporarily_unavailable", error_description = e.Message }, statusCode: 503);
        }
        catch (HttpRequestException e)
        {
            return Results.Json(new { error = "mail", error_description = e.Message }, statusCode: 502);
        }
    }
}

/// <summary>In whose name to act.</summary>
/// <param name="SubjectToken">The session assertion, or the actor token another agent hands on.</param>
/// <param name="SubjectTokenType"><c>jwt</c> (the default), <c>id_token</c> or <c>access_token</c>.</param>
public sealed record TriageRequest(string? SubjectToken, string? SubjectTokenType);
