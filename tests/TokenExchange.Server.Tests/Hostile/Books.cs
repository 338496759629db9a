using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Server.Exchange;
using TokenExchange.Server.Tests.Fixtures;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Server.Tests.Hostile;

/// <summary>What the database says happened: whatever was answered, this is what counts.</summary>
internal sealed record Books(long Tokens, long Permits, long Records)
{
    public static async Task<Books> OpenAsync(RunningServer server)
    {
        await using var connection = await server.ConnectAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT (SELECT COUNT(*) FROM ActorTokens), COUNT(*) FILTER (WHERE Kind = 1), COUNT(*) FROM ExchangeRecords";
        await using var row = await command.ExecuteReaderAsync();
        await row.ReadAsync();
        return new Books(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2));
    }
}

internal static class HostileServerExtensions
{
    /// <summary>Does something hostile and expects exactly this refusal, nothing issued, one record under its reason, and nothing secret in it.</summary>
    public static async Task<Answer> ShouldRefuseAsync(this RunningServer server, Func<Task<Answer>> act, int status, string error, string code, string more = "", params string?[] secrets)
    {
        var before = await Books.OpenAsync(server);

        var answer = await act();

        answer.Body.ShouldBe($$"""{"error":"{{error}}","error_description":"{{RefusalWire.ByCode[code].Description}}","error_uri":"{{server.Issuer}}/errors/{{code}}"{{more}}}""");
        answer.Status.ShouldBe(status);
        (await Books.OpenAsync(server)).ShouldBe(before with { Records = before.Records + 1 });
        var record = (await server.Services.GetRequiredService<ExchangeLedger>().ReadLatestAsync(1, default))[0];
        (record.Kind, record.Reason).ShouldBe((RecordKind.Refusal, code));
        record.ShouldHoldNothingSecret([World.Secret, .. secrets]);
        return answer;
    }

    /// <summary>Neither the whole nor a piece of it that would be of use, and nothing that could turn a line of a log into two.</summary>
    public static void ShouldHoldNothingSecret(this ExchangeRecord record, params IEnumerable<string?> secrets)
    {
        var text = record.ToString();
        text.Where(char.IsControl).ShouldBeEmpty();
        foreach (var piece in secrets.OfType<string>().SelectMany(s => s.Split('.', ' ', ',', '"')).Where(p => p.Length >= 20))
        {
            text.ShouldNotContain(piece, Case.Sensitive);
        }
    }

    public static async Task<long> ScalarAsync(this RunningServer server, string sql)
    {
        await using var connection = await server.ConnectAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public static async Task SqlAsync(this RunningServer server, string sql)
    {
        await using var connection = await server.ConnectAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Sends bytes as a form, exactly as they are.</summary>
    public static async Task<Answer> PostRawAsync(this RunningServer server, string path, string body, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/x-www-form-urlencoded");
        change?.Invoke(request);
        using var response = await server.Http.SendAsync(request);
        return new Answer((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers, response.Content.Headers.ContentType?.ToString());
    }

    public static async Task<SqliteConnection> ConnectAsync(this RunningServer server)
    {
        var connection = new SqliteConnection($"Data Source={server.DatabasePath}");
        await connection.OpenAsync();
        return connection;
    }
}
