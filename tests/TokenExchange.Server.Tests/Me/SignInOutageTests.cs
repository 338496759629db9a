using System.Collections.Concurrent;
using System.Net;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace TokenExchange.Server.Tests.Me;

/// <summary>No record, no sign-in; and nothing that signs in stands in a log.</summary>
public sealed class SignInOutageTests
{
    [Fact]
    public async Task Nobody_is_signed_in_or_out_while_that_cannot_be_recorded()
    {
        await using var world = await MeWorld.StartAsync();
        var begun = await world.BeginAsync();
        await SqlAsync(world, "CREATE TRIGGER disk_full BEFORE INSERT ON ExchangeRecords BEGIN SELECT RAISE(ABORT, 'disk full'); END");

        var answer = await world.Browser.OpenAsync(begun);

        answer.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        world.Browser.Cookies.ShouldNotContainKey(MeWorld.Cookie);
        await SqlAsync(world, "DROP TRIGGER disk_full");
        await world.SignInAsync();
        var form = (string)(await world.PageAsync())["form"]!;
        await SqlAsync(world, "CREATE TRIGGER disk_full BEFORE INSERT ON ExchangeRecords BEGIN SELECT RAISE(ABORT, 'disk full'); END");
        (await world.Browser.PostAsync(world.Address + "/me/sign-out", ("_csrf", form))).Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await world.WhoAsync()).ShouldBe("Alice Aldridge");
    }

    [Fact]
    public async Task Without_a_database_nobody_is_signed_in()
    {
        await using var world = await MeWorld.StartAsync();
        await world.SignInAsync();
        await SqlAsync(world, "ALTER TABLE Revocations RENAME TO Elsewhere");
        (await world.WhoAsync()).ShouldBeNull();
        world.Browser.Cookies.ShouldContainKey(MeWorld.Cookie);

        await SqlAsync(world, "ALTER TABLE Elsewhere RENAME TO Revocations");

        (await world.WhoAsync()).ShouldBe("Alice Aldridge");
    }

    [Fact]
    public async Task What_signs_a_user_in_stands_in_no_log()
    {
        using var lines = new Lines();
        await using var world = await MeWorld.StartAsync(customize: builder =>
        {
            builder.Configuration["Logging:LogLevel:Default"] = "Trace";
            builder.Configuration["Logging:LogLevel:Microsoft.AspNetCore"] = "Trace";
            builder.Logging.ClearProviders().AddProvider(lines);
        });
        var begun = await world.BeginAsync();
        var parameters = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(new Uri(begun).Query);
        var cookies = world.Browser.Cookies.ToList();
        (await world.Browser.OpenAsync(begun)).Location.ShouldBe("/me");
        world.Provider.IdToken = c => new Fixtures.TestKey("x").Sign(c);
        (await world.SignInAsync(browser: new Browser())).Location.ShouldBe("/me/sign-in?problem=sign_in_token");

        string[] secrets =
        [
            parameters["code"].ToString(), parameters["state"].ToString(), MeWorld.ClientSecret, "opaque-access-token", world.Browser.Cookies[MeWorld.Cookie], .. cookies.Select(c => c.Key),
            .. world.Provider.TokenRequests.Select(r => r["code_verifier"]),
        ];
        lines.All.ShouldContain(l => l.StartsWith("Microsoft.AspNetCore.Authentication.Cookies", StringComparison.Ordinal));
        lines.All.Where(l => secrets.Any(s => l.Contains(s, StringComparison.Ordinal)) || l.Contains("eyJ", StringComparison.Ordinal)).ShouldBeEmpty();
        lines.All.Where(l => l.Contains(" Error ", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    private static async Task SqlAsync(MeWorld world, string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={world.Server.DatabasePath}");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    private sealed class Lines : ILoggerProvider
    {
        public ConcurrentBag<string> All { get; } = [];

        public ILogger CreateLogger(string categoryName) => new Logger(categoryName, this);

        public void Dispose()
        {
        }

        private sealed class Logger(string category, Lines lines) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                lines.All.Add($"{category} {logLevel} {formatter(state, exception)} {exception}");
        }
    }
}
