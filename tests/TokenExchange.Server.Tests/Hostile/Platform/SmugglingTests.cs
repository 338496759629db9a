using TokenExchange.Core.Protocol;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Hostile.Platform;

/// <summary>
/// Requests whose end two servers could see in different places (RFC 9112 §11.2). A second one hides behind each; it must never be answered, and nothing
/// may be issued for it.
/// </summary>
public sealed class SmugglingTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Post = "POST /token HTTP/1.1\r\n";
    private const string Host = "Host: HOST\r\n";
    private const string Type = "Content-Type: application/x-www-form-urlencoded\r\n";

    private static IReadOnlyDictionary<string, (string Request, int[] Statuses)> Rows { get; } = new Dictionary<string, (string, int[])>(StringComparer.Ordinal)
    {
        ["two lengths that differ"] = (Post + Host + Type + "Content-Length: 3\r\nContent-Length: 400\r\n\r\na=bHIDDEN", [400]),
        ["two lengths in one line"] = (Post + Host + Type + "Content-Length: 3, 400\r\n\r\na=bHIDDEN", [400]),
        ["two lengths that agree"] = (Post + Host + Type + "Content-Length: 3\r\nContent-Length: 3\r\n\r\na=bHIDDEN", [400]),
        ["a negative length"] = (Post + Host + Type + "Content-Length: -3\r\n\r\na=bHIDDEN", [400]),
        ["a length in hexadecimal"] = (Post + Host + Type + "Content-Length: 0x3\r\n\r\na=bHIDDEN", [400]),
        ["a length with a fraction"] = (Post + Host + Type + "Content-Length: 3.0\r\n\r\na=bHIDDEN", [400]),
        ["a length beyond 64 bits"] = (Post + Host + Type + "Content-Length: 18446744073709551619\r\n\r\na=bHIDDEN", [400]),
        ["an empty length"] = (Post + Host + Type + "Content-Length: \r\n\r\na=bHIDDEN", [400]),
        ["a length and chunks"] = (Post + Host + Type + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\na=b\r\n0\r\n\r\nHIDDEN", [400]),
        ["chunks and a length"] = (Post + Host + Type + "Transfer-Encoding: chunked\r\nContent-Length: 400\r\n\r\n0\r\n\r\nHIDDEN", [400]),
        ["a chunk extension with a bare line feed (CVE-2025-55315)"] = (Chunked("3;a\nb\r\na=b\r\n0\r\n\r\n"), [400]),
        ["a chunk extension with a bare carriage return"] = (Chunked("3;a\rb\r\na=b\r\n0\r\n\r\n"), [400]),
        ["chunk sizes that end in bare line feeds"] = (Chunked("3\na=b\n0\n\n"), [400]),
        ["lines that end in bare line feeds"] = ((Post + Host + Type + "Content-Length: 3\r\n\r\n").Replace("\r", "", StringComparison.Ordinal) + "a=bHIDDEN", [400]),
        ["one line that ends in a bare line feed"] = (Post + Host + Type + "X-A: b\nContent-Length: 3\r\n\r\na=bHIDDEN", [400]),
        ["one line that ends in a bare carriage return"] = (Post + Host + Type + "Content-Length: 3\rX-A: b\r\n\r\na=bHIDDEN", [400]),
        ["a trailer that names a length"] = (Chunked("3\r\na=b\r\n0\r\nContent-Length : 400\r\n\r\n"), [400]),
        ["an encoding that is not the last"] = (Post + Host + Type + "Transfer-Encoding: chunked, identity\r\n\r\n3\r\na=b\r\n0\r\n\r\nHIDDEN", [400]),
        ["an encoding named twice in one line"] = (Post + Host + Type + "Transfer-Encoding: chunked, chunked\r\n\r\n3\r\na=b\r\n0\r\n\r\nHIDDEN", [400]),
        ["an encoding in two lines"] = (Post + Host + Type + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n3\r\na=b\r\n0\r\n\r\nHIDDEN", [400]),
        ["chunks in HTTP/1.0"] = (
            "POST /token HTTP/1.0\r\n" + Host + Type + "Connection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n3\r\na=b\r\n0\r\n\r\nHIDDEN", [400]),
        ["an unknown encoding"] = (Post + Host + Type + "Transfer-Encoding: xchunked\r\n\r\n3\r\na=b\r\n0\r\n\r\nHIDDEN", [400]),
        ["an encoding behind a vertical tab"] = (Post + Host + Type + "Transfer-Encoding: \vchunked\r\n\r\n3\r\na=b\r\n0\r\n\r\nHIDDEN", [400]),
        ["an encoding named with a space"] = (Post + Host + Type + "Transfer-Encoding : chunked\r\n\r\n3\r\na=b\r\n0\r\n\r\nHIDDEN", [400]),
        ["a chunk size with a sign"] = (Chunked("+3\r\na=b\r\n0\r\n\r\n"), [400]),
        ["a negative chunk size"] = (Chunked("-3\r\na=b\r\n0\r\n\r\n"), [400]),
        ["a chunk size with 0x"] = (Chunked("0x3\r\na=b\r\n0\r\n\r\n"), [400]),
        ["a chunk size beyond 32 bits"] = (Chunked("100000003\r\na=b\r\n0\r\n\r\n"), [400]),
        ["a chunk size beyond 64 bits"] = (Chunked("10000000000000003\r\na=b\r\n0\r\n\r\n"), [400]),
        ["no chunk size"] = (Chunked("\r\na=b\r\n0\r\n\r\n"), [400]),
        ["a chunk longer than its size"] = (Chunked("1\r\na=b\r\n0\r\n\r\n"), [400]),
        ["a chunk that ends in a bare line feed"] = (Chunked("3\r\na=b\n0\r\n\r\n"), [400]),
        ["a folded header"] = (Post + Host + Type + "X-A: b\r\n Content-Length: 3\r\nContent-Length: 0\r\n\r\nHIDDEN", [400]),
        ["a header named with a space"] = (Post + Host + Type + "Content-Length : 3\r\n\r\na=bHIDDEN", [400]),
        ["a header without colon"] = (Post + Host + Type + "Content-Length 3\r\n\r\na=bHIDDEN", [400]),
        ["a header without name"] = (Post + Host + Type + ": 3\r\n\r\na=bHIDDEN", [400]),
        ["a header with NUL"] = (Post + Host + Type + "X-A: b\0c\r\nContent-Length: 3\r\n\r\na=bHIDDEN", [400]),
        ["a header with a bare carriage return"] = (Post + Host + Type + "X-A: b\rContent-Length: 3\r\nContent-Length: 0\r\n\r\nHIDDEN", [400]),
        ["no host"] = (Post + Type + "Content-Length: 3\r\n\r\na=bHIDDEN", [400]),
        ["two hosts"] = (Post + Host + Host + Type + "Content-Length: 3\r\n\r\na=bHIDDEN", [400]),
        ["a host with a path"] = (Post + "Host: HOST/x\r\n" + Type + "Content-Length: 3\r\n\r\na=bHIDDEN", [400]),
        ["two spaces in the request line"] = ("POST  /token HTTP/1.1\r\n" + Host + Type + "Content-Length: 3\r\n\r\na=bHIDDEN", [400]),
        ["no version in the request line"] = ("POST /token\r\n" + Host + Type + "Content-Length: 3\r\n\r\na=bHIDDEN", [400]),
        ["a version of its own"] = ("POST /token HTTP/1.9\r\n" + Host + Type + "Content-Length: 3\r\n\r\na=bHIDDEN", [505]),
        ["a line break in the address"] = ("POST /token\rX: y HTTP/1.1\r\n" + Host + Type + "Content-Length: 3\r\n\r\na=bHIDDEN", [400]),
        ["NUL in the address"] = ("POST /token%00 HTTP/1.1\r\n" + Host + Type + "Content-Length: 3\r\n\r\na=bHIDDEN", [400]),
    };

    public static TheoryData<string> Names => [.. Rows.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task What_hides_behind_a_request_without_a_clear_end_is_not_answered(string name)
    {
        var server = shared.Server;
        var before = await Books.OpenAsync(server);

        var answers = await RawHttp.SendAsync(new Uri(server.Issuer), Request(Rows[name].Request));

        RawHttp.Statuses(answers).ShouldBe(Rows[name].Statuses, answers);
        answers.ShouldNotContain("access_token");
        (await Books.OpenAsync(server) with { Records = 0 }).ShouldBe(before with { Records = 0 });
    }

    public static TheoryData<string> Clear => [Post + Host + Type + "Content-Length: 3\r\n\r\na=bHIDDEN", Post + Host + Type + "\r\nHIDDEN", Chunked("3\r\na=b\r\n0\r\n\r\n")];

    [Theory]
    [MemberData(nameof(Clear))]
    public async Task What_stands_behind_a_request_with_a_clear_end_is_the_next_request(string request)
    {
        var answers = await RawHttp.SendAsync(new Uri(shared.Server.Issuer), Request(request));

        RawHttp.Statuses(answers).ShouldBe([400, 200], answers);
        answers.ShouldContain("access_token");
    }

    private static string Chunked(string body) => Post + Host + Type + "Transfer-Encoding: chunked\r\n\r\n" + body + "HIDDEN";

    private string Request(string row)
    {
        var form = string.Join('&', new (string Name, string Value)[]
        {
            ("grant_type", GrantTypes.TokenExchange), ("client_id", World.InboxAgent), ("client_secret", World.Secret), ("subject_token", shared.Server.Assertion()), ("subject_token_type", TokenTypes.Jwt),
            ("resource", World.Mail), ("purpose", World.Triage),
        }.Select(p => $"{p.Name}={Uri.EscapeDataString(p.Value)}"));
        return row.Replace("HIDDEN", $"{Post}{Host}{Type}Content-Length: {form.Length}\r\n\r\n{form}", StringComparison.Ordinal)
            .Replace("HOST", new Uri(shared.Server.Issuer).Authority, StringComparison.Ordinal);
    }
}
