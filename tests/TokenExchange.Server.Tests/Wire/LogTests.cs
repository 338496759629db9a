using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Wire;

/// <summary>A token or secret never reaches a log, at whatever level an operator turns on.</summary>
public sealed class LogTests
{
    [Requirement("RFC 6749", "10.3", "Tokens and secrets are seen by nobody they are not for, logs included")]
    [Fact]
    public async Task No_token_and_no_secret_is_logged_even_at_trace_level()
    {
        using var lines = new Lines();
        var server = await RunningServer.StartAsync(World.WithWorkloads(World.Configuration), builder =>
        {
            foreach (var category in new[] { "Default", "OpenIddict", "OpenIddict.Server", "Microsoft.AspNetCore.Hosting.Diagnostics" })
            {
                builder.Configuration[$"Logging:LogLevel:{category}"] = "Trace";
                builder.Configuration[$"Logging:Lines:LogLevel:{category}"] = "Trace";
            }

            builder.Logging.ClearProviders().AddProvider(lines);
        });
        await using var disposed = server;
        var (assertion, workload) = (server.Assertion(), server.Workload());
        (string, string?)[] actor = [("actor_token", workload), ("actor_token_type", TokenTypes.Jwt)];
        var clientAssertion = ClientAuthenticationTests.AssertionOf(server, World.KeyAgent);
        var token = (await server.HopAsync(World.InboxAgent, assertion, TokenTypes.Jwt, actor)).AccessToken;
        var second = (await server.HopAsync(World.SummaryAgent, token, TokenTypes.AccessToken)).AccessToken;

        // Refused, in the wrong place, in the wrong form, to the wrong page, to a database that does not write.
        await server.HopAsync(World.InboxAgent, assertion, TokenTypes.Jwt, ("scope", "mail.send"));
        await server.HopAsync(World.InboxAgent, assertion, assertion, ("resource", assertion), ("purpose", token), ("state", token), ("scope", World.Secret), ("requested_token_type", token));
        await server.PostAsync("/revoke", null, null, [.. clientAssertion, ("token", second)]);
        await server.PostAsync("/revoke", null, null, [.. clientAssertion, ("token", second)]);
        await server.PostAsync("/token", World.Secret, token, ("grant_type", assertion), ("client_assertion", clientAssertion[1].Item2));
        await server.PostAsync($"/token?subject_token={assertion}", World.InboxAgent, World.Secret + "x", ("subject_token", assertion));
        await server.PostAsync("/token", World.InboxAgent, World.Secret, [.. Enumerable.Range(0, 200).Select(i => ($"p{i}", (string?)token))]);
        await server.IntrospectAsync(token);
        await server.IntrospectAsync(token, World.SummaryAgent);
        await server.RevokeAsync(token);
        foreach (var path in new[] { "/jwks", "/.well-known/openid-configuration", "/health/live", "/health/ready", $"/errors/{token}", $"/introspect?token={token}", $"/{World.Secret}" })
        {
            await server.Http.GetAsync(path);
        }

        await using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={server.DatabasePath}"))
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = "DROP TABLE ExchangeRecords";
            await command.ExecuteNonQueryAsync();
        }

        (await server.HopAsync(World.InboxAgent, assertion, TokenTypes.Jwt, actor)).Status.ShouldBe(503);

        lines.All.ShouldContain(l => l.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));
        foreach (var secret in new[] { assertion, workload, clientAssertion[1].Item2!, token, second }.SelectMany(t => t.Split('.')[1..]).Append(World.Secret))
        {
            lines.All.Where(l => l.Contains(secret, StringComparison.Ordinal)).ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task What_strangers_send_is_no_error_in_the_log()
    {
        using var lines = new Lines();
        await using var server = await RunningServer.StartAsync(customize: builder => builder.Logging.ClearProviders().AddProvider(lines));

        (await server.PostAsync("/token", null, null, [.. Enumerable.Range(0, 200).Select(i => ($"p{i}", (string?)"x"))])).Status.ShouldBe(400);
        (await server.PostAsync("/token", null, null, ("p", new string('x', 200_000)))).Status.ShouldBe(413);

        lines.All.Where(l => l.Contains(" Error ", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [ProviderAlias("Lines")]
    private sealed class Lines : ILoggerProvider
    {
        public ConcurrentBag<string> All { get; } = [];

        public ILogger CreateLogger(string categoryName) => new Logger(categoryName, All);

        public void Dispose()
        {
        }

        private sealed class Logger(string category, ConcurrentBag<string> all) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                all.Add($"{category} {logLevel} {formatter(state, exception)} {exception}");
        }
    }
}
