using System.Net;
using System.Net.Http.Json;

namespace TokenExchange.Client.Tests;

public sealed class ThreeLinesTests : IAsyncDisposable
{
    private readonly World _world = new();

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Requirement("RFC 6750", "2.1", "The token comes in the Authorization header")]
    [Fact]
    public async Task A_request_carries_the_actor_token_of_its_user()
    {
        using var mail = _world.Client();

        var answer = await mail.GetStringAsync("/messages", Now);

        answer.ShouldBe("welcome");
        _world.Mail.Requests.ShouldHaveSingleItem().ShouldBe(new("GET", "/messages", "Bearer token-1", null, ""));
    }

    [Requirement("RFC 8693", "2.1", "The grant type is that of token exchange")]
    [Requirement("RFC 8707", "2", "The client names the resource it wants to call")]
    [Requirement("ASVS 5.0", "V10.2.3", "A client asks for the scopes and the purpose it needs")]
    [Fact]
    public async Task The_exchange_asks_for_exactly_what_the_options_say()
    {
        using var mail = _world.Client();

        await mail.GetStringAsync("/messages", Now);

        var exchange = _world.Server.Exchanges.ShouldHaveSingleItem();
        exchange.ContentType.ShouldBe("application/x-www-form-urlencoded");
        exchange.Body.ShouldBe(
            "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange"
            + $"&subject_token={World.Alice}"
            + "&subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Ajwt"
            + $"&resource={Uri.EscapeDataString(_world.Mail.Url)}"
            + "&scope=mail.read"
            + "&purpose=inbox.triage");
    }

    [Fact]
    public async Task Purpose_and_scopes_that_are_not_set_are_not_sent()
    {
        using var mail = _world.Client(o => (o.Purpose, o.Scopes) = (null, []));

        await mail.GetStringAsync("/messages", Now);

        var form = _world.Server.Exchanges.ShouldHaveSingleItem().Form;
        form.Keys.ShouldBe(["grant_type", "subject_token", "subject_token_type", "resource"]);
    }

    [Fact]
    public async Task A_request_may_name_its_own_user()
    {
        using var mail = _world.Client();
        using var request = World.GetAs(World.Bob);

        (await mail.SendAsync(request, Now)).Dispose();

        _world.Server.Exchanges.ShouldHaveSingleItem().Form["subject_token"].ShouldBe(World.Bob);
    }

    [Fact]
    public async Task A_request_of_nobody_is_not_sent()
    {
        using var mail = _world.Client(o => o.SubjectToken = null);

        var e = await Should.ThrowAsync<InvalidOperationException>(() => mail.GetAsync("/messages", Now));

        e.Message.ShouldBe("Nobody says whose token this request shall carry. Set the SubjectToken option, or call request.SetSubjectToken(…).");
        _world.Mail.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_option_that_gives_no_user_sends_nothing()
    {
        using var mail = _world.Client(o => o.SubjectToken = (_, _) => ValueTask.FromResult<SubjectToken>(null!));

        await Should.ThrowAsync<InvalidOperationException>(() => mail.GetAsync("/messages", Now));

        _world.Mail.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_refused_exchange_throws_and_sends_nothing()
    {
        _world.Server.Exchange = _ => Fakes.FakeAuthorizationServer.Json(
            new System.Text.Json.Nodes.JsonObject { ["error"] = "invalid_scope", ["error_description"] = "mail.send is not permitted.", ["error_uri"] = "https://docs.example/e/scope" }, 400);
        using var mail = _world.Client();

        var e = await Should.ThrowAsync<TokenExchangeRefusedException>(() => mail.PostAsJsonAsync("/messages", new { }, Now));

        e.Message.ShouldBe($"The exchange for {_world.Mail.Url} under the purpose 'inbox.triage' was refused with invalid_scope: mail.send is not permitted. (see https://docs.example/e/scope)");
        e.Refusal.Error.ShouldBe("invalid_scope");
        e.Refusal.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        _world.Mail.Requests.ShouldBeEmpty();
    }

    [Requirement("ASVS 5.0", "V10.1.1", "Tokens are sent to those that need them and to nobody else")]
    [Fact]
    public async Task The_request_object_does_not_keep_the_token()
    {
        using var mail = _world.Client();

        using var response = await mail.GetAsync("/messages", Now);

        response.RequestMessage!.Headers.Authorization.ShouldBeNull();
    }

    [Fact]
    public void Sending_synchronously_is_refused_rather_than_sent_without_a_token()
    {
        using var mail = _world.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/messages");

        Should.Throw<NotSupportedException>(() => mail.Send(request, Now));

        _world.Mail.Requests.ShouldBeEmpty();
    }
}
