using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using TokenExchange.Core.Tests.Fuzzing;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Fuzzing;

/// <summary>One piece of garbage for a running server: a request that is nearly right, a strange one, or bytes that are none.</summary>
internal abstract record Garbage
{
    private static readonly string[] s_paths =
    [
        "/token", "/token", "/token", "/introspect", "/revoke", "/jwks", "/.well-known/oauth-authorization-server", "/.well-known/openid-configuration", "/health/live", "/health/ready",
        "/errors/parameter_missing", "/errors/nothing", "/",
    ];

    private static readonly string[] s_methods = ["POST", "POST", "POST", "GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "CONNECT", "post", "BREW"];

    private static readonly string[] s_contentTypes =
    [
        "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-16", "application/x-www-form-urlencoded; charset=\"", "multipart/form-data; boundary=x", "application/json", "text/plain", "",
        "application/x-www-form-urlencoded;charset=utf-8", "/", "a",
    ];

    private static readonly string[] s_headers =
    [
        "Authorization", "Authorization", "Cookie", "Host", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Forwarded", "Accept", "Accept-Encoding", "Content-Encoding", "Transfer-Encoding", "Expect",
        "Content-Length", "X-HTTP-Method-Override", "Range", "If-Modified-Since", "traceparent", "baggage", "DPoP", "Upgrade", "Connection", "Origin",
    ];

    private static readonly Gen<string> s_path =
        from path in Gen.Frequency((8, Gen.Elements(s_paths)), (2, Mutations.Damaged(Gen.Elements(s_paths))))
        from query in Gen.Frequency((6, Gen.Constant(string.Empty)), (1, Mutations.Odd.Select(o => $"?{o}")), (1, HostileRequests.Jwt.Select(j => $"?token={j}&subject_token={j}")))
        select path + query;

    private static readonly Gen<(string Name, string Value)> s_header =
        from name in Gen.Elements(s_headers)
        from value in Gen.OneOf(
            Mutations.Odd, Mutations.Noise, HostileRequests.Jwt.Select(j => $"Bearer {j}"), Gen.Elements("Basic", "Basic ", "Basic Og==", "Basic =", "Basic /w==", "chunked", "100-continue", "gzip", "bytes=0-", "127.0.0.1", "-1", "*"),
            Mutations.Damaged(Gen.Constant(Convert.ToBase64String(Encoding.ASCII.GetBytes($"{World.InboxAgent}:{World.Secret}")))).Select(b => $"Basic {b}"))
        select (name, value);

    public static Gen<Garbage> Any { get; } = Gen.Frequency(
        (6, from form in HostileRequests.AnyForm from path in Gen.Frequency((9, Gen.Elements("/token", "/introspect", "/revoke")), (1, s_path)) select (Garbage)new Request("POST", path, s_contentTypes[0], Encode(form), [])),
        (3, from method in Gen.Elements(s_methods)
            from path in s_path
            from type in Gen.Elements(s_contentTypes)
            from body in Gen.OneOf(HostileRequests.AnyForm.Select(Encode), Mutations.Noise, Mutations.Damaged(HostileRequests.AnyForm.Select(Encode)))
            from headers in s_header.ListOf(3)
            from count in Gen.Choose(0, 3)
            select (Garbage)new Request(method, path, type, body, [.. headers.Take(count)])),
        (2, from noise in Mutations.Noise.ListOf(6) select (Garbage)new Raw(Encoding.Latin1.GetBytes(string.Concat(noise)))),
        (2, from text in Mutations.Damaged(Gen.Constant($"POST /token HTTP/1.1\r\nHost: a\r\nContent-Type: {s_contentTypes[0]}\r\nContent-Length: 19\r\nTransfer-Encoding: chunked\r\n\r\n5\r\ngrant\r\n0\r\n\r\n"))
            select (Garbage)new Raw(Encoding.UTF8.GetBytes(text))));

    /// <summary>Sends it and returns the status; 0 when there was no answer with one.</summary>
    public abstract Task<int> SendAsync(Uri server, HttpClient http);

    private static string Encode(Form form) => string.Join('&', form.Parameters.Select(p => $"{WebUtility.UrlEncode(p.Name)}={WebUtility.UrlEncode(p.Value)}"));

    private sealed record Request(string Method, string Path, string ContentType, string Body, IReadOnlyList<(string Name, string Value)> Headers) : Garbage
    {
        public override async Task<int> SendAsync(Uri server, HttpClient http)
        {
            try
            {
                using var request = new HttpRequestMessage(new HttpMethod(Method), new Uri(server.AbsoluteUri.TrimEnd('/') + Path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
                if (Method is not ("CONNECT" or "TRACE"))
                {
                    request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Body));
                    request.Content.Headers.TryAddWithoutValidation("Content-Type", ContentType);
                }

                foreach (var (name, value) in Headers)
                {
                    request.Headers.TryAddWithoutValidation(name, value);
                }

                using var answer = await http.SendAsync(request);
                await answer.Content.ReadAsByteArrayAsync();
                return (int)answer.StatusCode;
            }
            catch (Exception e) when (e is HttpRequestException or InvalidOperationException or FormatException or ArgumentException or NotSupportedException or TaskCanceledException)
            {
                // Nothing a client would send, or the server hung up; the next request shows whether it is still there.
                return 0;
            }
        }
    }

    private sealed record Raw(byte[] Bytes) : Garbage
    {
        public override string ToString() => $"bytes {string.Concat(Bytes.Select(b => b is >= 0x20 and < 0x7F ? ((char)b).ToString() : $"\\x{b:x2}"))}";

        public override async Task<int> SendAsync(Uri server, HttpClient http)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(server.Host, server.Port);
                using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
                var stream = client.GetStream();
                await stream.WriteAsync(Bytes, patience.Token);
                client.Client.Shutdown(SocketShutdown.Send);
                var buffer = new byte[64];
                var read = await stream.ReadAtLeastAsync(buffer, 12, throwOnEndOfStream: false, patience.Token);
                return read >= 12 && int.TryParse(Encoding.ASCII.GetString(buffer, 9, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var status) ? status : 0;
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                return 0;
            }
        }
    }
}
