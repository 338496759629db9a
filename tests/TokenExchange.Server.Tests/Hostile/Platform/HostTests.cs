using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Hostile.Platform;

/// <summary>Names of hosts that are none, and other spellings of paths and methods.</summary>
public sealed class HostTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private RunningServer Server => shared.Server;

    public static TheoryData<string, string> Unreadable => new MatrixTheoryData<string, string>(
        ["xn--", "xn--a", "a.xn--", "xn--zzzzzzzzzzzzzzzz99999"], ["GET /jwks", "GET /health/live", "GET /.well-known/oauth-authorization-server", "GET /nothing", "GET /errors/x", "POST /token", "POST /introspect", "POST /revoke"]);

    [Theory]
    [MemberData(nameof(Unreadable))]
    public async Task A_host_that_is_no_name_is_refused_and_on_record(string host, string request)
    {
        var before = await Books.OpenAsync(Server);

        var answer = await RawHttp.SendAsync(new Uri(Server.Issuer), $"{request} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");

        RawHttp.Statuses(answer).ShouldBe([400]);
        answer.ShouldContain($$"""{"error":"invalid_request","error_description":"The request is not a well-formed token request.","error_uri":"{{Server.Issuer}}/errors/malformed_request"}""");
        answer.ShouldContain("X-Content-Type-Options: nosniff");
        (await Books.OpenAsync(Server)).ShouldBe(before with { Records = before.Records + 1 });
        (await Server.LastRecordAsync()).Reason.ShouldBe("malformed_request");
    }

    [Theory]
    [InlineData("POST /TOKEN")]
    [InlineData("POST /Token")]
    [InlineData("POST /token/")]
    [InlineData("POST /%74oken")]
    [InlineData("POST /x/../token")]
    [InlineData("POST /./token")]
    [InlineData("POST /x/%2e%2e/token")]
    [InlineData("POST http://HOST/TOKEN")]
    [InlineData("POST http://HOST/x/../token")]
    [InlineData("post /token")]
    [InlineData("Post /token")]
    [InlineData("POST /INTROSPECT")]
    [InlineData("POST /revoke/")]
    public async Task A_path_and_a_method_have_one_spelling(string line)
    {
        var before = await Books.OpenAsync(Server);

        RawHttp.Statuses(await SendAsync(line)).ShouldBe([400]);

        (await Books.OpenAsync(Server)).ShouldBe(before with { Records = before.Records + 1 });
        (await Server.LastRecordAsync()).Reason.ShouldBe("malformed_request");
    }

    [Theory]
    [InlineData("POST /token")]
    [InlineData("POST /token?x=/TOKEN")]
    [InlineData("POST http://HOST/token")]
    [InlineData("POST http://HOST/token?x=y")]
    public async Task The_right_spelling_is_read(string line)
    {
        RawHttp.Statuses(await SendAsync(line)).ShouldBe([200]);
    }

    private async Task<string> SendAsync(string line)
    {
        using var form = new FormUrlEncodedContent(
        [
            new("grant_type", TokenExchange.Core.Protocol.GrantTypes.TokenExchange), new("client_id", World.InboxAgent), new("client_secret", World.Secret), new("subject_token", Server.Assertion()),
            new("subject_token_type", TokenExchange.Core.Protocol.TokenTypes.Jwt), new("resource", World.Mail), new("purpose", World.Triage),
        ]);
        var body = await form.ReadAsStringAsync();
        var host = new Uri(Server.Issuer).Authority;
        return await RawHttp.SendAsync(
            new Uri(Server.Issuer),
            $"{line.Replace("HOST", host, StringComparison.Ordinal)} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {body.Length}\r\n\r\n{body}");
    }
}
