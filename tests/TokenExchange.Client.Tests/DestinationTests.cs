using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Client.Tests.Fakes;

namespace TokenExchange.Client.Tests;

public sealed class DestinationTests : IAsyncDisposable
{
    private readonly World _world = new();
    private readonly FakeRelyingApp _stranger = new();

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _world.DisposeAsync();
        await _stranger.DisposeAsync();
    }

    [Requirement("RFC 6750", "5.3", "Tokens are sent to the resource they are for and to nobody else")]
    [Requirement("RFC 9700", "4.9.1", "A counterfeit app gets no token")]
    [Requirement("ASVS 5.0", "V10.1.1", "Tokens are sent to those that need them and to nobody else")]
    [Fact]
    public async Task A_request_to_another_origin_is_not_sent()
    {
        using var mail = _world.Client();

        var e = await Should.ThrowAsync<InvalidOperationException>(() => mail.GetAsync(_stranger.Url + "/messages", Now));

        e.Message.ShouldBe($"The request is for {_stranger.Url}, but the actor token is for {_world.Mail.Url}: it is not sent to a stranger. If that is the same relying app, add the origin to AllowedOrigins.");
        _stranger.Requests.ShouldBeEmpty();
        _world.Server.Exchanges.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_request_to_an_allowed_origin_carries_the_token()
    {
        using var mail = _world.Client(o => o.AllowedOrigins = [_stranger.Url]);

        await mail.GetStringAsync(_stranger.Url + "/messages", Now);

        _stranger.Requests.ShouldHaveSingleItem().Authorization.ShouldBe("Bearer token-1");
    }

    [Requirement("RFC 6750", "5.3", "Tokens are sent over TLS")]
    [Requirement("RFC 9700", "2.6", "Traffic is over TLS from end to end")]
    [Theory]
    [InlineData("http://mail.example/messages")]
    [InlineData("http://10.0.0.1/messages")]
    [InlineData("http://localhost.attacker.example/messages")]
    [InlineData("https://user@127.0.0.1/messages")]
    [InlineData("ftp://127.0.0.1/messages")]
    public async Task A_request_without_transport_security_is_not_sent(string url)
    {
        using var mail = _world.Client();

        var e = await Should.ThrowAsync<InvalidOperationException>(() => mail.GetAsync(url, Now));

        e.Message.ShouldBe("The request is neither for an https URL nor for http on loopback, so it gets no actor token and is not sent.");
        _world.Server.Exchanges.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_request_whose_user_information_looks_like_the_origin_is_not_sent()
    {
        using var mail = _world.Client();
        var disguised = new Uri(_stranger.Url.Replace("http://", $"http://{new Uri(_world.Mail.Url).Host}@", StringComparison.Ordinal));

        await Should.ThrowAsync<InvalidOperationException>(() => mail.GetAsync(disguised, Now));

        _stranger.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_authorization_header_of_the_caller_is_not_overwritten()
    {
        using var mail = _world.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/messages");
        request.Headers.Authorization = new("Bearer", "the-callers-own");

        var e = await Should.ThrowAsync<InvalidOperationException>(() => mail.SendAsync(request, Now));

        e.Message.ShouldBe("The request has an Authorization header already, which the actor token would replace. Remove it, or use a client without an actor token.");
        e.Message.ShouldNotContain("the-callers-own");
        _world.Mail.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_request_tried_again_by_an_outer_handler_is_not_taken_for_one_with_a_header_of_its_own()
    {
        using var mail = _world.Client(outer: b => b.AddHttpMessageHandler(() => new Twice()));

        await mail.GetStringAsync("/messages", Now);

        _world.Mail.Requests.Count.ShouldBe(2);
    }

    [Requirement("RFC 6750", "5.3", "Tokens are sent to the resource they are for and to nobody else")]
    [Requirement("ASVS 5.0", "V10.1.1", "Tokens are sent to those that need them and to nobody else")]
    [Fact]
    public async Task A_redirect_to_a_stranger_carries_no_token()
    {
        _world.Mail.Answer = _ => Results.Redirect(_stranger.Url + "/gift", preserveMethod: true);
        using var mail = _world.Client();

        await mail.GetStringAsync("/messages", Now);

        _stranger.Requests.ShouldHaveSingleItem().Authorization.ShouldBeNull();
    }

    [Requirement("RFC 9700", "4.9.1", "A counterfeit app gets no token")]
    [Fact]
    public async Task A_stranger_behind_a_redirect_cannot_ask_for_a_fresh_token()
    {
        _world.Mail.Answer = _ => Results.Redirect(_stranger.Url + "/gift", preserveMethod: true);
        _stranger.Answer = _ => FakeRelyingApp.Challenge("Bearer error=\"invalid_token\"");
        using var mail = _world.Client();

        using var response = await mail.GetAsync("/messages", Now);

        ((int)response.StatusCode).ShouldBe(401);
        _stranger.Requests.ShouldHaveSingleItem().Authorization.ShouldBeNull();
        _world.Server.Exchanges.Count.ShouldBe(1);
    }

    private sealed class Twice : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            (await base.SendAsync(request, cancellationToken)).Dispose();
            return await base.SendAsync(request, cancellationToken);
        }
    }
}
