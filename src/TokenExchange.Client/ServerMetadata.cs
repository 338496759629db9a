using System.Net;
using System.Text.Json;

namespace TokenExchange.Client;

/// <summary>What the server publishes about itself (RFC 8414). Read once, kept until it turns out to be wrong; a failed reading is not kept.</summary>
internal sealed class ServerMetadata(string authority, Backchannel backchannel)
{
    private readonly Lock _gate = new();
    private Task<Uri>? _reading;

    /// <summary>Where to exchange.</summary>
    /// <exception cref="TokenExchangeException">The metadata could not be read, is of another issuer, or names no endpoint a secret may be sent to.</exception>
    public Task<Uri> GetTokenEndpointAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_reading is null or { IsFaulted: true })
            {
                _reading = SharedWork.Start(ReadAsync);
            }

            return _reading.WaitAsync(cancellationToken);
        }
    }

    /// <summary>The endpoint did not work: the next exchange reads the metadata anew.</summary>
    public void Forget(Uri endpoint)
    {
        lock (_gate)
        {
            if (_reading is { IsCompletedSuccessfully: true } && ReferenceEquals(_reading.Result, endpoint))
            {
                _reading = null;
            }
        }
    }

    private async Task<Uri> ReadAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, authority.TrimEnd('/') + "/.well-known/oauth-authorization-server");
        var answer = await backchannel.SendAsync(request, CancellationToken.None);
        if (answer.StatusCode != HttpStatusCode.OK)
        {
            throw answer.Unusable($"answered {(int)answer.StatusCode} where the metadata of the authorization server (RFC 8414) was expected. Is Authority right?");
        }

        using var json = JsonAnswer.Parse(answer);

        // RFC 8414 §3.3: identical, or another server could answer in this one's name.
        var issuer = JsonAnswer.FindString(json, "issuer");
        if (!string.Equals(issuer, authority, StringComparison.Ordinal))
        {
            throw answer.Unusable($"is of the issuer '{JsonAnswer.Plain(issuer)}', but Authority is '{authority}'. Write Authority exactly as the server publishes its issuer; a slash more or less makes another.");
        }

        if (!Uri.TryCreate(JsonAnswer.FindString(json, "token_endpoint"), UriKind.Absolute, out var endpoint) || !Origin.TryOf(endpoint, out _))
        {
            throw answer.Unusable("names no token_endpoint that is an https URL (or http on loopback).");
        }

        return endpoint;
    }
}
