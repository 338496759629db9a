using Microsoft.Extensions.Logging;

namespace TokenExchange.Architecture.Tests.Violations.Core;

// This folder is a house built to break the rules: every type in it is an offender, or shows where a rule must stay silent.

internal sealed record Pure(string Text, IReadOnlyList<int> Numbers);

internal sealed class Logs(ILogger logger)
{
    public ILogger Logger => logger;
}

internal static class LogsInsideALambda
{
    public static Func<object, bool> Log => something => something is ILogger;
}

internal static class AsksTheServer
{
    public static object Answer() => typeof(Server.Startup.Queries);
}

internal static class ScopeHelper;
