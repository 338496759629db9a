using System.Net.Sockets;
using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using OpenIddict.Server;
using TokenExchange.Server.OpenIddict;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Wire;

/// <summary>No record, no token; no story, no token; no database, nothing.</summary>
public sealed class FailClosedTests
{
    private const string Outage = """{"error":"temporarily_unavailable","error_description":"The server cannot keep its records at the moment; nothing was issued."}""";

    [Theory]
    [InlineData("ExchangeRecords")]
    [InlineData("ActorTokens")]
    public async Task A_token_is_not_issued_when_its_record_or_row_cannot_be_written(string table)
    {
        await using var server = await RunningServer.StartAsync();
        (await server.FirstHopAsync()).Status.ShouldBe(200);
        await SqlAsync(server, $"CREATE TRIGGER disk_full BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'disk full'); END");

        var answer = await server.FirstHopAsync();

        (answer.Status, answer.Body).ShouldBe((503, Outage));
        answer.Headers.RetryAfter!.ToString().ShouldBe("5");

        await SqlAsync(server, "DROP TRIGGER disk_full");
        (await server.FirstHopAsync()).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_permit_whose_record_fails_leaves_no_row_behind()
    {
        await using var server = await RunningServer.StartAsync();
        await SqlAsync(server, "CREATE TRIGGER disk_full BEFORE INSERT ON ExchangeRecords WHEN NEW.Kind = 1 BEGIN SELECT RAISE(ABORT, 'disk full'); END");

        (await server.FirstHopAsync()).Status.ShouldBe(503);

        (await ScalarAsync(server, "SELECT COUNT(*) FROM ActorTokens")).ShouldBe(0);
    }

    [Fact]
    public async Task A_refusal_that_cannot_be_recorded_is_an_outage_too()
    {
        await using var server = await RunningServer.StartAsync();
        await SqlAsync(server, "CREATE TRIGGER disk_full BEFORE INSERT ON ExchangeRecords BEGIN SELECT RAISE(ABORT, 'disk full'); END");

        (await server.FirstHopAsync(("scope", "mail.send"))).Status.ShouldBe(503);
        (await server.PostAsync("/token", World.InboxAgent, "wrong", ("grant_type", "x"))).Status.ShouldBe(503);
    }

    [Requirement("RFC 7009", "2.2.1", "When it cannot be done now, 503 says so and the token is still good")]
    [Fact]
    public async Task A_revocation_that_cannot_be_recorded_is_not_claimed()
    {
        await using var server = await RunningServer.StartAsync();
        var token = await server.FirstTokenAsync();
        await SqlAsync(server, "CREATE TRIGGER disk_full BEFORE INSERT ON ExchangeRecords BEGIN SELECT RAISE(ABORT, 'disk full'); END");

        (await server.RevokeAsync(token)).Status.ShouldBe(503);
        (await server.IntrospectAsync(token)).Json["active"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public async Task Without_a_database_nothing_is_issued_and_nothing_is_active()
    {
        await using var server = await RunningServer.StartAsync();
        var token = await server.FirstTokenAsync();
        await SqlAsync(server, "DROP TABLE ConfigurationStates");

        (await server.FirstHopAsync()).Body.ShouldBe(Outage);
        (await server.IntrospectAsync(token)).Body.ShouldBe(Outage);
    }

    [Fact]
    public async Task A_foreign_assertion_is_never_exchanged_without_the_story()
    {
        await using var server = await RunningServer.StartAsync(customize: builder => builder.Services.Configure<OpenIddictServerOptions>(
            o => o.Handlers.RemoveAll(h => h.ServiceDescriptor.ServiceType == typeof(ExchangeEndpoint.RunExchange)).ShouldBe(1)));

        var answer = await server.FirstHopAsync();

        (answer.Status, answer.Body).ShouldBe((500, """{"error":"server_error","error_description":"The server met an error of its own; nothing was issued."}"""));
        (await ScalarAsync(server, "SELECT COUNT(*) FROM ActorTokens")).ShouldBe(0);
    }

    [Fact]
    public async Task A_handler_that_answers_in_place_of_the_story_gets_nothing_signed()
    {
        await using var server = await RunningServer.StartAsync(customize: builder => builder.Services.Configure<OpenIddictServerOptions>(o =>
        {
            o.Handlers.RemoveAll(h => h.ServiceDescriptor.ServiceType == typeof(ExchangeEndpoint.RunExchange)).ShouldBe(1);
            o.Handlers.Add(OpenIddictServerHandlerDescriptor.CreateBuilder<OpenIddictServerEvents.HandleTokenRequestContext>().UseInlineHandler(context =>
            {
                var identity = new System.Security.Claims.ClaimsIdentity("usurper");
                identity.AddClaim(new System.Security.Claims.Claim("sub", "alice"));
                context.SignIn(new System.Security.Claims.ClaimsPrincipal(identity));
                return default;
            }).SetOrder(0).Build());
        }));

        (await server.FirstHopAsync()).Status.ShouldBe(500);
    }

    [Fact]
    public async Task An_issuer_whose_keys_cannot_be_had_is_an_outage_on_record()
    {
        var c = World.Configuration;
        var address = $"http://127.0.0.1:{RunningServer.FreePort()}/jwks";
        await using var server = await RunningServer.StartAsync(c with { Issuers = [c.Issuers![0] with { Jwks = null, JwksUri = address, AllowPrivateHosts = ["127.0.0.1"] }] });

        var answer = await server.FirstHopAsync();

        answer.Body.ShouldBe($$"""{"error":"temporarily_unavailable","error_description":"The issuer's keys cannot be had at the moment.","error_uri":"{{server.Issuer}}/errors/issuer_keys_unavailable"}""");
        answer.Status.ShouldBe(503);
        answer.Headers.RetryAfter!.ToString().ShouldBe("5");
        (await server.LastRecordAsync()).Reason.ShouldBe("issuer_keys_unavailable");
    }

    [Requirement("RFC 6749", "3.2", "Requests for tokens are POST with a form")]
    [Theory]
    [InlineData("application/x-www-form-urlencodedX")]
    [InlineData("application/x-www-form-urlencoded-evil; a=b")]
    [InlineData("application/x-www-form-urlencoded; charset=\"")]
    [InlineData("application/x-www-form-urlencoded; charset=utf-7")]
    [InlineData("application/json")]
    [InlineData("")]
    public async Task What_only_begins_like_a_form_is_refused_and_on_record(string contentType)
    {
        await using var server = await RunningServer.StartAsync();
        foreach (var path in new[] { "/token", "/introspect", "/revoke" })
        {
            using var content = new ByteArrayContent("a=b"u8.ToArray());
            content.Headers.TryAddWithoutValidation("Content-Type", contentType);
            using var response = await server.Http.PostAsync(path, content);

            (await response.Content.ReadAsStringAsync()).ShouldBe($$"""{"error":"invalid_request","error_description":"The request is not a well-formed token request.","error_uri":"{{server.Issuer}}/errors/malformed_request"}""");
            ((int)response.StatusCode).ShouldBe(400);
            (await server.LastRecordAsync()).Reason.ShouldBe("malformed_request");
        }
    }

    [Fact]
    public async Task A_secret_or_token_in_the_wrong_place_is_not_on_record()
    {
        await using var server = await RunningServer.StartAsync();
        var assertion = server.Assertion();

        await server.PostAsync("/token", World.Secret, World.InboxAgent, ("grant_type", "x"), ("scope", assertion));
        await server.FirstHopAsync(("scope", assertion), ("purpose", assertion), ("resource", assertion), ("requested_token_type", assertion));
        await server.FirstHopAsync(("requested_token_type", assertion));

        foreach (var record in await server.RecordsAsync())
        {
            record.ToString().ShouldNotContain(World.Secret);
            record.ToString().ShouldNotContain(assertion[..40]);
        }
    }

    [Theory]
    [InlineData(200_000, 1, 413)]
    [InlineData(10, 3000, 400)]
    public async Task A_request_that_is_too_large_or_no_form_is_no_error_of_ours_and_on_record(int length, int parameters, int status)
    {
        await using var server = await RunningServer.StartAsync();

        var answer = await server.PostAsync("/token", null, null, [.. Enumerable.Range(0, parameters).Select(i => ($"p{i}", (string?)new string('x', length)))]);

        (answer.Status, answer.Body).ShouldBe((status, $$"""{"error":"invalid_request","error_description":"The request is not a well-formed token request.","error_uri":"{{server.Issuer}}/errors/malformed_request"}"""));
        var record = await server.LastRecordAsync();
        (record.Reason, record.Source, record.Detail).ShouldBe(("malformed_request", "127.0.0.1", "the body is too large or cannot be read"));
    }

    [Theory]
    [InlineData("9223372036854775808")]
    [InlineData("80000000")]
    [InlineData("xyz")]
    public async Task A_chunk_of_an_impossible_size_is_no_error_of_ours(string size)
    {
        await using var server = await RunningServer.StartAsync();
        var address = new Uri(server.Issuer);
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST /token HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n{size}\r\na=b\r\n0\r\n\r\n"));
        using var reader = new StreamReader(stream);

        (await reader.ReadLineAsync()).ShouldBe("HTTP/1.1 400 Bad Request");
    }

    private static async Task SqlAsync(RunningServer server, string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={server.DatabasePath}");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<long> ScalarAsync(RunningServer server, string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={server.DatabasePath}");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
