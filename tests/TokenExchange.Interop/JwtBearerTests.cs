using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Interop.Running;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Interop;

/// <summary>Microsoft's JwtBearer with nothing but an authority and an audience, and nothing of ours in the app.</summary>
public sealed class JwtBearerTests(ServerProcess server) : IAsyncLifetime
{
    private RelyingApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await RelyingApp.StartAsync(
        services =>
        {
            services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(o =>
                (o.Authority, o.Audience, o.RequireHttpsMetadata, o.MapInboundClaims) = (server.Issuer, World.Mail, false, false));
            services.AddAuthorization();
        },
        app =>
        {
            app.UseAuthentication().UseAuthorization();
            app.MapGet("/claims", (HttpContext http) => http.User.Claims.DistinctBy(c => c.Type, StringComparer.Ordinal).ToDictionary(c => c.Type, c => c.Value, StringComparer.Ordinal)).RequireAuthorization();
            app.MapGet("/digest", () => "").RequireAuthorization(policy => policy.RequireClaim("purpose", "mail.digest"));
        });

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task JwtBearer_accepts_a_token_and_hands_its_claims_on()
    {
        var said = await _app.GetAsync("/claims", await server.TokenAsync());

        said.Status.ShouldBe(200);
        var claims = JsonNode.Parse(said.Body)!.AsObject();
        claims["act"] = JsonNode.Parse((string)claims["act"]!);
        claims.ShouldBeAnActorToken(server.Issuer, World.InboxAgent);
    }

    [Requirement("RFC 8707", "3", "A token for one resource is of no use at another")]
    [Fact]
    public async Task JwtBearer_refuses_a_token_for_another_resource() =>
        (await _app.GetAsync("/claims", await server.TokenAsync(World.ArchiveAgent, World.Calendar, "calendar.read")))
            .ShouldBe(new RelyingApp.Said(401, "Bearer error=\"invalid_token\", error_description=\"The audience '(null)' is invalid\"", ""));

    [Fact]
    public async Task JwtBearer_refuses_what_the_server_did_not_sign()
    {
        var forged = new TestKey("a-stranger").Sign(Jwt.Payload(await server.TokenAsync()), header => header["typ"] = "at+jwt");

        (await _app.GetAsync("/claims", forged)).ShouldBe(new RelyingApp.Said(401, "Bearer error=\"invalid_token\", error_description=\"The signature key was not found\"", ""));
    }

    [Fact]
    public async Task JwtBearer_tells_purposes_apart_by_their_claim() =>
        (await _app.GetAsync("/digest", await server.TokenAsync())).Status.ShouldBe(403);

    [Fact]
    public async Task JwtBearer_accepts_a_revoked_token_until_it_expires()
    {
        var token = await server.TokenAsync();
        await server.RevokeAsync(token);

        (await _app.GetAsync("/claims", token)).Status.ShouldBe(200);
    }
}
