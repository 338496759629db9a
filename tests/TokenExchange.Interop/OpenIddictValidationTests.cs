using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenIddict.Validation.AspNetCore;
using TokenExchange.Interop.Running;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Interop;

/// <summary>OpenIddict's validation as the relying app, once with the published keys and once by introspection.</summary>
public sealed class OpenIddictValidationTests(ServerProcess server)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task OpenIddicts_validation_accepts_a_token_and_hands_its_claims_on(bool introspection)
    {
        await using var app = await StartAsync(introspection);

        var said = await app.GetAsync("/claims", await server.TokenAsync());

        said.Status.ShouldBe(200);
        var claims = JsonNode.Parse(said.Body)!.AsObject();
        if (introspection)
        {
            // From an introspection answer it makes iss the issuer of the other claims, as a Uri writes it.
            claims["iss"].ShouldBeNull();
            ((string)claims["issuer of sub"]!).ShouldBe($"{server.Issuer}/");
            claims["iss"] = server.Issuer;
        }

        claims["act"] = JsonNode.Parse((string)claims["act"]!);
        claims.ShouldBeAnActorToken(server.Issuer, World.InboxAgent);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task OpenIddicts_validation_refuses_a_token_for_another_resource(bool introspection)
    {
        await using var app = await StartAsync(introspection);

        var said = await app.GetAsync("/claims", await server.TokenAsync(World.ArchiveAgent, World.Calendar, "calendar.read"));

        said.Status.ShouldBe(401);
        said.Challenge.ShouldStartWith("Bearer error=\"invalid_token\"");
    }

    [Theory]
    [InlineData(false, 200)]
    [InlineData(true, 401)]
    public async Task A_revocation_counts_where_OpenIddicts_validation_introspects(bool introspection, int status)
    {
        await using var app = await StartAsync(introspection);
        var token = await server.TokenAsync();
        await server.RevokeAsync(token);

        (await app.GetAsync("/claims", token)).Status.ShouldBe(status);
    }

    private Task<RelyingApp> StartAsync(bool introspection) => RelyingApp.StartAsync(
        services =>
        {
            services.AddOpenIddict().AddValidation(validation =>
            {
                validation.SetIssuer(server.Issuer).AddAudiences(World.Mail).UseSystemNetHttp();
                validation.UseAspNetCore();
                if (introspection)
                {
                    validation.UseIntrospection().SetClientId(World.MailApi).SetClientSecret(World.Secret);
                }
            });
            services.AddAuthentication(OpenIddictValidationAspNetCoreDefaults.AuthenticationScheme);
            services.AddAuthorization();
        },
        app =>
        {
            app.UseAuthentication().UseAuthorization();
            app.MapGet("/claims", (HttpContext http) => http.User.Claims.Select(c => (c.Type, c.Value)).Append(("issuer of sub", http.User.FindFirst("sub")!.Issuer))
                    .GroupBy(c => c.Item1, StringComparer.Ordinal).ToDictionary(g => g.Key, g => string.Join(' ', g.Select(c => c.Item2)), StringComparer.Ordinal))
                .RequireAuthorization();
        });
}
