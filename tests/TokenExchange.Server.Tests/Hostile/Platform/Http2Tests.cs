using System.Net;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Hostile.Platform;

/// <summary>What cannot be read is refused over HTTP/2 as it is over HTTP/1.1: never with an answer that says it was done.</summary>
public sealed class Http2Tests : IAsyncLifetime
{
    private readonly int _port = RunningServer.FreePort();
    private RunningServer _server = null!;
    private HttpClient _http = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync(customize: b =>
        {
            b.Configuration["Kestrel:Endpoints:Http:Url"] = b.Configuration["urls"];
            b.Configuration["Kestrel:Endpoints:Two:Url"] = $"http://127.0.0.1:{_port}";
            b.Configuration["Kestrel:Endpoints:Two:Protocols"] = "Http2";
        });
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_port}"), DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("/token")]
    [InlineData("/introspect")]
    [InlineData("/revoke")]
    [InlineData("/health/ready")]
    [InlineData("/jwks")]
    [InlineData("/nothing")]
    public async Task A_host_that_cannot_be_read_is_refused_and_on_record(string path)
    {
        var before = await Books.OpenAsync(_server);
        using var request = new HttpRequestMessage(path[1] is 't' or 'i' or 'r' ? HttpMethod.Post : HttpMethod.Get, path) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.TryAddWithoutValidation("Host", "xn--");

        using var response = await _http.SendAsync(request);

        ((int)response.StatusCode).ShouldBe(400);
        (await response.Content.ReadAsStringAsync()).ShouldBe($$"""{"error":"invalid_request","error_description":"The request is not a well-formed token request.","error_uri":"{{_server.Issuer}}/errors/malformed_request"}""");
        (await Books.OpenAsync(_server)).ShouldBe(before with { Records = before.Records + 1 });
        (await _server.LastRecordAsync()).Detail.ShouldBe("the body is too large or cannot be read");
    }

    [Theory]
    [InlineData("/token")]
    [InlineData("/introspect")]
    [InlineData("/revoke")]
    public async Task A_body_that_is_too_large_is_refused_and_on_record(string path)
    {
        var token = await _server.FirstTokenAsync();
        var before = await Books.OpenAsync(_server);
        using var body = Form(("token", token), ("padding", new string('x', 140_000)));

        using var response = await _http.PostAsync(path, body);

        ((int)response.StatusCode).ShouldBe(413);
        (await Books.OpenAsync(_server)).ShouldBe(before with { Records = before.Records + 1 });
        (await _server.IntrospectAsync(token)).Body.ShouldContain("\"active\":true", Case.Sensitive, "it was not revoked, and was not said to be");
    }

    [Fact]
    public async Task What_can_be_read_is_done()
    {
        var token = await _server.FirstTokenAsync();
        using var body = Form(("token", token));

        using var response = await _http.PostAsync("/revoke", body);

        ((int)response.StatusCode).ShouldBe(200);
        (await _server.IntrospectAsync(token)).Body.ShouldBe("""{"active":false}""");
    }

    [Fact]
    public async Task Who_resets_the_stream_in_the_middle_of_a_body_is_on_record()
    {
        var before = await Books.OpenAsync(_server);
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        using var body = new Stalling();
        body.Headers.TryAddWithoutValidation("Content-Type", "application/x-www-form-urlencoded");

        await Should.ThrowAsync<OperationCanceledException>(() => _http.PostAsync("/token", body, stop.Token));

        for (var i = 0; i < 400 && await Books.OpenAsync(_server) == before; i++)
        {
            await Task.Delay(25);
        }

        (await Books.OpenAsync(_server)).ShouldBe(before with { Records = before.Records + 1 });
        (await _server.LastRecordAsync()).Reason.ShouldBe("malformed_request");
    }

    private static FormUrlEncodedContent Form(params (string Name, string Value)[] form) =>
        new([new("client_id", World.InboxAgent), new("client_secret", World.Secret), new("grant_type", GrantTypes.TokenExchange), .. form.Select(p => KeyValuePair.Create(p.Name, p.Value))]);

    // Sends a few bytes and then nothing, for as long as anybody waits.
    private sealed class Stalling : HttpContent
    {
        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, default);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.WriteAsync("a=b"u8.ToArray(), cancellationToken);
            await stream.FlushAsync(cancellationToken);
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
    }
}
