using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using TokenExchange.Client.Tests.Fakes;

namespace TokenExchange.Client.Tests;

/// <summary>The user signs in again where that is wanted, and what they did not do is never done in their name.</summary>
public sealed class StepUpTests : IAsyncDisposable
{
    private const string Fresh = "eyJhbGljZSI.fresh-assertion-of-alice.c2ln";
    private const string Challenge = "Bearer error=\"insufficient_user_authentication\", acr_values=\"phr mfa\", max_age=\"300\", error_description=\"x\"";

    private readonly World _world = new();
    private readonly List<StepUpRequest> _asked = [];

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Requirement("RFC 9470", "4", "The client has the user authenticated as the challenge says, and tries again with a new token")]
    [Fact]
    public async Task A_relying_app_that_wants_a_fresher_sign_in_gets_it()
    {
        WantAnother("token-1");
        using var mail = Client();
        var user = SubjectToken.Jwt(World.Alice);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/messages");
        request.SetSubjectToken(user);

        using var response = await mail.SendAsync(request, Now);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        _world.Mail.Requests.Select(r => r.Authorization).ShouldBe(["Bearer token-1", "Bearer token-2"]);
        _world.Server.Exchanges.Select(e => e.Form["subject_token"]).ShouldBe([World.Alice, Fresh]);
        var asked = _asked.ShouldHaveSingleItem();
        asked.AcrValues.ShouldBe(["phr", "mfa"]);
        (asked.MaxAge, asked.Resource, asked.Purpose).ShouldBe((TimeSpan.FromMinutes(5), _world.Mail.Url, "inbox.triage"));
        asked.SubjectToken.ShouldBeSameAs(user);
        asked.Request.ShouldBeSameAs(request);
        request.Headers.Authorization.ShouldBeNull();
    }

    [Fact]
    public async Task A_server_that_wants_a_fresher_sign_in_gets_it_before_anything_is_sent()
    {
        RefuseOld();
        using var mail = Client();

        (await mail.GetStringAsync("/messages", Now)).ShouldBe("welcome");

        _world.Mail.Requests.ShouldHaveSingleItem();
        _asked.ShouldHaveSingleItem().AcrValues.ShouldBe(["phr"]);
    }

    [Fact]
    public async Task A_body_that_cannot_be_sent_again_waits_for_the_server_but_not_for_the_relying_app()
    {
        RefuseOld();
        using var mail = Client();
        using (var sent = await mail.PostAsync("/messages", new StreamContent(new MemoryStream("hello"u8.ToArray())), Now))
        {
            sent.StatusCode.ShouldBe(HttpStatusCode.OK, "it had not been sent yet");
        }

        _asked.Clear();
        _world.Server.Exchange = r => _world.Server.Issue(r);
        WantAnother("token-2");
        using var response = await mail.PostAsync("/messages", new StreamContent(new MemoryStream("hello"u8.ToArray())), Now);

        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        _asked.ShouldBeEmpty("the user would sign in for nothing");
    }

    [Fact]
    public async Task The_new_token_serves_whoever_comes_with_the_new_sign_in()
    {
        WantAnother("token-1");
        var current = World.Alice;
        using var mail = Client(o => o.SubjectToken = (_, _) => ValueTask.FromResult(SubjectToken.Jwt(current)));
        await mail.GetStringAsync("/messages", Now);

        current = Fresh;
        await mail.GetStringAsync("/messages", Now);

        _world.Server.Exchanges.Count.ShouldBe(2);
        _world.Mail.Requests[^1].Authorization.ShouldBe("Bearer token-2");
    }

    [Fact]
    public async Task The_token_of_the_old_sign_in_is_not_used_again_even_if_the_user_has_no_other()
    {
        WantAnother("token-1");
        using var mail = Client(o => o.StepUp = (_, _) => Task.FromResult<SubjectToken?>(SubjectToken.Jwt(World.Alice)));

        (await mail.GetStringAsync("/messages", Now)).ShouldBe("welcome");

        _world.Mail.Requests.Select(r => r.Authorization).ShouldBe(["Bearer token-1", "Bearer token-2"]);
    }

    [Fact]
    public async Task It_is_tried_once()
    {
        _world.Mail.Answer = _ => FakeRelyingApp.Challenge(Challenge);
        using var mail = Client();

        using var response = await mail.GetAsync("/messages", Now);

        (response.StatusCode, response.Headers.WwwAuthenticate.ToString()).ShouldBe((HttpStatusCode.Unauthorized, Challenge));
        (_world.Mail.Requests.Count, _asked.Count).ShouldBe((2, 1));
    }

    [Fact]
    public async Task Once_for_the_server_and_the_relying_app_together()
    {
        RefuseOld();
        _world.Mail.Answer = _ => FakeRelyingApp.Challenge(Challenge);
        using var mail = Client();

        using var response = await mail.GetAsync("/messages", Now);

        (response.StatusCode, _world.Mail.Requests.Count, _asked.Count).ShouldBe((HttpStatusCode.Unauthorized, 1, 1));
    }

    [Fact]
    public async Task A_server_that_is_not_content_with_the_new_sign_in_refuses()
    {
        _world.Server.Exchange = _ => StepUp();
        using var mail = Client();

        (await Should.ThrowAsync<TokenExchangeRefusedException>(() => mail.GetAsync("/messages", Now))).Refusal.Error.ShouldBe("insufficient_user_authentication");

        _asked.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_user_who_does_not_sign_in_leaves_the_answer_as_it_is()
    {
        WantAnother("token-1");
        using var mail = Client(o => o.StepUp = (_, _) => Task.FromResult<SubjectToken?>(null));
        using (var response = await mail.GetAsync("/messages", Now))
        {
            (response.StatusCode, response.Headers.WwwAuthenticate.ToString()).ShouldBe((HttpStatusCode.Unauthorized, Challenge));
        }

        _world.Server.Exchange = _ => StepUp();
        using var request = World.GetAs(World.Bob);
        (await Should.ThrowAsync<TokenExchangeRefusedException>(() => mail.SendAsync(request, Now))).Refusal.MaxAge.ShouldBe(TimeSpan.FromSeconds(60));
        _world.Mail.Requests.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task What_goes_wrong_in_asking_is_the_callers()
    {
        WantAnother("token-1");
        using var mail = Client(o => o.StepUp = (_, _) => throw new NotSupportedException("nobody there"));

        (await Should.ThrowAsync<NotSupportedException>(() => mail.GetAsync("/messages", Now))).Message.ShouldBe("nobody there");
    }

    [Fact]
    public async Task Requests_of_one_user_that_wait_for_the_same_share_one_step_up()
    {
        const int requests = 20;
        WantAnother("token-1");
        using var mail = Client(o => o.StepUp = async (request, cancel) =>
        {
            lock (_asked)
            {
                _asked.Add(request);
            }

            await AllWaitAsync(requests, cancel);
            return SubjectToken.Jwt(Fresh);
        });

        var answers = await Task.WhenAll(Enumerable.Range(0, requests).Select(_ => mail.GetStringAsync("/messages", Now)));

        answers.ShouldAllBe(a => a == "welcome");
        _asked.ShouldHaveSingleItem();
        _world.Server.Exchanges.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Users_and_wishes_are_kept_apart()
    {
        _world.Mail.Answer = r => r.Authorization is "Bearer token-1" or "Bearer token-2"
            ? FakeRelyingApp.Challenge(r.Path == "/a" ? Challenge : "Bearer error=insufficient_user_authentication, max_age=60") : Results.Text("welcome");
        using var mail = Client(o => o.StepUp = async (request, cancel) =>
        {
            lock (_asked)
            {
                _asked.Add(request);
            }

            await AllWaitAsync(3, cancel);
            return SubjectToken.Jwt(Fresh);
        });
        using var alice = World.GetAs(World.Alice);
        using var bob = World.GetAs(World.Bob);
        using var also = World.GetAs(World.Alice);
        (alice.RequestUri, bob.RequestUri, also.RequestUri) = (new Uri("/a", UriKind.Relative), new Uri("/a", UriKind.Relative), new Uri("/b", UriKind.Relative));

        foreach (var response in await Task.WhenAll(mail.SendAsync(alice, Now), mail.SendAsync(bob, Now), mail.SendAsync(also, Now)))
        {
            response.StatusCode.ShouldBe(HttpStatusCode.OK);
            response.Dispose();
        }

        _asked.Count.ShouldBe(3);
        _asked.Single(a => a.AcrValues.Count == 0).MaxAge.ShouldBe(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task One_who_gives_up_leaves_it_to_the_others_and_the_last_one_ends_it()
    {
        var (ended, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        WantAnother("token-1");
        using var mail = Client(o => o.StepUp = async (_, cancel) =>
        {
            try
            {
                await goOn.Task.WaitAsync(cancel);
                return SubjectToken.Jwt(Fresh);
            }
            catch (OperationCanceledException)
            {
                ended.SetResult();
                throw;
            }
        });
        using var first = new CancellationTokenSource();
        using var second = new CancellationTokenSource();
        var (one, other) = (mail.GetAsync("/messages", first.Token), mail.GetAsync("/messages", second.Token));
        await AllWaitAsync(2, Now);

        await first.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => one);
        ended.Task.IsCompleted.ShouldBeFalse();
        await second.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => other);
        await ended.Task.WaitAsync(Now);

        goOn.SetResult();
        (await mail.GetStringAsync("/messages", Now)).ShouldBe("welcome", "who comes later asks anew");
    }

    [Theory]
    [InlineData("Bearer realm=\"a, error=\\\"invalid_token\\\"\", error=\"insufficient_user_authentication\"", "", null)]
    [InlineData("bearer Error = insufficient_user_authentication ,MAX_AGE=0", "", 0)]
    [InlineData("Bearer error=\"insufficient_user_authentication\", acr_values=\"  a   b \", max_age=\"-1\"", "a b", null)]
    [InlineData("Bearer error=\"insufficient_user_authentication\", acr_values=\"a\", max_age=\"99999999999999\"", "a", null)]
    [InlineData("Basic realm=\"x\", Bearer error=\"insufficient_user_authentication\", max_age=\"60\"", "", 60)]
    public async Task The_challenge_is_read_as_it_is_written(string challenge, string acrValues, int? maxAge)
    {
        WantAnother("token-1", challenge);
        using var mail = Client();

        (await mail.GetStringAsync("/messages", Now)).ShouldBe("welcome");

        var asked = _asked.ShouldHaveSingleItem();
        (string.Join(' ', asked.AcrValues), asked.MaxAge).ShouldBe((acrValues, maxAge is null ? null : TimeSpan.FromSeconds(maxAge.Value)));
    }

    [Theory]
    [InlineData("Bearer error_description=\"error=insufficient_user_authentication\"")]
    [InlineData("Bearer error=\"insufficient_user_authentication")]
    [InlineData("Bearer realm=\"x, error=insufficient_user_authentication\"")]
    [InlineData("Basic error=\"insufficient_user_authentication\"")]
    [InlineData("Bearer error=\"insufficient_scope\", scope=\"insufficient_user_authentication\"")]
    public async Task What_only_looks_like_it_asks_nobody(string challenge)
    {
        WantAnother("token-1", challenge);
        using var mail = Client();

        using var response = await mail.GetAsync("/messages", Now);

        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        _asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task Neither_assertion_is_in_a_log()
    {
        WantAnother("token-1");
        using var mail = Client();

        await mail.GetStringAsync("/messages", Now);

        _world.Logs.Text.ShouldContain("the user must sign in again: acr_values 'phr mfa', max_age 00:05:00");
        _world.Logs.Text.ShouldNotContain(Fresh);
        _world.Logs.Text.ShouldNotContain(World.Alice);
        _asked[0].ToString().ShouldNotContain(World.Alice);
    }

    private HttpClient Client(Action<ActorTokenOptions>? more = null) => _world.Client(o =>
    {
        o.StepUp = (request, _) =>
        {
            _asked.Add(request);
            return Task.FromResult<SubjectToken?>(SubjectToken.Jwt(Fresh));
        };
        more?.Invoke(o);
    });

    private void WantAnother(string token, string challenge = Challenge) =>
        _world.Mail.Answer = r => r.Authorization == $"Bearer {token}" ? FakeRelyingApp.Challenge(challenge) : Results.Text("welcome");

    private void RefuseOld() => _world.Server.Exchange = r => r.Form["subject_token"] == World.Alice ? StepUp() : _world.Server.Issue(r);

    private static IResult StepUp() =>
        FakeAuthorizationServer.Json(new JsonObject { ["error"] = "insufficient_user_authentication", ["acr_values"] = "phr", ["max_age"] = 60 }, 400);

    // Each request says so once it waits.
    private async Task AllWaitAsync(int requests, CancellationToken cancellationToken)
    {
        while (_world.Logs.Text.Split(". Waiting for it. [").Length - 1 < requests)
        {
            await Task.Delay(5, cancellationToken);
        }
    }
}
