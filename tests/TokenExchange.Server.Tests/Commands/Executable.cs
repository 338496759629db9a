using System.Collections.Concurrent;
using System.Diagnostics;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Commands;

/// <summary>The real executable, run in a folder of its own as somebody at a terminal would.</summary>
internal sealed class Executable : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("tokenexchange-test-").FullName;

    public string Write(string file, string content)
    {
        File.WriteAllText(Path.Combine(Folder, file), content);
        return file;
    }

    /// <summary>Runs a command to its end, in Development.</summary>
    public async Task<Ended> RunAsync(params string[] arguments)
    {
        using var process = Start(["--environment=Development", .. arguments]);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException e)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{string.Join(' ', arguments)} did not end.", e);
        }

        return new Ended(process.ExitCode, await output, await error);
    }

    /// <summary>Serves until the returned server is disposed of.</summary>
    public async Task<Serving> ServeAsync(params string[] arguments)
    {
        var address = new Uri($"http://127.0.0.1:{RunningServer.FreePort()}");
        var process = Start(["--environment=Development", $"--urls={address}", .. arguments]);
        var output = new ConcurrentQueue<string>();
        process.OutputDataReceived += (_, line) => output.Enqueue(line.Data ?? string.Empty);
        process.BeginOutputReadLine();
        var error = process.StandardError.ReadToEndAsync();
        var http = new HttpClient { BaseAddress = address };
        for (var patience = Stopwatch.StartNew(); patience.Elapsed < TimeSpan.FromMinutes(2) && !process.HasExited;)
        {
            try
            {
                await http.GetAsync("/health/live");
                return new Serving(process, http, output);
            }
            catch (HttpRequestException)
            {
                await Task.Delay(50);
            }
        }

        process.Kill(entireProcessTree: true);
        throw new TimeoutException($"It does not serve: {await error}");
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private Process Start(string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "TokenExchange.Server.dll"), .. arguments])
        {
            WorkingDirectory = Folder, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.ForgetOurSettings();

        return Process.Start(start)!;
    }

    internal sealed record Ended(int ExitCode, string Output, string Error);

    internal sealed class Serving(Process process, HttpClient http, ConcurrentQueue<string> output) : IAsyncDisposable
    {
        public HttpClient Http => http;

        /// <summary>What it has written to its console so far.</summary>
        public string Output => string.Join('\n', output);

        /// <summary>The first line it writes that holds this.</summary>
        public async Task<string> LineAsync(string part)
        {
            for (var patience = Stopwatch.StartNew(); patience.Elapsed < TimeSpan.FromMinutes(1); await Task.Delay(50))
            {
                if (output.FirstOrDefault(l => l.Contains(part, StringComparison.Ordinal)) is { } line)
                {
                    return line;
                }
            }

            throw new TimeoutException($"It does not say '{part}': {Output}");
        }

        public async ValueTask DisposeAsync()
        {
            http.Dispose();
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }
}
