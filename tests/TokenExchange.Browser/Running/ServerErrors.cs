using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace TokenExchange.Browser.Running;

/// <summary>What a server wrote into its log as an error: whatever people send, that is a bug of its own.</summary>
public sealed class ServerErrors : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> _errors = new();

    /// <summary>In the order they came.</summary>
    public IReadOnlyList<string> All => [.. _errors];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel) && formatter is not null)
        {
            _errors.Enqueue($"{formatter(state, exception)} {exception}");
        }
    }

    public void Dispose()
    {
    }
}
