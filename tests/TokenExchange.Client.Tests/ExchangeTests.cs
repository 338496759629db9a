using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using TokenExchange.Client.Tests.Fakes;
using TokenExchange.Core.Tokens;

namespace TokenExchange.Client.Tests;

public sealed class ExchangeTests : IAsyncDisposable
{
    private readonly World _world = new();

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task An_exchange_gives_the_token_and_what_it_is_good_for()
    {
        var result = await _world.Bare().ExchangeAsync(_world.Asked, Now);

        result.ShouldBe(new ExchangeResult.Succeeded(
            new IssuedToken("token-1", TimeSpan.FromSeconds(300), _world.Time.GetUtcNow().AddSeconds(300), ScopeSet.Of("mail.read"), "inbox.triage")));
    }

    [Requirement("RFC 8693", "3", "An ID token is a subject token of its own type")]
    [Theory]
    [InlineData("jwt", "urn:ietf:params:oauth:token-type:jwt")]
    [InlineData("id_token", "urn:ietf:params:oauth:token-type:id_token")]
    [InlineData("actor", "urn:ietf:params:oauth:token-type:access_token")]
    public async Task Each_kind_of_subject_token_has_its_own_type(string kind, string type)
    {
        var subject = kind switch { "jwt" => SubjectToken.Jwt("t"), "id_token" => SubjectToken.IdToken("t"), _ => SubjectToken.ActorToken("t") };

        await _world.Bare().ExchangeAsync(_world.Asked with { SubjectToken = subject }, Now);

        var form = _world.Server.Exchanges.ShouldHaveSingleItem().Form;
        form["subject_token_type"].ShouldBe(type);
        form["subject_token"].ShouldBe("t");
    }

    [Requirement("RFC 8693", "2.1", "Several scopes are one parameter, separated by spaces")]
    [Fact]
    public async Task Several_scopes_are_one_parameter()
    {
        await _world.Bare().ExchangeAsync(_world.Asked with { Scopes = ["mail.read", "mail.label"] }, Now);

        _world.Server.Exchanges.ShouldHaveSingleItem().Form["scope"].ShouldBe("mail.label mail.read");
    }

    [Fact]
    public async Task An_exchange_without_purpose_takes_the_one_the_server_chose()
    {
        var result = await _world.Bare().ExchangeAsync(_world.Asked with { Purpose = null }, Now);

        result.ShouldBeOfType<ExchangeResult.Succeeded>().Token.Purpose.ShouldBe("inbox.triage");
    }

    [Requirement("RFC 6749", "5.2", "Errors are JSON with a code, a description and a URI")]
    [Fact]
    public async Task A_refusal_is_a_value_with_everything_the_server_said()
    {
        Answer(400, new JsonObject { ["error"] = "invalid_target", ["error_description"] = "Unknown\r\nresource.", ["error_uri"] = "https://docs.example/e" });

        var refused = (await _world.Bare().ExchangeAsync(_world.Asked, Now)).ShouldBeOfType<ExchangeResult.Refused>();

        refused.Error.ShouldBe("invalid_target");
        refused.ErrorDescription.ShouldBe("Unknown  resource.");
        refused.ErrorUri.ShouldBe("https://docs.example/e");
        refused.AcrValues.ShouldBeEmpty();
        refused.MaxAge.ShouldBeNull();
        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Requirement("RFC 9470", "3", "The client reads which authentication is needed")]
    [Fact]
    public async Task Step_up_says_which_authentication_is_needed()
    {
        Answer(400, new JsonObject { ["error"] = "insufficient_user_authentication", ["acr_values"] = "urn:mfa urn:hwk", ["max_age"] = 300 });

        var refused = (await _world.Bare().ExchangeAsync(_world.Asked, Now)).ShouldBeOfType<ExchangeResult.Refused>();

        refused.AcrValues.ShouldBe(["urn:mfa", "urn:hwk"]);
        refused.MaxAge.ShouldBe(TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task A_client_that_is_not_known_is_a_refusal_too()
    {
        Answer(401, new JsonObject { ["error"] = "invalid_client" });

        var refused = (await _world.Bare().ExchangeAsync(_world.Asked, Now)).ShouldBeOfType<ExchangeResult.Refused>();

        refused.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(429)]
    public async Task A_server_that_cannot_answer_now_is_an_exception_that_says_when_to_come_back(int status)
    {
        _world.Server.Exchange = _ => new Later(status);

        var e = await Should.ThrowAsync<TokenExchangeException>(() => _world.Bare().ExchangeAsync(_world.Asked, Now));

        e.Message.ShouldStartWith($"{_world.Server.Url}/token answered {status}");
        e.StatusCode.ShouldBe((HttpStatusCode)status);
        e.RetryAfter.ShouldBe(TimeSpan.FromSeconds(7));
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_an_exception()
    {
        var bare = _world.Bare();
        await _world.Server.DisposeAsync();

        var e = await Should.ThrowAsync<TokenExchangeException>(() => bare.ExchangeAsync(_world.Asked, Now));

        e.Message.ShouldStartWith($"{_world.Server.Url}/.well-known/oauth-authorization-server could not be reached: ");
        e.StatusCode.ShouldBeNull();
    }

    [Fact]
    public async Task A_server_that_does_not_answer_in_time_is_an_exception()
    {
        var gate = new TaskCompletionSource();
        _world.Server.Gate = gate.Task;
        var bare = _world.Bare(o => o.Timeout = TimeSpan.FromMilliseconds(300));

        var e = await Should.ThrowAsync<TokenExchangeException>(() => bare.ExchangeAsync(_world.Asked, Now));

        e.Message.ShouldBe($"{_world.Server.Url}/token did not answer within 0.3 s.");
        gate.SetResult();
    }

    [Requirement("RFC 9700", "4.12", "Credentials follow no redirect")]
    [Fact]
    public async Task A_redirect_of_the_token_endpoint_is_not_followed()
    {
        await using var elsewhere = new FakeAuthorizationServer();
        _world.Server.Exchange = _ => Results.Redirect(elsewhere.Url + "/token", preserveMethod: true);

        var e = await Should.ThrowAsync<TokenExchangeException>(() => _world.Bare().ExchangeAsync(_world.Asked, Now));

        e.Message.ShouldBe($"{_world.Server.Url}/token answered with a redirect (307), which is not followed: it would carry the subject token elsewhere.");
        elsewhere.Requests.ShouldBeEmpty();
    }

    [Requirement("RFC 6749", "7.1", "The client takes an issued type or a token type it did not ask for as no token")]
    [Theory]
    [InlineData("access_token", null)]
    [InlineData("access_token", "")]
    [InlineData("access_token", "two words")]
    [InlineData("access_token", "line\r\nX-Injected: 1")]
    [InlineData("issued_token_type", null)]
    [InlineData("issued_token_type", "urn:ietf:params:oauth:token-type:jwt")]
    [InlineData("token_type", null)]
    [InlineData("token_type", "DPoP")]
    [InlineData("expires_in", null)]
    [InlineData("expires_in", "300")]
    [InlineData("scope", "")]
    [InlineData("purpose", null)]
    [InlineData("purpose", "Inbox.Triage")]
    public async Task An_answer_that_is_not_what_was_asked_for_is_an_exception(string member, string? value)
    {
        _world.Server.Exchange = r => _world.Server.Issue(r, a =>
        {
            a.Remove(member);
            if (value is not null)
            {
                a[member] = value;
            }
        });

        var e = await Should.ThrowAsync<TokenExchangeException>(() => _world.Bare().ExchangeAsync(_world.Asked, Now));

        e.Message.ShouldContain(member);
        e.Message.ShouldNotContain("token-1");
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("1e300")]
    public async Task A_lifetime_that_is_none_is_an_exception(string expiresIn)
    {
        _world.Server.Exchange = r => _world.Server.Issue(r, a => a["expires_in"] = JsonNode.Parse(expiresIn));

        await Should.ThrowAsync<TokenExchangeException>(() => _world.Bare().ExchangeAsync(_world.Asked, Now));
    }

    [Theory]
    [InlineData(200, "")]
    [InlineData(200, "[]")]
    [InlineData(200, "<html>")]
    [InlineData(200, "{\"access_token\":\"a\",\"access_token\":\"b\"}")]
    [InlineData(200, """{"access_token":"\ud800","issued_token_type":"urn:ietf:params:oauth:token-type:access_token","token_type":"Bearer","expires_in":300,"purpose":"inbox.triage"}""")]
    [InlineData(200, """{"access_token":"token-1","issued_token_type":"\ud800","token_type":"Bearer","expires_in":300,"purpose":"inbox.triage"}""")]
    [InlineData(200, """{"\ud800":1,"access_token":"token-1","issued_token_type":"urn:ietf:params:oauth:token-type:access_token","token_type":"Bearer","expires_in":300,"purpose":"inbox.triage"}""")]
    [InlineData(400, """{"error":"\ud800"}""")]
    [InlineData(400, """{"\ud800":1,"error":"invalid_request"}""")]
    [InlineData(204, "")]
    [InlineData(400, "<html>no</html>")]
    [InlineData(403, "{}")]
    [InlineData(404, "not found")]
    public async Task An_answer_that_is_no_oauth_answer_is_an_exception(int status, string body)
    {
        _world.Server.Exchange = _ => status == 204 ? Results.NoContent() : Results.Text(body, "text/html", statusCode: status);

        var e = await Should.ThrowAsync<TokenExchangeException>(() => _world.Bare().ExchangeAsync(_world.Asked, Now));

        e.StatusCode.ShouldBe((HttpStatusCode)status);
    }

    [Fact]
    public async Task A_refusal_whose_description_cannot_be_read_is_a_refusal_without_one()
    {
        _world.Server.Exchange = _ => Results.Text("""{"error":"invalid_request","error_description":"\ud800","error_uri":"\udc00"}""", "application/json", statusCode: 400);

        var refused = (await _world.Bare().ExchangeAsync(_world.Asked, Now)).ShouldBeOfType<ExchangeResult.Refused>();

        (refused.Error, refused.ErrorDescription, refused.ErrorUri).ShouldBe(("invalid_request", null, null));
    }

    [Fact]
    public async Task An_answer_without_end_is_cut_off()
    {
        _world.Server.Exchange = _ => Results.Text(new string(' ', 300 * 1024), "application/json");

        await Should.ThrowAsync<TokenExchangeException>(() => _world.Bare().ExchangeAsync(_world.Asked, Now));
    }

    [Requirement("RFC 6749", "5.1", "The token type is read without regard to case")]
    [Fact]
    public async Task A_bearer_token_in_any_case_is_a_bearer_token()
    {
        _world.Server.Exchange = r => _world.Server.Issue(r, a => a["token_type"] = "bearer");

        (await _world.Bare().ExchangeAsync(_world.Asked, Now)).ShouldBeOfType<ExchangeResult.Succeeded>();
    }

    [Theory]
    [InlineData("mail", null, "mail.read", "Resource")]
    [InlineData("https://mail.example?x=1", null, "mail.read", "Resource")]
    [InlineData("https://mail.example", " ", "mail.read", "Purpose")]
    [InlineData("https://mail.example", null, "mail.read mail.send", "Scopes")]
    public async Task A_malformed_parameter_is_refused_before_anything_is_sent(string resource, string? purpose, string scope, string named)
    {
        var e = await Should.ThrowAsync<ArgumentException>(
            () => _world.Bare().ExchangeAsync(new(SubjectToken.Jwt(World.Alice), resource) { Purpose = purpose, Scopes = [scope] }, Now));

        e.Message.ShouldStartWith(named);
        _world.Server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_cancelled_exchange_is_cancelled()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => _world.Bare().ExchangeAsync(_world.Asked, cancelled.Token));
    }

    private void Answer(int status, JsonObject body) => _world.Server.Exchange = _ => FakeAuthorizationServer.Json(body, status);

    private sealed class Later(int status) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = status;
            httpContext.Response.Headers.RetryAfter = "7";
            return Task.CompletedTask;
        }
    }
}
