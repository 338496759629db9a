using TokenExchange.Core.Protocol;
using TokenExchange.Server.Tests.Fixtures;
using TokenExchange.Server.Tests.Hostile.Jwts;
using TokenExchange.Server.Tests.Wire;

namespace TokenExchange.Server.Tests.Hostile;

/// <summary>What can be used once is used once, however it is shown again. Fifty at once of a session assertion are in <c>LifetimeTests</c>.</summary>
public sealed class ReplayTests : IAsyncLifetime
{
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await RunningServer.StartAsync(World.Configuration with { Issuers = [World.Configuration.Issuers![0] with { SingleUse = true }] });

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Of_fifty_parallel_uses_of_a_client_assertion_exactly_one_succeeds()
    {
        var client = ClientAuthenticationTests.AssertionOf(_server, World.KeyAgent);

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => SendAsync("/token", client)));

        answers.Count(a => a.Status == 200).ShouldBe(1);
        answers.Where(a => a.Status != 200).ShouldAllBe(a => a.Status == 401
            && a.Body == $$"""{"error":"invalid_client","error_description":"Client authentication failed.","error_uri":"{{_server.Issuer}}/errors/client_authentication_failed"}""");
        (await _server.RecordsAsync()).Count(r => r.Reason == "client_authentication_failed").ShouldBe(49);
        (await Books.OpenAsync(_server)).Tokens.ShouldBe(1);
    }

    [Theory]
    [InlineData("/introspect")]
    [InlineData("/revoke")]
    public async Task A_client_assertion_that_was_used_at_one_endpoint_is_used_up_at_the_others(string path)
    {
        var client = ClientAuthenticationTests.AssertionOf(_server, World.KeyAgent);
        (await _server.PostAsync(path, null, null, [("token", "x"), .. client])).Status.ShouldBe(200);

        (await SendAsync("/token", client)).Status.ShouldBe(401);

        var other = ClientAuthenticationTests.AssertionOf(_server, World.KeyAgent);
        (await SendAsync("/token", other)).Status.ShouldBe(200);
        (await _server.PostAsync(path, null, null, [("token", "x"), .. other])).Status.ShouldBe(401);
    }

    [Fact]
    public async Task A_client_assertion_is_used_up_by_a_request_that_is_refused()
    {
        var client = ClientAuthenticationTests.AssertionOf(_server, World.KeyAgent);
        (await SendAsync("/token", [.. client, ("scope", "mail.send")])).Status.ShouldBe(400);

        (await SendAsync("/token", client)).Status.ShouldBe(401);
    }

    public static TheoryData<string> Disguises => ["as it was", "as an ID token", "by another client", "with the other signature that is as right", "signed again", "with another sub", "after nine minutes"];

    [Theory]
    [MemberData(nameof(Disguises))]
    public async Task A_single_use_assertion_is_used_up_however_it_comes_again(string disguise)
    {
        var claims = World.Claims(_server.Now);
        var assertion = World.IdpKey.Sign(claims);
        (await _server.HopAsync(World.InboxAgent, assertion, TokenTypes.Jwt)).Status.ShouldBe(200);
        if (disguise == "after nine minutes")
        {
            _server.Clock.Advance(TimeSpan.FromMinutes(9));
        }

        claims["sub"] = disguise == "with another sub" ? "bob" : "alice";
        var again = disguise switch
        {
            "with the other signature that is as right" => JwtSignatures.OtherSignature(assertion),
            "signed again" or "with another sub" => World.IdpKey.Sign(claims),
            _ => assertion,
        };

        await _server.ShouldRefuseAsync(
            () => _server.HopAsync(disguise == "by another client" ? World.SummaryAgent : World.InboxAgent, again, disguise == "as an ID token" ? TokenTypes.IdToken : TokenTypes.Jwt),
            400, ErrorCodes.InvalidRequest, "subject_token_replayed", secrets: again);
    }

    [Fact]
    public async Task A_single_use_assertion_that_was_refused_is_not_used_up()
    {
        var assertion = _server.Assertion();
        (await _server.HopAsync(World.InboxAgent, assertion, TokenTypes.Jwt, ("scope", "mail.send"))).Status.ShouldBe(400);

        (await _server.HopAsync(World.InboxAgent, assertion, TokenTypes.Jwt)).Status.ShouldBe(200);
    }

    private Task<Answer> SendAsync(string path, params (string, string?)[] form) => _server.PostAsync(
        path, null, null,
        [
            ("grant_type", GrantTypes.TokenExchange), ("subject_token", _server.Assertion()), ("subject_token_type", TokenTypes.Jwt), ("resource", World.Mail), ("purpose", World.Triage), .. form,
        ]);
}
