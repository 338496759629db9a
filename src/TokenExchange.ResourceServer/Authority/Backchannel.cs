using Microsoft.Extensions.Options;

namespace TokenExchange.ResourceServer.Authority;

/// <summary>The one way in which this package calls the authority.</summary>
internal sealed class Backchannel : IDisposable
{
    // Metadata, key sets and introspection answers are a few kilobytes; more than this is a mistake or an attack on memory.
    private const int MaxResponseLength = 1024 * 1024;

    public Backchannel(IOptions<ActorTokenOptions> options)
    {
        var own = options.Value.BackchannelHttpHandler;
        Http = new HttpClient(own ?? CreateHandler(), disposeHandler: own is null)
        {
            Timeout = options.Value.BackchannelTimeout,
            MaxResponseContentBufferSize = MaxResponseLength,
        };
    }

    public HttpClient Http { get; }

    public void Dispose() => Http.Dispose();

    // Connections are renewed now and then, or a moved host name would never be noticed.
    private static SocketsHttpHandler CreateHandler() => new() { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
}
