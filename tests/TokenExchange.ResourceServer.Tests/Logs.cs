using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TokenExchange.ResourceServer.Tests.Wire;

namespace TokenExchange.ResourceServer.Tests;

public sealed class Logs : WireTest
{
    private readonly ConcurrentQueue<string> _lines = new();

    [Requirement("RFC 6749", "10.3", "Tokens and secrets are seen by nobody they are not for, logs included")]
    [Fact]
    public async Task No_token_and_no_secret_is_logged_even_at_the_finest_level()
    {
        await using var app = await StartAsync();
        using var stranger = new SigningKey("key-1");
        string[] tokens =
        [
            Token(), Token(c => c["aud"] = "https://calendar.example"), Token(c => c.Remove("act")), Token(key: stranger), Token(header: h => h["kid"] = "key-2"),
            Token(c => c["exp"] = 1), Token(c => c["exp"] = "soon"), Token() + ".", Token(c => c["scope"] = "other"),
        ];
        foreach (var token in tokens)
        {
            await app.GetAsync("/", token);
        }

        Authority.Introspection = http => http.Response.WriteAsync("""{"active":false}""");
        await app.GetAsync("/", tokens[0]);
        Authority.Introspection = http => http.Response.WriteAsync("nonsense " + tokens[0]);
        await app.GetAsync("/", tokens[0]);
        Authority.Down = true;
        await app.GetAsync("/", tokens[0]);

        var log = string.Join('\n', _lines);
        foreach (var part in tokens.SelectMany(t => t.Split('.').Skip(1)).Where(p => p.Length > 0))
        {
            log.ShouldNotContain(part);
        }

        log.ShouldNotContain("s3cret");
    }

    [Fact]
    public async Task A_refusal_is_logged_with_its_reason()
    {
        await using var app = await StartAsync();

        await app.GetAsync("/", Token(c => c.Remove("act")));
        await app.GetAsync("/", Token(c => c["scope"] = "other"));

        _lines.ShouldContain(l => l.StartsWith("Information TokenExchange.ResourceServer.", StringComparison.Ordinal)
            && l.Contains("A token was refused with invalid_token: The token is not an actor token: act is missing or malformed.", StringComparison.Ordinal));
        _lines.ShouldContain(l => l.Contains("A request was forbidden with insufficient_scope: The token lacks a scope that is needed for this.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_authority_that_answers_for_another_issuer_is_named_in_the_log()
    {
        Authority.Metadata = m => m["issuer"] = "https://other.example";
        await using var app = await StartAsync();

        await app.GetAsync("/", Token());

        _lines.ShouldContain(l => l.Contains(
            $"{Authority.Issuer}/.well-known/openid-configuration cannot be used, and tokens cannot be judged once the known keys are too old. "
            + "Its issuer is not the Authority option, character by character.", StringComparison.Ordinal));
    }

    private Task<RelyingApp> StartAsync() => RelyingApp.StartAsync(
        builder =>
        {
            builder.Logging.SetMinimumLevel(LogLevel.Trace).AddProvider(new Recorder(_lines));
            builder.Services.AddSingleton<TimeProvider>(Time);
            builder.Services.AddAuthentication().AddActorToken(o =>
            {
                (o.Authority, o.Resource, o.RequireHttpsMetadata) = (Authority.Issuer, RelyingApp.Resource, false);
                o.Introspection = new ActorTokenIntrospection { ClientId = "mail-api", ClientSecret = "s3cret" };
            });
            builder.Services.AddActorTokenAuthorization();
        },
        app => app.MapGet("/", () => "read").RequireScope("mail.read"));

    private sealed class Recorder(ConcurrentQueue<string> lines) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => new Line(categoryName, lines);

        public void Dispose()
        {
        }

        private sealed class Line(string category, ConcurrentQueue<string> lines) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                lines.Enqueue($"{logLevel} {category} {formatter(state, exception)} {exception}");
        }
    }
}
