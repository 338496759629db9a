using TokenExchange.Server.Tests.Fixtures;
using TokenExchange.Server.Tests.Hostile;
using TokenExchange.Storage.Audit;
using static TokenExchange.Server.Tests.Signals.SignalWorld;

namespace TokenExchange.Server.Tests.Signals;

/// <summary>An event that cannot be taken is not said to be: whoever told it tells it again, and then it counts.</summary>
public sealed class EventOutageTests
{
    private const string Outage = """{"error":"temporarily_unavailable","error_description":"The server cannot keep its records at the moment; nothing was issued."}""";

    [Theory]
    [InlineData("ExchangeRecords", true)]
    [InlineData("Revocations", true)]
    [InlineData("UsedAssertions", false)]
    public async Task An_event_that_an_outage_interrupts_is_heard_when_it_is_told_again(string table, bool livesMeanwhile)
    {
        await using var server = await RunningServer.StartAsync(Listening);
        var token = await server.FirstTokenAsync();
        var told = server.Event();
        await server.SqlAsync($"CREATE TRIGGER disk_full BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'disk full'); END");

        var answer = await server.TellAsync(told);

        (answer.Status, answer.Body).ShouldBe((503, Outage));
        answer.Headers.RetryAfter!.ToString().ShouldBe("5");
        (await server.IsActiveAsync(token)).ShouldBe(livesMeanwhile);

        await server.SqlAsync("DROP TRIGGER disk_full");
        (await server.TellAsync(told)).Status.ShouldBe(202);
        (await server.IsActiveAsync(token)).ShouldBeFalse();
        (await server.LastRecordAsync()).Kind.ShouldBe(RecordKind.SecurityEvent);
    }

    [Fact]
    public async Task Without_a_database_nothing_is_taken()
    {
        await using var server = await RunningServer.StartAsync(Listening);
        await server.SqlAsync("DROP TABLE ConfigurationStates");

        (await server.TellAsync(server.Event())).Body.ShouldBe(Outage);
    }

    [Fact]
    public async Task An_issuer_whose_keys_cannot_be_had_is_asked_to_tell_again()
    {
        var address = $"http://127.0.0.1:{RunningServer.FreePort()}/jwks";
        await using var server = await RunningServer.StartAsync(
            Listening with { Issuers = [Listening.Issuers![0] with { Jwks = null, JwksUri = address, AllowPrivateHosts = ["127.0.0.1"] }, Listening.Issuers![1]] });

        var answer = await server.TellAsync(server.Event());

        (answer.Status, answer.Body).ShouldBe(
            (503, $$"""{"error":"temporarily_unavailable","error_description":"The issuer's keys cannot be had at the moment.","error_uri":"{{server.Issuer}}/errors/issuer_keys_unavailable"}"""));
        answer.Headers.RetryAfter!.ToString().ShouldBe("5");
        (await server.LastRecordAsync()).Reason.ShouldBe("issuer_keys_unavailable");
    }

    [Fact]
    public async Task A_body_without_end_is_not_read()
    {
        await using var server = await RunningServer.StartAsync(Listening);

        var answer = await server.TellAsync(new string('x', 200_000));

        (answer.Status, answer.Body).ShouldBe((413, $$"""{"error":"invalid_request","error_description":"The request is not a well-formed token request.","error_uri":"{{server.Issuer}}/errors/malformed_request"}"""));
        (await server.LastRecordAsync()).Reason.ShouldBe("malformed_request");
    }
}
