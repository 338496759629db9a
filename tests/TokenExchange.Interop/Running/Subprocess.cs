using System.Diagnostics;
using System.Text;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Interop.Running;

/// <summary>A process of somebody else's program: its output is read all the time, and it is gone, with its children, when this is disposed of.</summary>
internal sealed class Subprocess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();

    private Subprocess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Append(_output, line.Data);
        process.ErrorDataReceived += (_, line) => Append(_error, line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Runs a program to its end.</summary>
    public static async Task<Ended> RunAsync(string program, IEnumerable<string> arguments, string folder, IReadOnlyDictionary<string, string>? environment = null)
    {
        await using var process = Start(program, arguments, folder, environment);
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await process._process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException e)
        {
            throw new TimeoutException($"{program} did not end.", e);
        }

        return new Ended(process._process.ExitCode, Text(process._output), Text(process._error));
    }

    /// <summary>Starts a program and returns once an address answers, whatever it answers.</summary>
    public static async Task<Subprocess> ServeAsync(string program, IEnumerable<string> arguments, string folder, Uri address)
    {
        var process = Start(program, arguments, folder, environment: null);
        using var http = new HttpClient();
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < Patience && !process._process.HasExited;)
        {
            try
            {
                using var response = await http.GetAsync(address);
                return process;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(50);
            }
        }

        await process.DisposeAsync();
        throw new InvalidOperationException($"{program} does not serve {address}: {Text(process._output)}{Text(process._error)}");
    }

    /// <summary>Starts a program and goes on while it runs.</summary>
    public static Subprocess Begin(string program, IEnumerable<string> arguments, string folder, IReadOnlyDictionary<string, string> environment) => Start(program, arguments, folder, environment);

    /// <summary>What it has written by the time it has written this.</summary>
    public async Task<string> OutputWithAsync(string text)
    {
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < Patience && !_process.HasExited && !Text(_output).Contains(text, StringComparison.Ordinal);)
        {
            await Task.Delay(50);
        }

        return Text(_output) + Text(_error);
    }

    /// <summary>Asks it to end, as Ctrl-C does, and waits until it has.</summary>
    public async Task<int> InterruptAsync()
    {
        using var kill = Process.Start("kill", ["-INT", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        using var patience = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static Subprocess Start(string program, IEnumerable<string> arguments, string folder, IReadOnlyDictionary<string, string>? environment)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ForgetOurSettings();

        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            start.Environment[name] = value;
        }

        return new Subprocess(new Process { StartInfo = start });
    }

    private static void Append(StringBuilder text, string? line)
    {
        lock (text)
        {
            text.Append(line).Append('\n');
        }
    }

    private static string Text(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString().Trim();
        }
    }

    internal sealed record Ended(int ExitCode, string Output, string Error);
}
