using System.Net;
using TokenExchange.Server.Limits;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Wire;

/// <summary>Who asks too often is told so, waits, and is on record once.</summary>
public sealed class LimitTests
{
    [Requirement("RFC 6749", "2.3.1", "Guessing secrets is slowed down")]
    [Fact]
    public async Task An_address_that_asks_too_often_is_told_when_to_come_back()
    {
        await using var server = await StartAsync("Limits:RequestsPerSecondPerAddress", "1");

        var answers = await FloodAsync(server, World.InboxAgent, 12);

        var refused = answers.Where(a => a.Status == 429).ToList();
        refused.Count.ShouldBeGreaterThan(0);
        answers.Count(a => a.Status == 200).ShouldBeGreaterThanOrEqualTo(2);
        refused.ShouldAllBe(a => a.Body == TooMany(server) && a.Headers.RetryAfter!.Delta == TimeSpan.FromSeconds(1) && a.Headers.CacheControl!.NoStore);
        var record = (await server.RecordsAsync()).Where(r => r.Reason == "too_many_requests").ShouldHaveSingleItem();
        (record.ClientId, record.Source, record.Detail).ShouldBe((null, "127.0.0.1", "the address"));
        (await server.Http.GetAsync("/health/live")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_client_that_asks_too_often_leaves_the_others_their_share()
    {
        await using var server = await StartAsync("Limits:RequestsPerSecondPerClient", "1");

        var answers = await FloodAsync(server, World.InboxAgent, 12);

        var refused = answers.Where(a => a.Status == 429).ToList();
        refused.Count.ShouldBeGreaterThan(0);
        refused.ShouldAllBe(a => a.Body == TooMany(server) && a.Headers.RetryAfter!.Delta == TimeSpan.FromSeconds(1));
        (await server.HopAsync(World.SummaryAgent, server.Assertion(), Core.Protocol.TokenTypes.Jwt)).Status.ShouldBe(200);
        var record = (await server.RecordsAsync()).Where(r => r.Reason == "too_many_requests").ShouldHaveSingleItem();
        (record.ClientId, record.Detail).ShouldBe((World.InboxAgent, "the client"));
    }

    [Fact]
    public async Task Nobody_uses_up_the_share_of_a_client_without_its_credentials()
    {
        await using var server = await StartAsync("Limits:RequestsPerSecondPerClient", "1");

        for (var i = 0; i < 10; i++)
        {
            (await server.PostAsync("/introspect", World.MailApi, "wrong", ("token", "x"))).Status.ShouldBe(401);
        }

        (await server.IntrospectAsync("x")).Status.ShouldBe(200);
    }

    [Requirement("RFC 7662", "4", "Scanning for tokens is slowed down")]
    [Requirement("RFC 7009", "5", "Guessing tokens is slowed down")]
    [Theory]
    [InlineData("/introspect")]
    [InlineData("/revoke")]
    public async Task The_limit_of_a_client_holds_at_every_endpoint(string path)
    {
        await using var server = await StartAsync("Limits:RequestsPerSecondPerClient", "1");

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => server.PostAsync(path, World.MailApi, World.Secret, ("token", "x"))));

        answers.ShouldContain(a => a.Status == 429 && a.Body == TooMany(server));
    }

    [Theory]
    [InlineData("192.0.2.7", "192.0.2.7")]
    [InlineData("::ffff:192.0.2.7", "192.0.2.7")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2::/64")]
    [InlineData("2001:db8:1:3::1", "2001:db8:1:3::/64")]
    public void Whoever_has_one_address_of_an_IPv6_network_has_them_all(string address, string counted) => RequestLimits.Neighbourhood(IPAddress.Parse(address)).ShouldBe(counted);

    private static string TooMany(RunningServer server) =>
        $$"""{"error":"temporarily_unavailable","error_description":"Too many requests.","error_uri":"{{server.Issuer}}/errors/too_many_requests"}""";

    private static Task<RunningServer> StartAsync(string key, string value) => RunningServer.StartAsync(customize: b => b.Configuration[key] = value);

    private static Task<Answer[]> FloodAsync(RunningServer server, string client, int count) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(_ => server.HopAsync(client, server.Assertion(), Core.Protocol.TokenTypes.Jwt)));
}
