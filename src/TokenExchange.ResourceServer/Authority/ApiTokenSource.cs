using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace TokenExchange.ResourceServer.Authority;

/// <summary>This app's token for the server's own API (RFC 6749 §4.4), kept until shortly before it expires. Whoever asks meanwhile waits for the same one.</summary>
internal sealed class ApiTokenSource(IOptions<ActorTokenOptions> options, AuthorityMetadata metadata, Backchannel backchannel, TimeProvider time, ILogger<ApiTokenSource> logger)
{
    // A call that begins with a token that is about to expire would be refused on its way.
    private static readonly TimeSpan Reserve = TimeSpan.FromSeconds(30);

    // After a refusal or an outage the next question, of however many that wait, is asked a little later.
    private static readonly TimeSpan Gap = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private Task<Kept> _latest = Task.FromResult(new Kept(null, 0, TimeSpan.Zero));

    /// <summary>The token; null when it cannot be had now.</summary>
    public async Task<string?> GetAsync(CancellationToken cancel)
    {
        Task<Kept> latest;
        lock (_gate)
        {
            if (_latest.IsCompleted && time.GetElapsedTime(_latest.Result.AskedAt) >= _latest.Result.GoodFor)
            {
                _latest = Task.Run(AskAsync, CancellationToken.None);
            }

            latest = _latest;
        }

        return (await latest.WaitAsync(cancel)).Token;
    }

    /// <summary>The server did not take this token: the next call gets another one.</summary>
    public void Forget(string token)
    {
        lock (_gate)
        {
            if (_latest.IsCompletedSuccessfully && string.Equals(_latest.Result.Token, token, StringComparison.Ordinal))
            {
                _latest = Task.FromResult(new Kept(null, 0, TimeSpan.Zero));
            }
        }
    }

    private async Task<Kept> AskAsync()
    {
        var askedAt = time.GetTimestamp();
        var failed = new Kept(null, askedAt, Gap);
        if (await metadata.FindAsync(CancellationToken.None) is not { } found)
        {
            return failed;
        }

        try
        {
            var enforcement = options.Value.Enforcement!;
            using var request = new HttpRequestMessage(HttpMethod.Post, found.TokenEndpoint);
            request.Headers.Authorization = ClientSecretBasic.Header(enforcement.ClientId, enforcement.ClientSecret);
            request.Content = new FormUrlEncodedContent([new("grant_type", "client_credentials")]);
            using var response = await backchannel.Http.SendAsync(request, CancellationToken.None);
            if (response.StatusCode != HttpStatusCode.OK || Read(await response.Content.ReadAsByteArrayAsync(CancellationToken.None)) is not var (token, lifetime))
            {
                logger.ApiTokenRefused(found.TokenEndpoint, (int)response.StatusCode);
                return failed;
            }

            return new Kept(token, askedAt, lifetime > Reserve + Gap ? lifetime - Reserve : Gap);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            logger.ApiTokenUnreachable(e, found.TokenEndpoint);
            return failed;
        }
    }

    private static (string Token, TimeSpan Lifetime)? Read(byte[] json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return document.RootElement is { ValueKind: JsonValueKind.Object } answer
                && answer.TryGetProperty("access_token", out var token) && token.ValueKind == JsonValueKind.String
                && answer.TryGetProperty("expires_in", out var seconds) && seconds.TryGetInt32(out var lifetime) && lifetime > 0
                    ? (token.GetString()!, TimeSpan.FromSeconds(lifetime))
                    : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private sealed record Kept(string? Token, long AskedAt, TimeSpan GoodFor);
}
