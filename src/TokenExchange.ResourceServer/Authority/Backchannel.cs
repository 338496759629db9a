using Microsoft.Extensions.Options;

namespace TokenExchange.ResourceServer.Authority;

/// <summary>The one way in which this package calls the authority.</summary>
internal sealed class Backchannel : IDisposable
{
    // Metadata, key sets and introspection answers are a few kilobytes; more than this is a mistake or an attack on memory.
    private const int MaxResponseLength = 1024 * 1024;

    private readonly HttpClient _patient;

    public Backchannel(IOptions<ActorTokenOptions> options)
    {
        var own = options.Value.BackchannelHttpHandler;
        var handler = own ?? CreateHandler();
        Http = new HttpClient(handler, disposeHandler: own is null) { Timeout = options.Value.BackchannelTimeout, MaxResponseContentBufferSize = MaxResponseLength };
        _patient = new HttpClient(handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = MaxResponseLength };
    }

    public HttpClient Http { get; }

    /// <summary>Sends, and waits for the whole answer as long as is said; null means as long as for any call.</summary>
    /// <exception cref="HttpRequestException">Nobody answered.</exception>
    /// <exception cref="OperationCanceledException">Not in time, or no longer wanted.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, TimeSpan? patience, CancellationToken cancel)
    {
        if (patience is not { } time)
        {
            return await Http.SendAsync(request, cancel);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(time);
        return await _patient.SendAsync(request, limit.Token);
    }

    public void Dispose()
    {
        _patient.Dispose();
        Http.Dispose();
    }

    // Connections are renewed now and then, or a moved host name would never be noticed.
    private static SocketsHttpHandler CreateHandler() => new() { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
}
