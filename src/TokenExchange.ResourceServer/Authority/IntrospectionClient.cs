using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TokenExchange.ResourceServer.Validation;

namespace TokenExchange.ResourceServer.Authority;

/// <summary>Asks the authority whether a token that was found good offline is still good (RFC 7662).</summary>
internal sealed class IntrospectionClient(IOptions<ActorTokenOptions> options, AuthorityMetadata metadata, Backchannel backchannel, ILogger<IntrospectionClient> logger)
{
    /// <summary>Null when the token is active. Everything but a clear answer counts as no answer, and no answer is no access.</summary>
    public async Task<TokenRefusal?> AskAsync(string token, CancellationToken cancel)
    {
        var endpoint = (await metadata.GetConfigurationAsync(cancel)).IntrospectionEndpoint;
        try
        {
            using var request = CreateRequest(endpoint, token);
            using var response = await backchannel.Http.SendAsync(request, cancel);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                // A 401 here is about this app's own credentials, so the caller's token is not to blame.
                logger.IntrospectionRefused(endpoint, (int)response.StatusCode);
                return TokenRefusal.AuthorityUnavailable;
            }

            switch (ReadActive(await response.Content.ReadAsByteArrayAsync(cancel)))
            {
                case true:
                    return null;
                case false:
                    return TokenRefusal.Revoked;
                default:
                    logger.IntrospectionUnreadable(endpoint);
                    return TokenRefusal.AuthorityUnavailable;
            }
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            logger.IntrospectionUnreachable(e, endpoint);
            return TokenRefusal.AuthorityUnavailable;
        }
    }

    private HttpRequestMessage CreateRequest(string endpoint, string token)
    {
        var credentials = options.Value.Introspection!;
        return new HttpRequestMessage(HttpMethod.Post, endpoint)
        {
            Headers =
            {
                Authorization = ClientSecretBasic.Header(credentials.ClientId, credentials.ClientSecret),
                Accept = { new MediaTypeWithQualityHeaderValue("application/json") },
            },
            Content = new FormUrlEncodedContent([new("token", token), new("token_type_hint", "access_token")]),
        };
    }

    // RFC 7662 §2.2: active is the one required member, a boolean. Null: the answer cannot be read.
    private static bool? ReadActive(byte[] json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("active", out var active)
                ? active.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null }
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
