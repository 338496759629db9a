using System.Net;
using System.Net.Sockets;

namespace TokenExchange.Server.Tests.Fixtures;

/// <summary>
/// Ports that no other test has: some time passes before a server listens at the one it was given, and another could have it by then. Each test process has a
/// block of ports to itself, below those that the system gives to connections, and goes round in it.
/// </summary>
internal static class Ports
{
    private const int First = 20_000;
    private const int Last = 32_000;
    private const int Block = 500;

    // Held to the end of the process, by which the system lets go of it.
    private static readonly Lazy<(FileStream Lock, int Start)> s_block = new(Claim);
    private static int s_given;

    public static int Next()
    {
        for (var i = 0; i < Block; i++)
        {
            var port = s_block.Value.Start + (Interlocked.Increment(ref s_given) % Block);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken: the next one.
            }
        }

        throw new InvalidOperationException($"None of the {Block} ports from {s_block.Value.Start} on is free.");
    }

    private static (FileStream Lock, int Start) Claim()
    {
        var folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "tokenexchange-test-ports"));
        for (var start = First; start < Last; start += Block)
        {
            try
            {
                return (new FileStream(Path.Combine(folder.FullName, $"{start}"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None), start);
            }
            catch (IOException)
            {
                // Another test process has it.
            }
        }

        throw new InvalidOperationException($"Every block of ports between {First} and {Last} belongs to a test process that runs; {folder.FullName} has a lock for each.");
    }
}
