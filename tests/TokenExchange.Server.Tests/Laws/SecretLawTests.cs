using System.Collections.Concurrent;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Laws;

/// <summary>L9: tokens and secrets appear nowhere but in the response. What is written down is looked at as a whole, byte by byte.</summary>
public sealed class SecretLawTests(ITestOutputHelper output)
{
    private static readonly string[] s_places =
    [
        "subject_token", "actor_token", "subject_token_type", "requested_token_type", "resource", "audience", "scope", "purpose", "authorization_details", "client_id", "grant_type",
        "token", "token_type_hint", "client_assertion", "client_assertion_type", "state",
    ];

    [Fact]
    [Trait("Law", "L9")]
    public async Task L9_No_token_assertion_or_secret_is_at_rest_or_in_a_log_after_random_walks_and_misplaced_tokens()
    {
        using var logs = new Lines();
        var tally = new Tally();
        await using var server = await RunningServer.StartAsync(customize: builder =>
        {
            builder.Configuration["Logging:LogLevel:Default"] = "Trace";
            builder.Configuration["Logging:Lines:LogLevel:Default"] = "Trace";
            builder.Logging.ClearProviders().AddProvider(logs);
        });
        foreach (var outing in WalkGenerators.Outing.Sample(10, 50))
        {
            await new Walker(server, tally).TakeAsync(outing);
        }

        await server.ApplyAsync(World.Configuration);
        var misplaced = await MisplaceAsync(server, tally);
        output.WriteLine($"{tally.Seen.Count} tokens and assertions, {misplaced} requests with one in the wrong place, {logs.All.Count} log lines");
        tally.Seen.Count.ShouldBeGreaterThan(20);
        foreach (var category in new[] { "Microsoft.EntityFrameworkCore", "Microsoft.AspNetCore.Server.Kestrel" })
        {
            logs.All.ShouldContain(l => l.StartsWith(category, StringComparison.Ordinal) && l.Contains(" Debug ", StringComparison.Ordinal), category);
        }


        // Of a token, its signature: nobody can use the rest without it.
        var secrets = tally.Seen.Select(t => t.Split('.')[2]).Append(World.Secret).ToList();
        bool HoldsOne(string text) => secrets.Exists(s => text.Contains(s, StringComparison.Ordinal));
        logs.All.Where(HoldsOne).Select(l => string.Join(' ', l.Split(' ')[..8])).Distinct(StringComparer.Ordinal).ShouldBeEmpty("log lines with a secret");
        (await TextsAsync(server.DatabasePath)).Where(t => HoldsOne(t.Text)).Select(t => t.Place).Distinct(StringComparer.Ordinal).ShouldBeEmpty("columns with a secret");

        // Pages that were given back and the log of writes are at rest, too.
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(server.DatabasePath)!, "*", SearchOption.AllDirectories))
        {
            HoldsOne(Encoding.Latin1.GetString(await ReadSharedAsync(file))).ShouldBeFalse(file);
        }
    }

    // A token, an assertion or a secret where it does not belong, at every endpoint, by strangers and by clients.
    private static async Task<int> MisplaceAsync(RunningServer server, Tally tally)
    {
        var own = await server.FirstTokenAsync();
        var assertion = server.Assertion();
        var proof = World.AgentKey.Sign(new() { ["iss"] = World.KeyAgent, ["sub"] = World.KeyAgent, ["aud"] = server.Issuer, ["exp"] = server.Now.AddMinutes(1).ToUnixTimeSeconds(), ["jti"] = "x" });
        foreach (var token in new[] { own, assertion, proof })
        {
            tally.Saw(token);
        }

        var requests =
            from path in new[] { "/token", "/introspect", "/revoke" }
            from place in s_places
            from secret in new[] { own, assertion, proof, $"{own} {assertion}", $"x{Uri.EscapeDataString(own)}" }
            select (path, place, secret);
        var count = 0;
        foreach (var (path, place, secret) in requests)
        {
            (string, string?)[] form = [("grant_type", GrantTypes.TokenExchange), ("subject_token", assertion), ("subject_token_type", TokenTypes.Jwt), ("resource", World.Mail), ("purpose", World.Triage), ("token", own)];
            var client = count % 3 == 0 ? World.InboxAgent : count % 3 == 1 ? null : World.SummaryAgent;
            var answer = await server.PostAsync(path, client, count % 5 == 0 ? secret : World.Secret, [.. form.Where(p => p.Item1 != place), (place, secret)]);
            answer.Status.ShouldBeLessThan(500, $"{path} {place}: {answer.Body}");
            count++;
        }

        // The credentials swapped, and in the address.
        await server.PostAsync("/token", World.Secret, World.InboxAgent, ("grant_type", GrantTypes.TokenExchange));
        await server.PostAsync("/token", null, null, ("client_id", World.Secret), ("client_secret", World.InboxAgent), ("grant_type", GrantTypes.TokenExchange));
        await server.PostAsync($"/introspect?token={own}&client_secret={World.Secret}", World.MailApi, World.Secret);
        await server.PostAsync($"/token?subject_token={assertion}", World.InboxAgent, $"{World.Secret}x", ("subject_token", assertion));
        await server.Http.GetAsync($"/errors/{own}");
        await server.Http.GetAsync($"/{assertion}");
        return count + 6;
    }

    private static async Task<IReadOnlyList<(string Place, string Text)>> TextsAsync(string database)
    {
        var texts = new List<(string, string)>();
        await using var connection = new SqliteConnection($"Data Source={database};Mode=ReadOnly");
        await connection.OpenAsync();
        var tables = new List<string>();
        await using (var command = new SqliteCommand("SELECT name FROM sqlite_master WHERE type = 'table'", connection))
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                tables.Add(reader.GetString(0));
            }
        }

        foreach (var table in tables)
        {
            await using var command = new SqliteCommand($"SELECT * FROM \"{table}\"", connection);
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                for (var column = 0; column < reader.FieldCount; column++)
                {
                    if (!await reader.IsDBNullAsync(column))
                    {
                        texts.Add(($"{table}.{reader.GetName(column)}", Convert.ToString(reader.GetValue(column), System.Globalization.CultureInfo.InvariantCulture)!));
                    }
                }
            }
        }

        texts.ShouldContain(t => t.Item1 == "ExchangeRecords.SubjectTokenHash");
        texts.ShouldContain(t => t.Item1 == "ExchangeRecords.Question");
        return texts;
    }

    private static async Task<byte[]> ReadSharedAsync(string file)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy);
        return copy.ToArray();
    }

    [ProviderAlias("Lines")]
    private sealed class Lines : ILoggerProvider
    {
        public ConcurrentQueue<string> All { get; } = new();

        public ILogger CreateLogger(string categoryName) => new Logger(categoryName, All);

        public void Dispose()
        {
        }

        private sealed class Logger(string category, ConcurrentQueue<string> all) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                all.Enqueue($"{category} {logLevel} {formatter(state, exception)} {exception}");
        }
    }
}
