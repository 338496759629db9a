using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TokenExchange.Core.Policies;
using TokenExchange.Core.Tokens;
using TokenExchange.ResourceServer.Authority;

namespace TokenExchange.ResourceServer.Enforcement;

/// <summary>The policies of this app's resource: fetched, verified, compiled, and swapped as one; asked for again now and then, and at once when they have changed.</summary>
internal sealed class PolicySource : IDisposable
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);

    private readonly ActorTokenOptions _options;
    private readonly AuthorityApi _api;
    private readonly AuthorityDocuments _documents;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ResourceIndicator _resource;
    private readonly string _address;
    private readonly SemaphoreSlim _wanted = new(0, 1);

    private volatile Held? _held;

    public PolicySource(IOptions<ActorTokenOptions> options, AuthorityApi api, AuthorityDocuments documents, TimeProvider time, ILogger<PolicySource> logger)
    {
        (_options, _api, _documents, _time, _logger) = (options.Value, api, documents, time, logger);
        _resource = ResourceIndicator.Parse(_options.Resource!);
        _address = $"{_options.Authority!.TrimEnd('/')}/policies/bundle?resource={Uri.EscapeDataString(_options.Resource!)}";
    }

    /// <summary>The policies; null when there are none that are fresh enough to go by.</summary>
    public CompiledBundle? Current => _held is { } held && _time.GetElapsedTime(held.AskedAt) < _options.Enforcement!.MaxPolicyAge ? held.Bundle : null;

    /// <summary>The server says that they have changed.</summary>
    public void RequestRefresh()
    {
        try
        {
            _wanted.Release();
        }
        catch (SemaphoreFullException)
        {
            // Already wanted.
        }
    }

    /// <summary>Keeps them fresh until it is told to stop.</summary>
    public async Task FollowAsync(CancellationToken stop)
    {
        var quarter = _options.Enforcement!.MaxPolicyAge / 4;
        var pause = quarter < LongestPause ? quarter : LongestPause;
        while (true)
        {
            var fetched = await FetchAsync(stop);
            if (fetched)
            {
                using var next = CancellationTokenSource.CreateLinkedTokenSource(stop);
                var wanted = _wanted.WaitAsync(next.Token);
                await Task.WhenAny(wanted, Task.Delay(pause, _time, next.Token));
                await next.CancelAsync();
                await wanted.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                stop.ThrowIfCancellationRequested();
            }
            else
            {
                await Task.Delay(PauseAfterFailure, _time, stop);
            }
        }
    }

    /// <summary>Asks once; false when there is no answer that can be used.</summary>
    public async Task<bool> FetchAsync(CancellationToken cancel)
    {
        var askedAt = _time.GetTimestamp();
        var held = _held;
        using var response = await _api.SendAsync(() => Request(held?.Tag), patience: null, cancel);
        if (response?.StatusCode == HttpStatusCode.NotModified && held is not null)
        {
            _held = held with { AskedAt = askedAt };
            return true;
        }

        if (response?.StatusCode != HttpStatusCode.OK)
        {
            if (response is not null)
            {
                _logger.PoliciesRefused(_address, (int)response.StatusCode);

                // A clear no: this app no longer speaks for the resource, and is told of no revocation there either.
                _held = response.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.NotFound ? null : held;
            }

            return false;
        }

        if (await CompileAsync(await response.Content.ReadAsStringAsync(cancel), cancel) is not { } bundle)
        {
            _logger.PoliciesUnreadable(_address);
            return false;
        }

        _held = new Held(bundle, response.Headers.ETag, askedAt);
        _logger.PoliciesTaken(bundle.Policies.Version);
        return true;
    }

    public void Dispose() => _wanted.Dispose();

    private HttpRequestMessage Request(EntityTagHeaderValue? tag)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, _address);
        if (tag is not null)
        {
            request.Headers.IfNoneMatch.Add(tag);
        }

        return request;
    }

    // A newer server may know limits that this reader does not: what cannot be read in full is not gone by.
    private async Task<CompiledBundle?> CompileAsync(string text, CancellationToken cancel)
    {
        var claims = await _documents.ReadAsync(text, PolicyBundle.JwtType, a => ResourceIndicator.TryParse(a, out var resource) && resource.Equals(_resource), cancel);
        if (claims is not { } payload || !payload.TryGetProperty(PolicyBundle.Claim, out var json) || !PolicyBundle.TryRead(json, out var bundle))
        {
            return null;
        }

        try
        {
            return new CompiledBundle(bundle);
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            return null;
        }
    }

    private sealed record Held(CompiledBundle Bundle, EntityTagHeaderValue? Tag, long AskedAt);
}
