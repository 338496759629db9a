using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Assertions;
using TokenExchange.Server.Clients;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Exchange;
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

        // Shown by an administrator, and made for one.
        var alice = new Caller("admin:alice", null);
        await server.Services.GetRequiredService<AssertionTest>().RunAsync(new AssertionTestInput(assertion, World.InboxAgent, IsIdToken: false), alice, default);
        await server.Services.GetRequiredService<AssertionTest>().RunAsync(new AssertionTestInput($"Bearer {token}", token, IsIdToken: true), alice, default);
        var tag = (await server.Services.GetRequiredService<ItemEditor>().FindAsync(ItemKinds.Clients, World.SummaryAgent, default))!.Tag;
        var given = await server.Services.GetRequiredService<ClientSecrets>().RotateAsync(World.SummaryAgent, tag, TimeSpan.FromDays(1), new Editing(alice, MayPublish: false), default);
        await server.PostAsync("/token", World.SummaryAgent, given.Secret!.Value, ("grant_type", GrantTypes.TokenExchange));

        await using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={server.DatabasePath}"))
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = "DROP TABLE ExchangeRecords";
            await command.ExecuteNonQueryAsync();
        }

        (await server.HopAsync(World.InboxAgent, assertion, TokenTypes.Jwt, actor)).Status.ShouldBe(503);

        lines.All.ShouldContain(l => l.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));
        foreach (var secret in new[] { assertion, workload, clientAssertion[1].Item2!, token, second }.SelectMany(t => t.Split('.')[1..]).Append(World.Secret).Append(given.Secret.Value))
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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_hangs_up_in_the_middle_of_a_body_is_on_record_and_no_error_in_the_log(bool reset)
    {
        using var lines = new Lines();
        await using var server = await RunningServer.StartAsync(customize: builder => builder.Logging.ClearProviders().AddProvider(lines));
        using (var client = new System.Net.Sockets.TcpClient())
        {
            await client.ConnectAsync("127.0.0.1", new Uri(server.Issuer).Port);
            await client.GetStream().WriteAsync("POST /token HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 500\r\n\r\na=b"u8.ToArray());
            await Task.Delay(100);
            client.LingerState = new System.Net.Sockets.LingerOption(enable: reset, seconds: 0);
        }

        for (var i = 0; i < 400 && (await server.RecordsAsync()).All(r => r.Reason != "malformed_request"); i++)
        {
            await Task.Delay(25);
        }

        (await server.RecordsAsync()).Count(r => r.Reason == "malformed_request").ShouldBe(1);
        lines.All.Where(l => l.Contains(" Error ", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_end_of_a_server_is_no_error_in_the_log()
    {
        using var lines = new Lines();
        await using (await RunningServer.StartAsync(customize: builder => builder.Logging.ClearProviders().AddProvider(lines)))
        {
        }

        lines.All.Where(l => l.Contains(" Error ", StringComparison.Ordinal) || l.Contains(" Critical ", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_a_row_already_says_is_no_error_in_the_log()
    {
        using var lines = new Lines();
        await using var server = await RunningServer.StartAsync(World.Configuration with { Issuers = [World.Configuration.Issuers![0] with { SingleUse = true }] }, builder => builder.Logging.ClearProviders().AddProvider(lines));
        var assertion = server.Assertion();

        (await server.HopAsync(World.InboxAgent, assertion, TokenTypes.Jwt)).Status.ShouldBe(200);
        (await server.HopAsync(World.InboxAgent, assertion, TokenTypes.Jwt)).Status.ShouldBe(400);

        (await server.LastRecordAsync()).Reason.ShouldBe("subject_token_replayed");
        lines.All.Where(l => l.Contains(" Error ", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_secret_in_a_request_that_cannot_be_read_is_not_logged_even_at_trace_level()
    {
        using var lines = new Lines();
        await using var server = await RunningServer.StartAsync(customize: builder =>
        {
            builder.Configuration["Logging:LogLevel:Default"] = "Trace";
            foreach (var category in new[] { "Microsoft.AspNetCore", "Microsoft.AspNetCore.Server.Kestrel.BadRequests" })
            {
                builder.Configuration[$"Logging:LogLevel:{category}"] = "Trace";
                builder.Configuration[$"Logging:Lines:LogLevel:{category}"] = "Trace";
            }

            builder.Logging.ClearProviders().AddProvider(lines);
        });
        const string secret = World.Secret;
        foreach (var request in new[]
        {
            $"POST /token HTTP/1.1\r\nHost: a\r\nAuthorization : Basic {secret}\r\n\r\n", $"POST /token HTTP/1.1\r\nHost: a\r\nAuthorization: Basic\r\n {secret}\r\n\r\n",
            $"POST /token HTTP/1.1\r\nHost: a\r\nAuthorization: Basic {secret}\rx\r\n\r\n", $"POST /token HTTP/1.1\r\nHost: a\r\nContent-Length: {secret}\r\n\r\n", $"POST /token HTTP/1.1\r\nHost: {secret}/\r\n\r\n",
            $"POST /token {secret}\r\nHost: a\r\n\r\n", $"POST /token HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\nclient_secret={secret} \r\n\r\n",
            $"GET /introspect/{secret} HTTP/1.1\r\nHost: xn--\r\n\r\n", $"GET /introspect?token={secret} HTTP/1.1\r\nHost: xn--\r\n\r\n", $"GET /errors/{secret} HTTP/1.1\r\nHost: a\r\n\r\n",
        })
        {
            (await Hostile.Platform.RawHttp.SendAsync(new Uri(server.Issuer), request)).ShouldStartWith("HTTP/1.1 4");
        }

        lines.All.ShouldContain(l => l.StartsWith("Microsoft.AspNetCore.Server.Kestrel", StringComparison.Ordinal));
        lines.All.Where(l => l.Contains(secret, StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("OpenIddict.Server.OpenIddictServerDispatcher", LogLevel.Information)]
    [InlineData("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Critical)]
    [InlineData("Microsoft.AspNetCore.Routing.EndpointMiddleware", LogLevel.Debug)]
    [InlineData("Microsoft.AspNetCore.Server.Kestrel.BadRequests", LogLevel.Debug)]
    [InlineData("Microsoft.AspNetCore.Server.Kestrel.Http2", LogLevel.Debug)]
    [InlineData("Microsoft.AspNetCore.HttpOverrides.ForwardedHeadersMiddleware", LogLevel.Debug)]
    [InlineData("Microsoft.AspNetCore.HostFiltering.HostFilteringMiddleware", LogLevel.Information)]
    public async Task What_writes_down_whole_requests_is_quiet_whatever_is_configured(string category, LogLevel level)
    {
        using var lines = new Lines();
        await using var server = await RunningServer.StartAsync(customize: builder =>
        {
            foreach (var rule in new[] { "Default", "Microsoft", "Microsoft.AspNetCore", category, category[..^4], $"{category[..9]}*{category[^6..]}", $"{category[..14]}*", $"{category[..8]}*" })
            {
                builder.Configuration[$"Logging:LogLevel:{rule}"] = "Trace";
                builder.Configuration[$"Logging:Lines:LogLevel:{rule}"] = "Trace";
            }

            builder.Logging.ClearProviders().AddProvider(lines);
        });

        var logs = server.Services.GetRequiredService<ILoggerFactory>();
        logs.CreateLogger(category).IsEnabled(level).ShouldBeFalse();
        logs.CreateLogger("Microsoft.AspNetCore.Server.Kestrel").IsEnabled(LogLevel.Debug).ShouldBeTrue();
    }

    [ProviderAlias("Lines")]
    private sealed class Lines : ILoggerProvider, ISupportExternalScope
    {
        private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

        public ConcurrentBag<string> All { get; } = [];

        public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

        // As a log with scopes writes it: what stands in them is logged with every line.
        private string Scopes()
        {
            var text = new System.Text.StringBuilder();
            _scopes.ForEachScope((scope, to) => to.Append(' ').Append(scope is IEnumerable<KeyValuePair<string, object>> pairs ? string.Join(' ', pairs) : scope), text);
            return text.ToString();
        }

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
                lines.All.Add($"{category} {logLevel} {formatter(state, exception)} {exception}{lines.Scopes()}");
        }
    }
}
