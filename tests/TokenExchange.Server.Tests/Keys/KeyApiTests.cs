using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;
using TokenExchange.Server.Keys;
using TokenExchange.Server.Tests.Fixtures;
using static TokenExchange.Server.Tests.Keys.KeyWorld;

namespace TokenExchange.Server.Tests.Keys;

/// <summary>The keys over HTTP: their lives are told, they themselves never.</summary>
public sealed class KeyApiTests : IAsyncLifetime
{
    private readonly Lines _lines = new();
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await RunningServer.StartAsync(World.WithOps(World.Configuration), builder =>
    {
        builder.Configuration["Logging:LogLevel:Default"] = "Trace";
        builder.Configuration["Logging:Lines:LogLevel:Default"] = "Trace";
        builder.Logging.ClearProviders().AddProvider(_lines);
    });

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _lines.Dispose();
    }

    [Fact]
    public async Task The_list_is_exactly_this()
    {
        var first = await _server.ActiveKeyAsync();

        (await ListAsync()).ShouldBe(
            $$"""{"keys":[{"keyId":"{{first}}","algorithm":"ES256","state":"active","createdAt":"2026-03-02T10:00:00.5+00:00","activeFrom":"2026-03-02T10:00:00.5+00:00"}]}""");

        var next = await _server.RotateAsync();
        (await ListAsync()).ShouldBe(
            $$"""{"keys":[{"keyId":"{{next.KeyId}}","algorithm":"ES256","state":"next","createdAt":"2026-03-02T10:00:00.5+00:00","activeFrom":"2026-03-02T10:10:00.5+00:00"},"""
            + $$"""{"keyId":"{{first}}","algorithm":"ES256","state":"active","createdAt":"2026-03-02T10:00:00.5+00:00","activeFrom":"2026-03-02T10:00:00.5+00:00","retiredAt":"2026-03-02T10:10:00.5+00:00","publishedUntil":"2026-03-02T11:15:00.5+00:00"}]}""");
    }

    [Theory]
    [InlineData(null, "2026-03-02T10:10:00.5")]
    [InlineData("{}", "2026-03-02T10:10:00.5")]
    [InlineData("""{"lead":"2.00:00:00"}""", "2026-03-04T10:00:00.5")]
    public async Task A_rotation_answers_with_the_next_key(string? body, string activeFrom)
    {
        var answer = await RotateAsync(body);

        var next = (await KeyIdsAsync(_server.Http))[1];
        (answer.Status, answer.Body).ShouldBe(
            (200, $$"""{"key":{"keyId":"{{next}}","algorithm":"ES256","state":"next","createdAt":"2026-03-02T10:00:00.5+00:00","activeFrom":"{{activeFrom}}+00:00"},"withdrawn":[]}"""));
    }

    [Fact]
    public async Task A_second_rotation_is_a_conflict()
    {
        await RotateAsync(null);

        var answer = await RotateAsync(null);

        var next = (await KeyIdsAsync(_server.Http))[1];
        (answer.Status, (string)answer.Json["detail"]!, (string)answer.Json["key"]!["keyId"]!).ShouldBe((409, "A next key is waiting for its time already. Nothing was changed.", next));
    }

    [Fact]
    public async Task At_once_answers_with_the_new_key_and_those_that_were_withdrawn_and_ends_the_callers_own_token()
    {
        var first = await _server.ActiveKeyAsync();
        var token = await _server.ApiTokenAsync("admin.keys");

        var answer = await _server.ApiAsync(HttpMethod.Post, "/admin/api/keys/rotation", token, """{"atOnce":true}""");

        var key = (await KeyIdsAsync(_server.Http)).Single();
        (answer.Status, answer.Body).ShouldBe(
            (200, $$"""{"key":{"keyId":"{{key}}","algorithm":"ES256","state":"active","createdAt":"2026-03-02T10:00:00.5+00:00","activeFrom":"2026-03-02T10:00:00.5+00:00"},"withdrawn":["{{first}}"]}"""));
        (await _server.ApiAsync(HttpMethod.Post, "/admin/api/keys/rotation", token)).Status.ShouldBe(401);
        (await _server.LastRecordAsync()).Reason.ShouldBe("invalid_token");
    }

    [Theory]
    [InlineData("""{"lead":"00:09:59"}""", "lead", "write a duration from 00:10:00 to 30.00:00:00, or leave it out")]
    [InlineData("""{"lead":"30.00:00:01"}""", "lead", "write a duration from 00:10:00 to 30.00:00:00, or leave it out")]
    [InlineData("""{"lead":"00:10:00","atOnce":true}""", "lead", "leave it out with atOnce: the new key signs immediately")]
    [InlineData("""{"now":true}""", "now", "is not a member; write one of lead, atOnce")]
    public async Task What_cannot_be_is_refused_and_changes_nothing(string body, string member, string message)
    {
        var answer = await RotateAsync(body);

        (answer.Status, answer.Json["errors"]!.ToJsonString()).ShouldBe((400, $$"""{"{{member}}":["{{message}}"]}"""));
        (await KeyIdsAsync(_server.Http)).Length.ShouldBe(1);
    }

    [Fact]
    public async Task Nothing_of_a_private_key_is_in_an_answer_a_log_a_record_or_the_database()
    {
        var answers = new List<string>();
        var keys = _server.Services.GetRequiredService<SigningKeys>();
        var opened = new List<ECDsaSecurityKey>();
        foreach (var body in new[] { null, """{"atOnce":true}""", null })
        {
            answers.Add((await RotateAsync(body)).Body);
            answers.Add(await ListAsync());
            answers.Add(await _server.Http.GetStringAsync("/jwks"));
            opened.AddRange((await keys.CurrentAsync(default)).Published(_server.Now));
        }

        answers.AddRange((await _server.RecordsAsync()).Select(r => r.ToString()));
        var distinct = opened.DistinctBy(k => k.KeyId, StringComparer.Ordinal).ToList();
        distinct.Count.ShouldBe(4);
        _lines.All.ShouldContain(l => l.Contains("INSERT INTO \"SigningKeys\"", StringComparison.Ordinal));
        SqliteConnection.ClearAllPools();
        var files = await Task.WhenAll(Directory.GetFiles(Path.GetDirectoryName(_server.DatabasePath)!, "exchange.db*").Select(f => ReadSharedAsync(f)));
        foreach (var secret in distinct.Select(k => k.ECDsa.ExportParameters(includePrivateParameters: true).D!))
        {
            string[] spellings = [Base64UrlEncoder.Encode(secret), Convert.ToBase64String(secret)[..40], Convert.ToHexString(secret), Convert.ToHexStringLower(secret)];
            answers.Concat(_lines.All).Where(t => spellings.Any(s => t.Contains(s, StringComparison.Ordinal))).ShouldBeEmpty();
            Array.Exists(files, f => f.AsSpan().IndexOf(secret) >= 0).ShouldBeFalse();
        }

        answers.ShouldAllBe(a => !a.Contains("\"d\"", StringComparison.Ordinal) && !a.Contains("rotected", StringComparison.Ordinal));
    }

    private static async Task<byte[]> ReadSharedAsync(string file)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy);
        return copy.ToArray();
    }

    private async Task<string> ListAsync() => (await _server.ApiAsync(HttpMethod.Get, "/admin/api/keys", await _server.ApiTokenAsync("admin.read"))).Body;

    private async Task<Answer> RotateAsync(string? body) => await _server.ApiAsync(HttpMethod.Post, "/admin/api/keys/rotation", await _server.ApiTokenAsync("admin.keys"), body);

    [ProviderAlias("Lines")]
    private sealed class Lines : ILoggerProvider
    {
        public ConcurrentBag<string> All { get; } = [];

        public ILogger CreateLogger(string categoryName) => new Logger(this);

        public void Dispose()
        {
        }

        private sealed class Logger(Lines lines) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => lines.All.Add($"{formatter(state, exception)} {exception}");
        }
    }
}
