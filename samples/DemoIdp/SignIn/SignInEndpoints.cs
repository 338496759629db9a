using System.Text.Json.Nodes;
using Microsoft.AspNetCore.DataProtection;

namespace DemoIdp.SignIn;

/// <summary>Everything that users and applications meet when somebody signs in.</summary>
internal static class SignInEndpoints
{
    private const string Style = "demo-idp.css";

    public static void AddSignIn(this IServiceCollection services)
    {
        services.AddSingleton<DemoClients>();
        services.AddSingleton<BrowserSessions>();
        services.AddSingleton<AuthorizationCodes>();
        services.AddSingleton<AuthorizeEndpoint>();
        services.AddSingleton<TokenEndpoint>();
        services.AddSingleton<EndSessionEndpoint>();
        services.AddAntiforgery(o => (o.Cookie.Name, o.FormFieldName, o.SuppressXFrameOptionsHeader) = ("demo-idp-form", "form", true));

        // Like all that is known here it goes when the program ends.
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
    }

    public static void MapSignIn(this WebApplication app)
    {
        // Asked for now, so that a client that is written wrongly stops the start.
        app.Services.GetRequiredService<DemoClients>();
        app.MapGet("/authorize", (HttpContext http, AuthorizeEndpoint authorize) => authorize.Ask(http));
        app.MapPost("/authorize", (Delegate)AuthorizeEndpoint.AskByFormAsync);
        app.MapPost("/sign-in", (HttpContext http, AuthorizeEndpoint authorize) => authorize.SignInAsync(http));
        app.MapPost("/token", (HttpContext http, TokenEndpoint token) => token.AnswerAsync(http));
        app.MapGet("/end-session", (HttpContext http, EndSessionEndpoint end) => end.AskAsync(http));
        app.MapPost("/end-session", (HttpContext http, EndSessionEndpoint end) => end.ConfirmAsync(http));

        // Out of the assembly: a demo hosts this in a process and a folder of its own.
        app.MapGet($"/{Style}", () => Results.Stream(typeof(SignInEndpoints).Assembly.GetManifestResourceStream(Style)!, "text/css; charset=utf-8"));
    }

    /// <summary>What the discovery document says of it (OpenID Connect Discovery 1.0 §3).</summary>
    public static void Describe(JsonObject metadata, string issuer)
    {
        var at = issuer.TrimEnd('/');
        metadata["authorization_endpoint"] = at + "/authorize";
        metadata["token_endpoint"] = at + "/token";
        metadata["end_session_endpoint"] = at + "/end-session";
        metadata["response_types_supported"] = new JsonArray("code");
        metadata["response_modes_supported"] = new JsonArray("query");
        metadata["grant_types_supported"] = new JsonArray("authorization_code");
        metadata["code_challenge_methods_supported"] = new JsonArray("S256");
        metadata["token_endpoint_auth_methods_supported"] = new JsonArray("client_secret_basic", "client_secret_post", "none");
        metadata["scopes_supported"] = new JsonArray([.. AuthorizationRequest.Scopes.Select(s => JsonValue.Create(s))]);
        metadata["claims_supported"] = new JsonArray("iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "amr", "sid", "name", "email", "department", "roles");
        metadata["prompt_values_supported"] = new JsonArray("none", "login", "consent", "select_account");
        metadata["request_uri_parameter_supported"] = false;
        metadata["authorization_response_iss_parameter_supported"] = true;
    }
}
