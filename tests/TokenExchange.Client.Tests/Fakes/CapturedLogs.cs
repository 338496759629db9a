using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace TokenExchange.Client.Tests.Fakes;

/// <summary>Keeps every log entry of every category and level, with its state and exception, as text.</summary>
public sealed class CapturedLogs : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> _entries = [];

    public string Text => string.Join('\n', _entries);

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
    {
        _entries.Enqueue($"scope {state}");
        return null;
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var values = state is IEnumerable<KeyValuePair<string, object?>> pairs ? string.Join(", ", pairs) : string.Empty;
        _entries.Enqueue($"{logLevel} {formatter(state, exception)} [{values}] {exception}");
    }

    public void Dispose()
    {
    }
}
