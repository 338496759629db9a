using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using TokenExchange.Core.Configuration;

namespace TokenExchange.Server.Tests.Fixtures;

/// <summary>The server executable as a process of its own, on loopback and by the real clock, over a folder that outlives it: it can be killed and started again.</summary>
internal sealed class KillableServer : IAsyncDisposable
{
    private const int MostLines = 200;

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _written = new();

    private KillableServer(Process process, string issuer)
    {
        (_process, Issuer) = (process, issuer);
        Http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(issuer) };
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Issuer { get; }

    public HttpClient Http { get; }

    public bool HasExited => _process.HasExited;

    /// <summary>Bytes of memory it holds now.</summary>
    public long WorkingSet
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>What it wrote last: errors only.</summary>
    public string Errors => string.Join(Environment.NewLine, _written);

    public static string DatabaseIn(string folder) => Path.Combine(folder, "exchange.db");

    /// <summary>Starts it in a folder and waits until it serves; a database that is there is used again.</summary>
    public static async Task<KillableServer> StartAsync(string folder, ExchangeConfiguration configuration, string issuer, params string[] settings)
    {
        var file = Path.Combine(folder, "configuration.json");
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(configuration, ConfigurationJson.Compact));
        var start = new ProcessStartInfo("dotnet",
        [
            Path.Combine(AppContext.BaseDirectory, "TokenExchange.Server.dll"), "--environment=Development", $"--urls={issuer}", $"--Exchange:Issuer={issuer}", $"--Exchange:Apply={file}",
            "--Logging:LogLevel:Default=Error", .. settings,
        ])
        {
            WorkingDirectory = folder, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.ForgetOurSettings();

        var server = new KillableServer(Process.Start(start)!, issuer);
        for (var patience = Stopwatch.StartNew(); patience.Elapsed < TimeSpan.FromMinutes(2) && !server.HasExited;)
        {
            try
            {
                using var ready = await server.Http.GetAsync("/health/ready");
                return server;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(50);
            }
        }

        await server.DisposeAsync();
        throw new TimeoutException($"It does not serve: {server.Errors}");
    }

    /// <summary>Ends it at once, as kill -9 does: no handler of its runs.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        _written.Enqueue(line.Data ?? string.Empty);
        while (_written.Count > MostLines)
        {
            _written.TryDequeue(out _);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }
}
