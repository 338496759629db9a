using System.Diagnostics;

namespace TokenExchange.Server.Tests.Fixtures;

/// <summary>What a process of ours inherits.</summary>
internal static class ProcessEnvironment
{
    /// <summary>What somebody exported for a server of their own must not reach the one that is tested.</summary>
    public static void ForgetOurSettings(this ProcessStartInfo start)
    {
        foreach (var name in start.Environment.Keys.Where(IsOurs).ToList())
        {
            start.Environment.Remove(name);
        }
    }

    private static bool IsOurs(string name) =>
        name.StartsWith("ASPNETCORE_", StringComparison.Ordinal) || name.StartsWith("Exchange__", StringComparison.Ordinal) || name is "DOTNET_ENVIRONMENT";
}
