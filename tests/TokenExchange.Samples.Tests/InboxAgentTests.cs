using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using InboxAgent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using TokenExchange.Client.Tests.Fakes;

namespace TokenExchange.Samples.Tests;

public sealed class InboxAgentTests : IAsyncLifetime
{
    private readonly FakeAuthorizationServer _server = new();
    private readonly FakeRelyingApp _mail = new();
    private readonly HttpClient _http = new();
    private readonly WebApplication _agent;

    public InboxAgentTests()
    {
        _mail.Answer = r => r.Path is "/messages"
            ? Results.Json(new { messages = new[] { new { id = 1, from = "billing@hosting.example", subject = "Your invoice" }, new { id = 2, from = "news@weekly.example", subject = "This week" } } })
            : Results.Json(new { });
        _agent = InboxAgentApp.Build(
            ["--Urls", "http://127.0.0.1:0", "--Agent:Authority", _server.Url, "--Agent:ClientSecret", "hidden", "--Agent:Mail", _mail.Url, "--Agent:Resource", "https://mail.example"]);
    }

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _agent.StartAsync(Now);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _agent.DisposeAsync();
        await _server.DisposeAsync();
        await _mail.DisposeAsync();
    }

    [Fact]
    public async Task The_agent_labels_each_message_in_the_users_name_with_one_exchange()
    {
        using var answer = await PostAsync(new { subjectToken = "assertion-of-alice" });

        (await answer.Content.ReadAsStringAsync(Now)).ShouldBe(
            """{"labelled":[{"message":1,"subject":"Your invoice","label":"to-pay"},{"message":2,"subject":"This week","label":"later"}]}""");
        _mail.Requests.ShouldBe(
        [
            new("GET", "/messages", "Bearer token-1", null, ""),
            new("POST", "/messages/1/label", "Bearer token-1", "application/json; charset=utf-8", """{"label":"to-pay"}"""),
            new("POST", "/messages/2/label", "Bearer token-1", "application/json; charset=utf-8", """{"label":"later"}"""),
        ]);
        var form = _server.Exchanges.ShouldHaveSingleItem().Form;
        form["subject_token"].ShouldBe("assertion-of-alice");
        form["subject_token_type"].ShouldBe("urn:ietf:params:oauth:token-type:jwt");
        form["resource"].ShouldBe("https://mail.example");
        form["purpose"].ShouldBe("inbox.triage");
    }

    [Fact]
    public async Task The_session_assertion_may_come_as_a_header()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _agent.Urls.First() + "/triage");
        request.Headers.Add("Session-Assertion", "assertion-of-bob");

        using var answer = await _http.SendAsync(request, Now);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        _server.Exchanges.ShouldHaveSingleItem().Form["subject_token"].ShouldBe("assertion-of-bob");
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("assertion", "saml2")]
    public async Task Without_a_usable_session_nothing_is_done(string? subjectToken, string? subjectTokenType)
    {
        using var answer = await PostAsync(new { subjectToken, subjectTokenType });

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        _server.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(400, HttpStatusCode.Forbidden, "invalid_request")]
    [InlineData(503, HttpStatusCode.ServiceUnavailable, "temporarily_unavailable")]
    public async Task A_refusal_and_an_outage_are_passed_on_as_such(int status, HttpStatusCode passedOn, string error)
    {
        _server.Exchange = _ => FakeAuthorizationServer.Json(new JsonObject { ["error"] = error }, status);

        using var answer = await PostAsync(new { subjectToken = "assertion-of-alice" });

        answer.StatusCode.ShouldBe(passedOn);
        (await answer.Content.ReadFromJsonAsync<JsonObject>(Now))!["error"]!.GetValue<string>().ShouldBe(error);
        _mail.Requests.ShouldBeEmpty();
    }

    private Task<HttpResponseMessage> PostAsync(object body) => _http.PostAsJsonAsync(_agent.Urls.First() + "/triage", body, Now);
}
