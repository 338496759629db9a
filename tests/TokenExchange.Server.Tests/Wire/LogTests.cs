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
        await using var server = await RunningServer.StartAsync(customize: builder =>
        {
            foreach (var category in new[] { "Default", "OpenIddict", "OpenIddict.Server", "Microsoft.AspNetCore.Hosting.Diagnostics" })
            {
                builder.Configuration[$"Logging:LogLevel:{category}"] = "Trace";
                builder.Configuration[$"Logging:Lines:LogLevel:{category}"] = "Trace";
            }

            builder.Logging.ClearProviders().AddProvider(lines);
        });
        var assertion = server.Assertion();
        var token = (await server.HopAsync(World.InboxAgent, assertion, TokenTypes.Jwt)).AccessToken;
        await server.HopAsync(World.SummaryAgent, token, TokenTypes.AccessToken);
        await server.HopAsync(World.InboxAgent, assertion, TokenTypes.Jwt, ("scope", "mail.send"));
        await server.IntrospectAsync(token);
        await server.RevokeAsync(token);
        await server.PostAsync($"/token?subject_token={assertion}", World.InboxAgent, World.Secret + "x", ("subject_token", assertion));

        lines.All.ShouldContain(l => l.StartsWith("OpenIddict.Server", StringComparison.Ordinal));
        foreach (var secret in new[] { assertion, token }.Select(t => t.Split('.')[2]).Append(World.Secret))
        {
            lines.All.Where(l => l.Contains(secret, StringComparison.Ordinal)).ShouldBeEmpty();
        }
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
