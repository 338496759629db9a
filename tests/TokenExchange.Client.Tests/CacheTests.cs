using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Client.Tests.Fakes;

namespace TokenExchange.Client.Tests;

public sealed class CacheTests : IAsyncDisposable
{
    private readonly World _world = new();

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task A_second_request_uses_the_same_token()
    {
        using var mail = _world.Client();

        await mail.GetStringAsync("/messages", Now);
        await mail.GetStringAsync("/messages", Now);

        _world.Server.Exchanges.Count.ShouldBe(1);
        _world.Server.MetadataReads.ShouldBe(1);
        _world.Mail.Requests.Select(r => r.Authorization).ShouldBe(["Bearer token-1", "Bearer token-1"]);
    }

    [Fact]
    public async Task Another_user_gets_another_token()
    {
        using var mail = _world.Client();
        using var alice = World.GetAs(World.Alice);
        using var bob = World.GetAs(World.Bob);
        using var aliceAgain = World.GetAs(World.Alice);

        (await mail.SendAsync(alice, Now)).Dispose();
        (await mail.SendAsync(bob, Now)).Dispose();
        (await mail.SendAsync(aliceAgain, Now)).Dispose();

        _world.Mail.Requests.Select(r => r.Authorization).ShouldBe(["Bearer token-1", "Bearer token-2", "Bearer token-1"]);
    }

    [Fact]
    public async Task The_same_text_as_another_type_of_subject_token_gets_another_token()
    {
        using var mail = _world.Client();
        using var asJwt = World.GetAs(World.Alice);
        using var asIdToken = new HttpRequestMessage(HttpMethod.Get, "/messages");
        asIdToken.SetSubjectToken(SubjectToken.IdToken(World.Alice));

        (await mail.SendAsync(asJwt, Now)).Dispose();
        (await mail.SendAsync(asIdToken, Now)).Dispose();

        _world.Mail.Requests.Select(r => r.Authorization).ShouldBe(["Bearer token-1", "Bearer token-2"]);
    }

    [Theory]
    [InlineData(300, 30, 269, 271)]
    [InlineData(300, 120, 224, 226)]
    [InlineData(20, 30, 14, 16)]
    [InlineData(300, 0, 299, 300)]
    public async Task A_token_is_renewed_before_its_end_but_not_before_three_quarters_of_its_life(int lifetime, int renewBefore, int stillCachedAt, int renewedAt)
    {
        _world.Server.Exchange = r => _world.Server.Issue(r, a => a["expires_in"] = lifetime);
        using var mail = _world.Client(o => o.RenewBefore = TimeSpan.FromSeconds(renewBefore));

        await mail.GetStringAsync("/messages", Now);
        _world.Time.Advance(TimeSpan.FromSeconds(stillCachedAt));
        await mail.GetStringAsync("/messages", Now);
        _world.Time.Advance(TimeSpan.FromSeconds(renewedAt - stillCachedAt));
        await mail.GetStringAsync("/messages", Now);

        _world.Mail.Requests.Select(r => r.Authorization).ShouldBe(["Bearer token-1", "Bearer token-1", "Bearer token-2"]);
    }

    [Fact]
    public async Task Fifty_concurrent_requests_make_one_exchange()
    {
        var gate = new TaskCompletionSource();
        _world.Server.Gate = gate.Task;
        using var mail = _world.Client();

        var requests = Enumerable.Range(0, 50).Select(_ => mail.GetStringAsync("/messages", Now)).ToList();
        await UntilAsync(() => _world.Server.Exchanges.Count > 0);
        gate.SetResult();
        await Task.WhenAll(requests);

        _world.Server.Exchanges.Count.ShouldBe(1);
        _world.Server.MetadataReads.ShouldBe(1);
        _world.Mail.Requests.Count.ShouldBe(50);
        _world.Mail.Requests.ShouldAllBe(r => r.Authorization == "Bearer token-1");
    }

    [Fact]
    public async Task A_caller_that_cancels_leaves_the_exchange_to_the_others()
    {
        var gate = new TaskCompletionSource();
        _world.Server.Gate = gate.Task;
        using var mail = _world.Client();
        using var impatience = CancellationTokenSource.CreateLinkedTokenSource(Now);

        var first = mail.GetStringAsync("/messages", impatience.Token);
        await UntilAsync(() => _world.Server.Exchanges.Count > 0);
        var second = mail.GetStringAsync("/messages", Now);
        await impatience.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => first);
        gate.SetResult();

        (await second).ShouldBe("welcome");
        _world.Server.Exchanges.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_refusal_is_not_cached()
    {
        using var mail = _world.Client();
        var issue = _world.Server.Exchange;
        _world.Server.Exchange = _ => FakeAuthorizationServer.Json(new System.Text.Json.Nodes.JsonObject { ["error"] = "invalid_request" }, 400);
        await Should.ThrowAsync<TokenExchangeRefusedException>(() => mail.GetStringAsync("/messages", Now));

        _world.Server.Exchange = issue;

        (await mail.GetStringAsync("/messages", Now)).ShouldBe("welcome");
    }

    [Fact]
    public async Task An_outage_is_not_cached()
    {
        using var mail = _world.Client();
        var issue = _world.Server.Exchange;
        _world.Server.Exchange = _ => Microsoft.AspNetCore.Http.Results.StatusCode(503);
        await Should.ThrowAsync<TokenExchangeException>(() => mail.GetStringAsync("/messages", Now));

        _world.Server.Exchange = issue;

        (await mail.GetStringAsync("/messages", Now)).ShouldBe("welcome");
    }

    [Fact]
    public async Task A_renewal_that_is_refused_ends_the_use_of_the_old_token()
    {
        using var mail = _world.Client();
        await mail.GetStringAsync("/messages", Now);
        _world.Server.Exchange = _ => FakeAuthorizationServer.Json(new System.Text.Json.Nodes.JsonObject { ["error"] = "invalid_request" }, 400);

        _world.Time.Advance(TimeSpan.FromSeconds(280));

        await Should.ThrowAsync<TokenExchangeRefusedException>(() => mail.GetStringAsync("/messages", Now));
        _world.Mail.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_full_cache_drops_the_token_that_ends_first()
    {
        using var mail = _world.Client(o => o.MaxCachedTokens = 2);
        foreach (var user in new[] { "user-1", "user-2", "user-3" })
        {
            using var request = World.GetAs(user);
            (await mail.SendAsync(request, Now)).Dispose();
            _world.Time.Advance(TimeSpan.FromSeconds(1));
        }

        using var last = World.GetAs("user-3");
        (await mail.SendAsync(last, Now)).Dispose();
        _world.Server.Exchanges.Count.ShouldBe(3);

        using var first = World.GetAs("user-1");
        (await mail.SendAsync(first, Now)).Dispose();
        _world.Server.Exchanges.Count.ShouldBe(4);
    }

    [Fact]
    public void One_http_client_has_one_actor_token()
    {
        var builder = new ServiceCollection().AddHttpClient("mail").AddActorToken(_ => { });

        var e = Should.Throw<InvalidOperationException>(() => builder.AddActorToken(_ => { }));

        e.Message.ShouldBe("The HTTP client 'mail' has an actor token already. Add another HTTP client for another resource or purpose.");
    }

    [Fact]
    public void The_defaults_of_all_http_clients_get_no_actor_token() =>
        Should.Throw<InvalidOperationException>(() => new ServiceCollection().ConfigureHttpClientDefaults(b => b.AddActorToken(_ => { })));

    private static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(5, Now);
        }
    }
}
