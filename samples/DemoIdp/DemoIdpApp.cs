using System.Text.Json.Nodes;
using DemoIdp.SignIn;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace DemoIdp;

/// <summary>
/// DEMO ONLY: an identity provider that asks for no password and vouches for everybody. It stands in for the one you have, so that the samples run
/// on a laptop: OpenID Connect for people who sign in with a browser, an endpoint that makes session assertions for programs, and one that ends sessions and
/// tells the exchange server.
/// </summary>
public static class DemoIdpApp
{
    /// <summary>
    /// Builds the app; configuration keys are <c>Idp:Issuer</c> (default: its own first URL, exactly as bound), <c>Idp:Exchange</c> (the issuer of the
    /// exchange server that is told when a session ends, http://localhost:5080), <c>Idp:Clients:0:ClientId</c>, <c>:ClientSecret</c> (none makes a public client),
    /// <c>:RedirectUris:0</c> and <c>:PostLogoutRedirectUris:0</c> (applications to sign in to), and <c>Urls</c> (http://localhost:5091). A host in the same process
    /// may take <see cref="AssertionFactory"/> from its services once it is started, and replace services, such as the clock, with <paramref name="customize"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">A client is not written as it must be.</exception>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? customize = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        if (builder.Configuration["Urls"] is null)
        {
            builder.WebHost.UseUrls("http://localhost:5091");
        }

        // The framework writes down whole addresses, and what stands in them while people sign in is nobody's business.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);

        WebApplication? app = null;
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<DemoIdpKeys>();
        builder.Services.AddSingleton<DemoSessions>();
        builder.Services.AddSingleton(services => new AssertionFactory(
            services.GetRequiredService<DemoIdpKeys>(), services.GetRequiredService<DemoSessions>(), services.GetRequiredService<TimeProvider>(), () => builder.Configuration["Idp:Issuer"] ?? app!.Urls.First()));
        builder.Services.AddHttpClient();
        builder.Services.AddSingleton(services => new SignOut(
            services.GetRequiredService<AssertionFactory>(), services.GetRequiredService<IHttpClientFactory>().CreateClient(), builder.Configuration["Idp:Exchange"] ?? "http://localhost:5080"));
        builder.Services.AddSignIn();
        customize?.Invoke(builder);
        app = builder.Build();
        app.Logger.LogWarning("This identity provider asks for no password and signs assertions for whoever asks. It is for demos on one machine and for nothing else.");

        app.MapGet("/.well-known/openid-configuration", (AssertionFactory assertions) =>
        {
            var metadata = new JsonObject
            {
                ["issuer"] = assertions.Issuer,
                ["jwks_uri"] = assertions.Issuer.TrimEnd('/') + "/jwks",
                ["subject_types_supported"] = new JsonArray("public"),
                ["id_token_signing_alg_values_supported"] = new JsonArray("ES256"),
            };
            SignInEndpoints.Describe(metadata, assertions.Issuer);
            return metadata;
        });
        app.MapGet("/jwks", (DemoIdpKeys keys) => keys.ToJwks());
        app.MapPost("/assertion", (AssertionRequest request, AssertionFactory assertions) =>
        {
            try
            {
                return Results.Ok(new { assertion = assertions.Create(request) });
            }
            catch (ArgumentException e)
            {
                return Results.BadRequest(new { error = e.Message });
            }
        });
        app.MapPost("/sign-out", async (SignOutRequest request, SignOut signOut, CancellationToken cancellationToken) =>
        {
            try
            {
                var (told, answer) = await signOut.RunAsync(request, cancellationToken);
                return Results.Ok(new { @event = told, answer });
            }
            catch (ArgumentException e)
            {
                return Results.BadRequest(new { error = e.Message });
            }
            catch (HttpRequestException e)
            {
                return Results.Json(new { error = $"The exchange server was not told: {e.Message}" }, statusCode: StatusCodes.Status502BadGateway);
            }
        });
        app.MapSignIn();
        return app;
    }
}
