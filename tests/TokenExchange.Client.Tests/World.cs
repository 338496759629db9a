using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using TokenExchange.Client.Tests.Fakes;

namespace TokenExchange.Client.Tests;

/// <summary>An authorization server, a relying app, a clock that stands still, and clients that know them.</summary>
public sealed class World : IAsyncDisposable
{
    public const string Secret = "s3cret/+ %:ü";
    public const string Alice = "eyJhbGljZSI.assertion-of-alice.c2ln";
    public const string Bob = "eyJib2IiOjE.assertion-of-bob.c2ln";

    private readonly List<ServiceProvider> _providers = [];

    public FakeAuthorizationServer Server { get; } = new();

    public FakeRelyingApp Mail { get; } = new();

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.Parse("2026-03-01T09:00:00Z"));

    public CapturedLogs Logs { get; } = new();

    /// <summary>An HTTP client of an agent: inbox-agent, for the mail app, in Alice's name unless the request says otherwise.</summary>
    public HttpClient Client(Action<ActorTokenOptions>? more = null, Action<IHttpClientBuilder>? outer = null)
    {
        var services = Services();
        var builder = services.AddHttpClient("mail");
        outer?.Invoke(builder);
        builder.AddActorToken(o =>
        {
            Identify(o);
            o.Resource = Mail.Url;
            o.Purpose = "inbox.triage";
            o.Scopes = ["mail.read"];
            o.SubjectToken = (_, _) => ValueTask.FromResult(SubjectToken.Jwt(Alice));
            more?.Invoke(o);
        });
        var client = Build(services).GetRequiredService<IHttpClientFactory>().CreateClient("mail");
        client.BaseAddress = new Uri(Mail.Url);
        return client;
    }

    public TokenExchangeClient Bare(Action<TokenExchangeClientOptions>? more = null)
    {
        var services = Services();
        services.AddTokenExchangeClient(o =>
        {
            Identify(o);
            more?.Invoke(o);
        });
        return Build(services).GetRequiredService<TokenExchangeClient>();
    }

    /// <summary>What an agent asks for when a test does not care.</summary>
    public ExchangeParameters Asked => new(SubjectToken.Jwt(Alice), Mail.Url) { Purpose = "inbox.triage", Scopes = ["mail.read"] };

    public static HttpRequestMessage GetAs(string assertion)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/messages");
        request.SetSubjectToken(SubjectToken.Jwt(assertion));
        return request;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var provider in _providers)
        {
            await provider.DisposeAsync();
        }

        await Server.DisposeAsync();
        await Mail.DisposeAsync();
    }

    private void Identify(TokenExchangeClientOptions o) => (o.Authority, o.ClientId, o.ClientSecret) = (Server.Url, "inbox-agent", Secret);

    private ServiceCollection Services()
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(Time);
        services.AddLogging(l => l.SetMinimumLevel(LogLevel.Trace).AddProvider(Logs));
        return services;
    }

    private ServiceProvider Build(ServiceCollection services)
    {
        var provider = services.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true, ValidateOnBuild = true });
        _providers.Add(provider);
        return provider;
    }
}
