using System.Net;
using System.Net.Http.Json;
using System.Text;
using Microsoft.AspNetCore.Http;
using TokenExchange.Client.Tests.Fakes;

namespace TokenExchange.Client.Tests;

public sealed class RefusedTokenTests : IAsyncDisposable
{
    private const string InvalidToken = "Bearer realm=\"mail\", error=\"invalid_token\", error_description=\"revoked\"";

    private readonly World _world = new();

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Requirement("RFC 6750", "3.1", "The client takes a 401 invalid_token as the end of that token")]
    [Fact]
    public async Task A_token_the_relying_app_refuses_is_replaced_once()
    {
        RefuseToken("token-1");
        using var mail = _world.Client();

        (await mail.GetStringAsync("/messages", Now)).ShouldBe("welcome");

        _world.Mail.Requests.Select(r => r.Authorization).ShouldBe(["Bearer token-1", "Bearer token-2"]);
        await mail.GetStringAsync("/messages", Now);
        _world.Server.Exchanges.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_relying_app_that_refuses_every_token_gets_two()
    {
        _world.Mail.Answer = _ => FakeRelyingApp.Challenge(InvalidToken);
        using var mail = _world.Client();

        using var response = await mail.GetAsync("/messages", Now);

        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        _world.Mail.Requests.Count.ShouldBe(2);
        _world.Server.Exchanges.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_revoked_delegation_shows_as_the_refusal_of_the_second_exchange()
    {
        using var mail = _world.Client();
        await mail.GetStringAsync("/messages", Now);
        _world.Mail.Answer = _ => FakeRelyingApp.Challenge(InvalidToken);
        _world.Server.Exchange = _ => FakeAuthorizationServer.Json(
            new System.Text.Json.Nodes.JsonObject { ["error"] = "invalid_request", ["error_description"] = "The session was revoked." }, 400);

        var e = await Should.ThrowAsync<TokenExchangeRefusedException>(() => mail.GetAsync("/messages", Now));

        e.Refusal.ErrorDescription.ShouldBe("The session was revoked.");
    }

    [Theory]
    [InlineData("Bearer error=\"insufficient_user_authentication\", acr_values=\"mfa\"")]
    [InlineData("Bearer")]
    [InlineData("Bearer error=\"not_invalid_token\"")]
    [InlineData("Basic error=\"invalid_token\"")]
    public async Task Any_other_401_is_the_callers_to_read(string challenge)
    {
        _world.Mail.Answer = _ => FakeRelyingApp.Challenge(challenge);
        using var mail = _world.Client();

        using var response = await mail.GetAsync("/messages", Now);

        response.Headers.WwwAuthenticate.ToString().ShouldBe(challenge);
        _world.Mail.Requests.Count.ShouldBe(1);
        _world.Server.Exchanges.Count.ShouldBe(1);
    }

    public static TheoryData<string, HttpContent, string> Replayable => new()
    {
        { "string", new StringContent("hello"), "hello" },
        { "bytes", new ByteArrayContent("hello"u8.ToArray()), "hello" },
        { "memory", new ReadOnlyMemoryContent("hello"u8.ToArray()), "hello" },
        { "form", new FormUrlEncodedContent([new("a", "b")]), "a=b" },
        { "json", JsonContent.Create(new { a = 1 }), "{\"a\":1}" },
    };

    [Theory]
    [MemberData(nameof(Replayable), DisableDiscoveryEnumeration = true)]
    public async Task A_body_in_memory_is_sent_again(string kind, HttpContent content, string body)
    {
        RefuseToken("token-1");
        using var mail = _world.Client();

        using var response = await mail.PostAsync("/messages", content, Now);

        response.StatusCode.ShouldBe(HttpStatusCode.OK, kind);
        _world.Mail.Requests.Select(r => r.Body).ShouldBe([body, body]);
    }

    public static TheoryData<string, HttpContent> NotReplayable => new()
    {
        { "stream", new StreamContent(new MemoryStream("hello"u8.ToArray())) },
        { "json sequence", JsonContent.Create(SequenceAsync()) },
        { "parts with a stream", new MultipartContent { new StreamContent(new MemoryStream("hello"u8.ToArray())) } },
    };

    [Theory]
    [MemberData(nameof(NotReplayable), DisableDiscoveryEnumeration = true)]
    public async Task A_body_that_may_be_spent_is_not_sent_again_but_the_token_is_dropped(string kind, HttpContent content)
    {
        RefuseToken("token-1");
        using var mail = _world.Client();

        using var response = await mail.PostAsync("/messages", content, Now);

        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized, kind);
        _world.Mail.Requests.Count.ShouldBe(1);
        (await mail.GetStringAsync("/messages", Now)).ShouldBe("welcome");
    }

    [Fact]
    public async Task Concurrent_requests_with_a_refused_token_make_one_new_exchange()
    {
        using var mail = _world.Client();
        await mail.GetStringAsync("/messages", Now);
        RefuseToken("token-1");

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => mail.GetStringAsync("/messages", Now)));

        _world.Server.Exchanges.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_late_refusal_of_an_old_token_does_not_drop_the_new_one()
    {
        using var mail = _world.Client();
        var late = new TaskCompletionSource();
        _world.Mail.Answer = r => (r.Authorization, r.Path) switch
        {
            ("Bearer token-1", "/slow") => new After(late.Task, FakeRelyingApp.Challenge(InvalidToken)),
            ("Bearer token-1", _) => FakeRelyingApp.Challenge(InvalidToken),
            _ => Results.Text("welcome"),
        };
        var slow = mail.GetStringAsync("/slow", Now);
        while (_world.Mail.Requests.Count == 0)
        {
            await Task.Delay(5, Now);
        }

        await mail.GetStringAsync("/fast", Now);
        late.SetResult();
        await slow;

        _world.Server.Exchanges.Count.ShouldBe(2);
        _world.Mail.Requests.Count(r => r is { Path: "/slow", Authorization: "Bearer token-2" }).ShouldBe(1);
    }

    private void RefuseToken(string token) =>
        _world.Mail.Answer = r => string.Equals(r.Authorization, "Bearer " + token, StringComparison.Ordinal) ? FakeRelyingApp.Challenge(InvalidToken) : Results.Text("welcome", "text/plain", Encoding.UTF8);

    private static async IAsyncEnumerable<int> SequenceAsync()
    {
        await Task.Yield();
        yield return 1;
    }

    private sealed class After(Task wait, IResult answer) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            await wait;
            await answer.ExecuteAsync(httpContext);
        }
    }
}
