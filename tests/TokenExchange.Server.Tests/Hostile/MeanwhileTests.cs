using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Tests.Fixtures;
using TokenExchange.Storage.Audit;
using TokenExchange.Storage.Revocations;

namespace TokenExchange.Server.Tests.Hostile;

/// <summary>What happens while an exchange is under way.</summary>
public sealed class MeanwhileTests
{
    [Theory]
    [InlineData("session")]
    [InlineData("delegation")]
    public async Task A_session_or_delegation_that_is_revoked_during_an_exchange_yields_nothing(string what)
    {
        await using var server = await RunningServer.StartAsync();

        // The session and its delegation are known from an exchange before this one.
        var claims = (await server.FirstHopAsync()).Claims;
        var root = what == "session" ? Root.Session((string)claims["sid"]!) : Root.Delegation((string)claims["txn"]!);

        // After the last question about revocations and before the commit: no later is possible.
        await server.SqlAsync($"""
            CREATE TRIGGER revoke_in_between AFTER INSERT ON ActorTokens BEGIN
              INSERT INTO Revocations (Root, Kind, Id, RevokedAt, RevokedBy) VALUES ('{root.Key}', {(int)root.Kind}, '{root.Id}', 0, 'test');
            END
            """);

        var before = await Books.OpenAsync(server);
        var answer = await server.FirstHopAsync();

        answer.Body.ShouldBe($$"""{"error":"invalid_request","error_description":"The subject token is no longer good.","error_uri":"{{server.Issuer}}/errors/subject_token_revoked"}""");
        (await Books.OpenAsync(server)).ShouldBe(before with { Records = before.Records + 1 });
        (await server.LastRecordAsync()).Reason.ShouldBe("subject_token_revoked");
    }

    [Fact]
    public async Task A_token_that_is_revoked_while_the_next_hop_waits_for_its_clients_keys_yields_nothing()
    {
        await using var provider = await SlowIdentityProvider.StartAsync(c => c with
        {
            Issuers = [c.Issuers![0] with { JwksUri = null, Jwks = World.IdpKey.Jwks }],
            Clients = [.. c.Clients!.Where(x => x.ClientId != World.SummaryAgent), c.Clients!.Single(x => x.ClientId == World.SummaryAgent) with { SecretSha256 = null, JwksUri = c.Issuers[0].JwksUri, AllowPrivateHosts = ["127.0.0.1"] }],
        });
        var server = provider.Server;
        var token = await server.FirstTokenAsync();
        var assertion = Wire.ClientAuthenticationTests.AssertionOf(server, World.SummaryAgent);
        assertion[1].Item2 = World.IdpKey.Sign(Jwt.Payload(assertion[1].Item2!));
        var running = await provider.BeginAsync(() => server.PostAsync(
            "/token", null, null, [("grant_type", GrantTypes.TokenExchange), ("subject_token", token), ("subject_token_type", TokenTypes.AccessToken), ("resource", World.Mail), .. assertion]));

        (await server.RevokeAsync(token)).Status.ShouldBe(200);
        provider.Answer();

        var answer = await running;
        answer.Body.ShouldBe($$"""{"error":"invalid_request","error_description":"The subject token is no longer good.","error_uri":"{{server.Issuer}}/errors/subject_token_revoked"}""");
        (await server.LastRecordAsync()).Reason.ShouldBe("subject_token_revoked");
    }

    [Fact]
    public async Task Policies_that_are_edited_during_an_exchange_count_for_the_next_one_and_no_request_sees_half_of_both()
    {
        await using var provider = await SlowIdentityProvider.StartAsync();
        var server = provider.Server;
        var running = await provider.BeginAsync();

        await server.ApplyAsync(provider.Configuration with
        {
            Policies = [World.Permit("triage-by-inbox-agent", World.Triage, World.InboxAgent, "mail.send") with { Limits = new LimitsDefinition { MaxLifetime = TimeSpan.FromSeconds(7) } }],
        });
        provider.Answer();

        var (before, after) = (await running, await server.FirstHopAsync());
        ((string)before.Json["scope"]!, (long)before.Json["expires_in"]!).ShouldBe(("mail.label mail.read", 300));
        ((string)after.Json["scope"]!, (long)after.Json["expires_in"]!).ShouldBe(("mail.send", 7));
        var permits = (await server.RecordsAsync()).Where(r => r.Kind == RecordKind.Permit).ToList();
        (permits[0].PolicySetVersion - permits[1].PolicySetVersion).ShouldBe(1);
    }

    [Fact]
    public async Task A_caller_who_hangs_up_does_not_end_the_fetch_of_keys_for_the_others()
    {
        await using var provider = await SlowIdentityProvider.StartAsync();
        await provider.HangUpAsync(provider.Server.Assertion());
        var other = provider.Server.FirstHopAsync();

        provider.Answer();

        (await other).Status.ShouldBe(200);
        provider.Fetches.ShouldBe(1);
    }

    [Fact]
    public async Task A_refusal_is_on_record_although_its_caller_hung_up()
    {
        await using var provider = await SlowIdentityProvider.StartAsync();
        await provider.HangUpAsync(new TestKey("idp-1").Sign(World.Claims(provider.Server.Now)));

        provider.Answer();

        for (var waited = 0; (await provider.Server.RecordsAsync()).All(r => r.Reason != "subject_token_signature"); waited++)
        {
            waited.ShouldBeLessThan(300, "no record within 30 seconds");
            await Task.Delay(100);
        }
    }

    [Fact]
    public async Task An_exchange_is_decided_and_on_record_although_its_caller_hung_up()
    {
        await using var provider = await SlowIdentityProvider.StartAsync();
        await provider.HangUpAsync(provider.Server.Assertion());

        provider.Answer();

        for (var waited = 0; (await provider.Server.RecordsAsync()).All(r => r.Kind != RecordKind.Permit); waited++)
        {
            waited.ShouldBeLessThan(300, "no record within 30 seconds");
            await Task.Delay(100);
        }
    }

    [Fact]
    public async Task A_revocation_on_one_node_counts_on_the_other_at_once()
    {
        await using var first = await RunningServer.StartAsync();
        await using var second = await OtherNodeAsync(first);
        var token = await first.FirstTokenAsync();
        (await second.IntrospectAsync(token)).Json["active"]!.GetValue<bool>().ShouldBeTrue();

        (await first.RevokeAsync(token)).Status.ShouldBe(200);

        (await second.IntrospectAsync(token)).Body.ShouldBe("""{"active":false}""");
        (await second.HopAsync(World.SummaryAgent, token, TokenTypes.AccessToken)).Status.ShouldBe(400);
    }

    /// <summary>A second node over the same database and key ring, under the same issuer.</summary>
    internal static Task<RunningServer> OtherNodeAsync(RunningServer first, ExchangeConfiguration? configuration = null) => RunningServer.StartAsync(configuration, builder =>
    {
        builder.Configuration["Exchange:Issuer"] = first.Issuer;
        builder.Configuration["ConnectionStrings:Exchange"] = $"Data Source={first.DatabasePath}";
        builder.Configuration["Keys:RingDirectory"] = Path.Combine(Path.GetDirectoryName(first.DatabasePath)!, "keys");
    });
}
