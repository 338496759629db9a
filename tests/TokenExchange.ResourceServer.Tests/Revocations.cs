using System.Text;
using Microsoft.AspNetCore.Http;
using TokenExchange.ResourceServer.Tests.Wire;

namespace TokenExchange.ResourceServer.Tests;

/// <summary>With the Introspection option, the authority is asked about every token that is good offline.</summary>
public sealed class Revocations : WireTest
{
    protected override void Configure(ActorTokenOptions options) =>
        options.Introspection = new ActorTokenIntrospection { ClientId = "mail:api", ClientSecret = "s3cret/+ ä" };

    [Fact]
    public async Task An_active_token_is_accepted() => (await App.GetAsync("/messages", Token())).Status.ShouldBe(200);

    [Requirement("RFC 6749", "2.3.1", "Id and secret are form-encoded before they become Basic credentials")]
    [Requirement("RFC 7662", "2.1", "The question is a POST with the token in the form")]
    [Fact]
    public async Task The_question_carries_the_token_and_the_form_encoded_credentials()
    {
        var (authorization, form) = (string.Empty, string.Empty);
        Authority.Introspection = async http =>
        {
            using var reader = new StreamReader(http.Request.Body);
            (authorization, form) = (http.Request.Headers.Authorization.ToString(), await reader.ReadToEndAsync());
            await http.Response.WriteAsync("""{"active":true}""");
        };
        var token = Token();

        await App.GetAsync("/messages", token);

        form.ShouldBe($"token={token}&token_type_hint=access_token");
        Encoding.ASCII.GetString(Convert.FromBase64String(authorization["Basic ".Length..])).ShouldBe("mail%3Aapi:s3cret%2F%2B+%C3%A4");
    }

    [Fact]
    public async Task A_revoked_token_is_refused()
    {
        Authority.Introspection = http => http.Response.WriteAsync("""{"active":false}""");

        (await App.GetAsync("/messages", Token())).ShouldBeRefused("The token is no longer active.");
    }

    [Requirement("RFC 7662", "4", "An answer is kept in no cache")]
    [Fact]
    public async Task No_answer_is_kept()
    {
        var token = Token();
        (await App.GetAsync("/messages", token)).Status.ShouldBe(200);

        Authority.Introspection = http => http.Response.WriteAsync("""{"active":false}""");

        (await App.GetAsync("/messages", token)).ShouldBeRefused("The token is no longer active.");
        Authority.IntrospectionCalls.ShouldBe(2);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"active":"true"}""")]
    [InlineData("""{"active":1}""")]
    [InlineData("""{"active":false,"active":true}""")]
    [InlineData("""[true]""")]
    [InlineData("<html>")]
    [InlineData("""{"active":"\ud800"}""")]
    [InlineData("""{"\ud800":1,"active":true}""")]
    [InlineData("""{"active":true,"\udc00":1}""")]
    public async Task An_answer_that_cannot_be_read_is_no_access(string answer)
    {
        Authority.Introspection = http => http.Response.WriteAsync(answer);

        (await App.GetAsync("/messages", Token())).ShouldBeUnavailable();
    }

    [Theory]
    [InlineData(401)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(204)]
    public async Task Another_status_than_200_is_no_access(int status)
    {
        Authority.Introspection = http =>
        {
            http.Response.StatusCode = status;
            return status == 204 ? Task.CompletedTask : http.Response.WriteAsync("""{"active":true}""");
        };

        (await App.GetAsync("/messages", Token())).ShouldBeUnavailable();
    }

    [Requirement("RFC 9700", "4.12", "Credentials follow no redirect")]
    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        Authority.Introspection = http =>
        {
            http.Response.StatusCode = 307;
            http.Response.Headers.Location = "/elsewhere";
            return Task.CompletedTask;
        };

        (await App.GetAsync("/messages", Token())).ShouldBeUnavailable();
        Authority.CountOf("POST /elsewhere").ShouldBe(0);
    }

    [Fact]
    public async Task An_authority_that_hangs_up_is_no_access()
    {
        Authority.Introspection = http =>
        {
            http.Abort();
            return Task.CompletedTask;
        };

        (await App.GetAsync("/messages", Token())).ShouldBeUnavailable();
    }

    [Fact]
    public async Task An_authority_that_does_not_answer_in_time_is_no_access()
    {
        Authority.Introspection = http => Task.Delay(Timeout.Infinite, http.RequestAborted);
        await using var app = await RelyingApp.StartAsync(Authority, Time, o =>
        {
            Configure(o);
            o.BackchannelTimeout = TimeSpan.FromSeconds(3);
        });

        (await app.GetAsync("/messages", Token())).ShouldBeUnavailable();
        Authority.IntrospectionCalls.ShouldBe(1);
    }

    [Fact]
    public async Task A_huge_answer_is_no_access()
    {
        Authority.Introspection = http => http.Response.WriteAsync($$"""{"active":true,"note":"{{new string('x', 1024 * 1024)}}"}""");

        (await App.GetAsync("/messages", Token())).ShouldBeUnavailable();
    }

    [Fact]
    public async Task A_token_that_is_bad_offline_is_not_asked_about()
    {
        await App.GetAsync("/messages", Token(c => c["aud"] = "https://calendar.example"));
        await App.GetAsync("/messages", Token(c => c.Remove("act")));

        Authority.IntrospectionCalls.ShouldBe(0);
    }

    [Fact]
    public async Task Without_the_option_nobody_is_asked()
    {
        await using var app = await RelyingApp.StartAsync(Authority, Time);

        (await app.GetAsync("/messages", Token())).Status.ShouldBe(200);
        Authority.IntrospectionCalls.ShouldBe(0);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("/introspect")]
    [InlineData("file:///introspect")]
    public async Task Metadata_without_a_callable_endpoint_is_no_access(string? endpoint)
    {
        Authority.Metadata = m => m["introspection_endpoint"] = endpoint;

        (await App.GetAsync("/messages", Token())).ShouldBeUnavailable();
    }
}
