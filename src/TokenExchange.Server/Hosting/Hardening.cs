using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Options;
using TokenExchange.Server.Clients;
using TokenExchange.Server.Exchange;
using TokenExchange.Server.Limits;
using TokenExchange.Server.Settings;
using TokenExchange.Server.Web;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Server.Hosting;

/// <summary>What stands before every request: bounds on what is read, who is believed about addresses, the headers of every answer, and how often one may ask.</summary>
internal static class Hardening
{
    // A request holds at most two tokens of 16 Ki characters and a few short parameters.
    private const int MaxBody = 128 * 1024;
    private const int MaxParameters = 64;

    private static readonly object UnreadableHost = new();

    public static void AddHardening(this WebApplicationBuilder builder)
    {
        // A line ends in CR LF: where a proxy in front sees no end, there must be none (RFC 9112 §2.2 leaves the choice).
        AppContext.SetSwitch("Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators", isEnabled: true);
        builder.WebHost.ConfigureKestrel(Bound);
        builder.Services.Configure<FormOptions>(form =>
        {
            form.ValueCountLimit = MaxParameters;
            form.KeyLengthLimit = 256;
            form.ValueLengthLimit = MaxBody;
        });
        builder.Services.AddOptions<ForwardedHeadersOptions>().Configure<IOptions<ProxySettings>>(Believe);
        builder.Services.AddSingleton<RequestLimits>();
    }

    public static void UseHardening(this WebApplication app)
    {
        app.Use(ReadHost);
        app.UseWhen(http => !WebSetup.IsPage(http), api => api.UseSecurityHeaders(new HeaderPolicyCollection().AddDefaultApiSecurityHeaders()));
        app.UseWhen(WebSetup.IsPage, pages => pages.UseSecurityHeaders(PageHeaders()));
        app.UseForwardedHeaders();
    }

    /// <summary>Refuses an address that asks too often, before anything is read of its request. Health is exempt: whoever watches must not be shut out by a flood.</summary>
    public static void UseAddressLimit(this WebApplication app) => app.Use(async (http, next) =>
    {
        var limits = http.RequestServices.GetRequiredService<RequestLimits>();
        if (http.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal) || limits.RetryAfterOfAddress(http.Connection.RemoteIpAddress) is not { } wait)
        {
            await next(http);
            return;
        }

        var source = http.Connection.RemoteIpAddress?.ToString();
        var error = RefusalWire.For(RefusalReason.TooManyRequests);
        if (limits.IsWorthARecord($"address {RequestLimits.Neighbourhood(http.Connection.RemoteIpAddress)}"))
        {
            await http.RequestServices.GetRequiredService<ExchangeLedger>().RecordAsync(
                new ExchangeRecord { At = http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow(), Kind = RecordKind.Refusal, Reason = error.Code, Source = source, Detail = "the address" },
                CancellationToken.None);
        }

        http.Response.Headers.RetryAfter = RequestLimits.Seconds(wait);
        await ErrorJson.WriteAsync(http, error.Status, error.Error, error.Description, error.Code);
    });

    /// <summary>
    /// Refuses a body whose end another server on the way could see elsewhere: of the transfer codings HTTP/1.1's one <c>chunked</c> is taken and nothing else
    /// (RFC 9112 §6.1), and the connection ends.
    /// </summary>
    public static void UseStrictFraming(this WebApplication app) => app.Use((http, next) =>
    {
        if (http.Items.ContainsKey(UnreadableHost))
        {
            throw new Microsoft.AspNetCore.Http.BadHttpRequestException("Unreadable Host.", StatusCodes.Status400BadRequest);
        }

        if (http.Request.Headers.TransferEncoding is { Count: > 0 } codings
            && !(HttpProtocol.IsHttp11(http.Request.Protocol) && codings is [{ } coding] && coding.Equals("chunked", StringComparison.OrdinalIgnoreCase)))
        {
            // Said at the last moment: what becomes of an exception begins with clearing the headers.
            http.Response.OnStarting(() =>
            {
                if (!HttpProtocol.IsHttp2(http.Request.Protocol))
                {
                    http.Response.Headers.Connection = "close";
                }

                return Task.CompletedTask;
            });
            throw new Microsoft.AspNetCore.Http.BadHttpRequestException("Unsupported Transfer-Encoding.", StatusCodes.Status400BadRequest);
        }

        return next(http);
    });

    // Nothing from elsewhere, nothing inline, in nobody's frame. Forms go back to this server only.
    private static HeaderPolicyCollection PageHeaders() => new HeaderPolicyCollection()
        .AddDefaultSecurityHeaders()
        .RemoveServerHeader()
        .AddCrossOriginOpenerPolicy(policy => policy.SameOrigin())
        .AddCrossOriginResourcePolicy(policy => policy.SameOrigin())
        .AddReferrerPolicyNoReferrer()
        .AddContentSecurityPolicy(csp =>
        {
            csp.AddDefaultSrc().None();
            csp.AddScriptSrc().Self();
            csp.AddStyleSrc().Self();
            csp.AddImgSrc().Self().Data();
            csp.AddConnectSrc().Self();
            csp.AddFormAction().Self();
            csp.AddBaseUri().None();
            csp.AddFrameAncestors().None();
        });

    // A name that is no name throws wherever the host is looked at, answers to errors included: it is looked at once, here, and refused further on.
    private static Task ReadHost(HttpContext http, RequestDelegate next)
    {
        try
        {
            _ = http.Request.Host;
        }
        catch (ArgumentException)
        {
            http.Request.Headers.Host = string.Empty;
            http.Items[UnreadableHost] = true;
        }

        return next(http);
    }

    private static void Bound(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.AllowSynchronousIO = false;
        kestrel.Limits.MaxRequestBodySize = MaxBody;
        kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
        kestrel.Limits.MaxRequestHeaderCount = 64;
        kestrel.Limits.MaxRequestLineSize = 4 * 1024;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 500, gracePeriod: TimeSpan.FromSeconds(5));
        kestrel.Limits.Http2.MaxStreamsPerConnection = 100;
        kestrel.ConfigureHttpsDefaults(https => AskForCertificates(https, kestrel.ApplicationServices));
    }

    // Asked for, not required, and judged when a request wants to authenticate with it. Nothing is fetched to build its chain.
    private static void AskForCertificates(HttpsConnectionAdapterOptions https, IServiceProvider services)
    {
        var certificates = services.GetRequiredService<ClientCertificates>();
        if (!certificates.Available)
        {
            return;
        }

        https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
        https.CheckCertificateRevocation = false;
        https.AllowAnyClientCertificate();
        var clock = services.GetRequiredService<TimeProvider>();
        https.OnAuthenticate = (_, tls) => tls.CertificateChainPolicy = certificates.Policy(clock.GetUtcNow());
    }

    // Only the listed proxies are believed, however many stand in line; whoever they forward for is not.
    private static void Believe(ForwardedHeadersOptions options, IOptions<ProxySettings> settings)
    {
        var proxies = settings.Value.Networks;
        options.ForwardedHeaders = proxies.Count > 0 ? ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto : ForwardedHeaders.None;
        options.ForwardLimit = null;
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in proxies)
        {
            options.KnownIPNetworks.Add(network);
        }
    }
}
