using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using TokenExchange.ResourceServer.Tests.Wire;

namespace TokenExchange.ResourceServer.Tests;

/// <summary>An app that is put together wrongly, or together with other things, never serves what it should not.</summary>
public sealed class FailClosed : WireTest
{
    [Fact]
    public async Task An_app_with_authorization_but_without_ours_does_not_start()
    {
        var refused = await Should.ThrowAsync<InvalidOperationException>(() => StartAsync(
            services => services.AddAuthorization(), app => app.MapGet("/", () => "secret").RequireScope("mail.read"), authorization: false));

        refused.Message.ShouldBe("'HTTP: GET /' requires a purpose or a scope, but nothing decides about it. Write builder.Services.AddActorTokenAuthorization().");
    }

    [Fact]
    public async Task An_app_without_any_authorization_answers_500()
    {
        await using var app = await StartAsync(_ => { }, app => app.MapGet("/", () => "secret").RequireScope("mail.read"), authorization: false);

        foreach (var token in new[] { Token(), null, Token() })
        {
            var answer = await app.GetAsync("/", token);
            answer.Status.ShouldBe(500);
            answer.Body.ShouldNotContain("secret");
        }
    }

    [Fact]
    public async Task An_app_with_an_endpoint_that_is_guarded_and_open_at_once_does_not_start()
    {
        var refused = await Should.ThrowAsync<InvalidOperationException>(() => StartAsync(_ => { }, app =>
        {
            var open = app.MapGroup("/open").AllowAnonymous();
            open.MapGet("/", () => "secret").RequirePurpose("inbox.triage");
        }));

        refused.Message.ShouldBe(
            "'HTTP: GET /open/' requires a purpose or a scope and allows anonymous callers as well, which would leave it open. Remove one of the two.");
    }

    [Fact]
    public async Task A_guard_on_a_group_guards_its_endpoints_and_adds_to_theirs()
    {
        await using var app = await StartAsync(_ => { }, app =>
        {
            var mail = app.MapGroup("/mail").RequirePurpose("inbox.triage").RequireScope("mail.read");
            mail.MapGet("/", () => "read");
            mail.MapGet("/label", () => "label").RequireScope("mail.label");
            mail.MapGet("/other", () => "never").RequirePurpose("other");
        });

        (await app.GetAsync("/mail")).ShouldBeNoToken();
        (await app.GetAsync("/mail", Token())).ShouldBeOk("read");
        (await app.GetAsync("/mail/label", Token())).ShouldBeOk("label");
        (await app.GetAsync("/mail/label", Token(c => c["scope"] = "mail.label"))).Challenge!.ShouldContain("scope=\"mail.label mail.read\"");
        (await app.GetAsync("/mail/other", Token())).Challenge!.ShouldContain("purpose=\"other\"");
    }

    [Requirement("ASVS 5.0", "V10.3.2", "What a relying app permits follows from the claims of the token")]
    [Fact]
    public async Task A_cookie_is_no_substitute_for_a_token()
    {
        await using var app = await StartAsync(
            services => services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(),
            app =>
            {
                app.MapGet("/sign-in", (HttpContext http) => http.SignInAsync(
                    new ClaimsPrincipal(new ClaimsIdentity([new Claim("scope", "mail.read"), new Claim("purpose", "inbox.triage")], "cookie"))));
                app.MapGet("/", () => "secret").RequirePurpose("inbox.triage").RequireScope("mail.read");
                app.MapGet("/both", () => "secret").RequireScope("mail.read")
                    .RequireAuthorization(p => p.AddAuthenticationSchemes(CookieAuthenticationDefaults.AuthenticationScheme).RequireAuthenticatedUser());
            });

        (await app.GetAsync("/sign-in")).Status.ShouldBe(200);

        (await app.GetAsync("/")).ShouldBeNoToken();
        (await app.GetAsync("/both")).Body.ShouldNotContain("secret");
        (await app.GetAsync("/", Token())).ShouldBeOk("secret");
    }

    [Fact]
    public async Task A_user_whom_the_app_made_up_of_the_same_claims_carries_no_delegation()
    {
        await using var app = await StartAsync(
            services => services.AddSingleton<IClaimsTransformation, Rebuild>(),
            app => app.MapGet("/", () => "secret").RequireScope("mail.read"));

        (await app.GetAsync("/", Token())).ShouldBeNoToken();
    }

    [Fact]
    public async Task A_policy_of_the_app_refuses_in_the_same_form()
    {
        await using var app = await StartAsync(
            _ => { }, app => app.MapGet("/", () => "secret").RequireScope("mail.read").RequireAuthorization(p => p.RequireClaim("sub", "bob")));

        (await app.GetAsync("/", Token())).ShouldBe(new Answer(
            403, null, """{"error":"access_denied","error_description":"The application does not permit this."}""", "application/json", null, "no-store"));
    }

    [Fact]
    public async Task Settings_of_the_stock_handler_open_no_side_door()
    {
        await using var app = await StartAsync(
            services => services.Configure<JwtBearerOptions>(ActorTokenDefaults.AuthenticationScheme, o =>
            {
                o.TokenValidationParameters.ValidateAudience = false;
                o.TokenValidationParameters.ValidateLifetime = false;
                o.TokenValidationParameters.SignatureValidator = (token, _) => new Microsoft.IdentityModel.JsonWebTokens.JsonWebToken(token);
                o.Events = new JwtBearerEvents
                {
                    OnMessageReceived = context =>
                    {
                        context.Token = context.Request.Query["access_token"];
                        return Task.CompletedTask;
                    },
                };
            }),
            app => app.MapGet("/", () => "secret").RequireScope("mail.read"));

        (await app.GetAsync($"/?access_token={Token()}")).ShouldBeNoToken();
        (await app.GetAsync("/", Token(c => c["aud"] = "https://calendar.example"))).ShouldBeRefused("The token is for another resource.");
    }

    private Task<RelyingApp> StartAsync(Action<IServiceCollection> more, Action<WebApplication> map, bool authorization = true) => RelyingApp.StartAsync(
        builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(Time);
            builder.Services.AddAuthentication().AddActorToken(o => (o.Authority, o.Resource, o.RequireHttpsMetadata) = (Authority.Issuer, RelyingApp.Resource, false));
            if (authorization)
            {
                builder.Services.AddActorTokenAuthorization();
            }

            more(builder.Services);
        },
        map);

    private sealed class Rebuild : IClaimsTransformation
    {
        public Task<ClaimsPrincipal> TransformAsync(ClaimsPrincipal principal) =>
            Task.FromResult(new ClaimsPrincipal(new ClaimsIdentity(principal.Claims, "rebuilt")));
    }
}
