using System.Net.Sockets;
using System.Text;

namespace TokenExchange.Server.Tests.Hostile.Platform;

/// <summary>Bytes to a port and back, for requests that no client library would send.</summary>
internal static class RawHttp
{
    // A busy machine lets the first answer wait; what has begun to come goes on coming.
    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_next = TimeSpan.FromSeconds(2);

    /// <summary>Sends and reads until the server closes the connection or says nothing more for a while.</summary>
    public static async Task<string> SendAsync(Uri server, string bytes)
    {
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(server.Host, server.Port);
        var stream = client.GetStream();
        var answer = new StringBuilder();
        var buffer = new byte[16 * 1024];
        try
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(bytes));
            while (true)
            {
                using var waited = new CancellationTokenSource(answer.Length == 0 ? s_first : s_next);
                var read = await stream.ReadAsync(buffer, waited.Token);
                if (read == 0)
                {
                    return answer.ToString();
                }

                answer.Append(Encoding.Latin1.GetString(buffer, 0, read));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            return answer.ToString();
        }
    }

    /// <summary>The status of every answer that came, in order.</summary>
    public static int[] Statuses(string answers) =>
        [.. answers.Split("HTTP/1.1 ").Skip(1).Select(a => int.Parse(a[..3], System.Globalization.CultureInfo.InvariantCulture))];
}
