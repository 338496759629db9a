using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using TokenExchange.ResourceServer.Tests.Wire;

namespace TokenExchange.ResourceServer.Tests;

/// <summary>What is marked sensitive runs only after the authority, asked at that moment, said yes.</summary>
public sealed class SensitiveActions : WireTest
{
    private const string Metadata = "resource_metadata=\"https://mail.example/.well-known/oauth-protected-resource\"";
    private const string No = "The authorization server does not permit this now.";
    private const string Again = "The user must authenticate again or more strongly for this.";

    private int _ran;

    [Fact]
    public async Task A_yes_runs_it_and_the_question_says_who_what_where_and_from_where()
    {
        var (authorization, question) = (string.Empty, new JsonObject());
        Authority.Evaluation = async http =>
        {
            (authorization, question) = (http.Request.Headers.Authorization.ToString(), (await JsonNode.ParseAsync(http.Request.Body))!.AsObject());
            await http.Response.WriteAsync("""{"decision":true}""");
        };
        await using var app = await StartAsync();
        var token = Token();

        (await app.GetAsync("/label", token)).ShouldBeOk("done");

        authorization.ShouldBe("Bearer api-token");
        question.ToJsonString().ShouldBe(
            """{"subject":{"type":"user","id":"alice"},"resource":{"type":"resource","id":"https://mail.example"},"context":{"access_token":"TOKEN","source":"127.0.0.1"},"action":{"name":"mail.label"}}"""
                .Replace("TOKEN", token, StringComparison.Ordinal));
        Authority.CountOf("POST /access/v1/evaluation").ShouldBe(1);
    }

    [Fact]
    public async Task Several_scopes_are_several_questions_in_one()
    {
        var question = new JsonObject();
        Authority.Evaluation = async http =>
        {
            question = (await JsonNode.ParseAsync(http.Request.Body))!.AsObject();
            await http.Response.WriteAsync("""{"evaluations":[{"decision":true},{"decision":true}]}""");
        };
        await using var app = await StartAsync();

        (await app.GetAsync("/group/both", Token())).ShouldBeOk("done");

        question["action"].ShouldBeNull();
        question["evaluations"]!.ToJsonString().ShouldBe("""[{"action":{"name":"mail.label"}},{"action":{"name":"mail.read"}}]""");
        question["options"]!.ToJsonString().ShouldBe("""{"evaluations_semantic":"deny_on_first_deny"}""");
        Authority.CountOf("POST /access/v1/evaluations").ShouldBe(1, "marked on the group and on the endpoint, it is one question");
    }

    [Fact]
    public async Task It_is_asked_every_time_and_with_one_token_of_its_own()
    {
        await using var app = await StartAsync();
        var token = Token();
        (await app.GetAsync("/label", token)).ShouldBeOk("done");
        (await app.GetAsync("/label", token)).ShouldBeOk("done");

        Authority.Evaluation = http => http.Response.WriteAsync("""{"decision":false}""");

        (await app.GetAsync("/label", token)).Status.ShouldBe(403);
        Authority.CountOf("POST /access/v1/evaluation").ShouldBe(3);
        Authority.CountOf("POST /api-token").ShouldBe(1);
        _ran.ShouldBe(2);
    }

    public static TheoryData<string, string> StepUps => new()
    {
        { """{"reason":"step_up_needed","acr_values":"phr mfa","max_age":300}""", "acr_values=\"phr mfa\", max_age=\"300\", " },
        { """{"reason":"step_up_needed","max_age":0}""", "max_age=\"0\", " },
        { """{"reason":"step_up_needed","acr_values":"phr"}""", "acr_values=\"phr\", " },
        { """{"reason":"step_up_needed","acr_values":["phr"],"max_age":"300"}""", string.Empty },
        { """{"reason":"step_up_needed","acr_values":"a\", error=\"x\r\nSet-Cookie: b","max_age":-1}""", """acr_values="a\", error=\"x??Set-Cookie: b", """ },
    };

    [Requirement("RFC 9470", "3", "A relying app demands a fresher or stronger sign-in")]
    [Theory]
    [MemberData(nameof(StepUps))]
    public async Task A_sign_in_that_is_not_enough_is_challenged(string context, string parameters)
    {
        Authority.Evaluation = http => http.Response.WriteAsync($$$"""{"decision":false,"context":{{{context}}}}""");
        await using var app = await StartAsync();

        (await app.GetAsync("/label", Token())).ShouldBe(new Answer(
            401, $"Bearer error=\"insufficient_user_authentication\", {parameters}error_description=\"{Again}\", {Metadata}", Json("insufficient_user_authentication", Again), "application/json", null, "no-store"));
        _ran.ShouldBe(0);
    }

    [Theory]
    [InlineData("subject_token_revoked", "The token is no longer active.")]
    [InlineData("delegation_ended", "The token is no longer active.")]
    [InlineData("subject_token_expired", "The token has expired.")]
    public async Task A_token_that_is_over_is_refused_as_a_token(string reason, string description)
    {
        Authority.Evaluation = http => http.Response.WriteAsync($$$"""{"decision":false,"context":{"reason":"{{{reason}}}"}}""");
        await using var app = await StartAsync();

        (await app.GetAsync("/label", Token())).ShouldBeRefused(description);
        _ran.ShouldBe(0);
    }

    [Theory]
    [InlineData("""{"decision":false}""")]
    [InlineData("""{"decision":false,"context":{"reason":"purpose_not_permitted"}}""")]
    [InlineData("""{"decision":false,"context":{"reason":"permitted"}}""")]
    [InlineData("""{"decision":false,"context":{"reason":7}}""")]
    [InlineData("""{"decision":false,"context":"no"}""")]
    public async Task Every_other_no_forbids_it(string answer)
    {
        Authority.Evaluation = http => http.Response.WriteAsync(answer);
        await using var app = await StartAsync();

        (await app.GetAsync("/label", Token())).ShouldBe(new Answer(403, null, Json("access_denied", No), "application/json", null, "no-store"));
        _ran.ShouldBe(0);
    }

    [Theory]
    [InlineData("""{"evaluations":[{"decision":true},{"decision":false}]}""", 403)]
    [InlineData("""{"evaluations":[{"decision":false,"context":{"reason":"step_up_needed"}}]}""", 401)]
    [InlineData("""{"evaluations":[{"decision":true}]}""", 503)]
    [InlineData("""{"evaluations":[{"decision":true},{"decision":true},{"decision":true}]}""", 503)]
    [InlineData("""{"evaluations":[]}""", 503)]
    [InlineData("""{"evaluations":true}""", 503)]
    [InlineData("""{"decision":true}""", 503)]
    public async Task Of_several_each_must_be_permitted(string answer, int status)
    {
        Authority.Evaluation = http => http.Response.WriteAsync(answer);
        await using var app = await StartAsync();

        (await app.GetAsync("/group/both", Token())).Status.ShouldBe(status);
        _ran.ShouldBe(0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[true]")]
    [InlineData("true")]
    [InlineData("""{"decision":"true"}""")]
    [InlineData("""{"decision":1}""")]
    [InlineData("""{"decision":null}""")]
    [InlineData("""{"decision":false,"decision":true}""")]
    [InlineData("""{"Decision":true}""")]
    [InlineData("""{"evaluations":[{"decision":true}]}""")]
    [InlineData("<html>")]
    public async Task An_answer_that_cannot_be_read_is_no_access(string answer)
    {
        Authority.Evaluation = http => http.Response.WriteAsync(answer);
        await using var app = await StartAsync();

        await ShouldBeUnavailableAsync(app);
    }

    [Theory]
    [InlineData(201)]
    [InlineData(307)]
    [InlineData(400)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(429)]
    [InlineData(503)]
    public async Task Another_status_than_200_is_no_access(int status)
    {
        Authority.Evaluation = http =>
        {
            http.Response.StatusCode = status;
            http.Response.Headers.Location = "/elsewhere";
            return http.Response.WriteAsync("""{"decision":true}""");
        };
        await using var app = await StartAsync();

        await ShouldBeUnavailableAsync(app);
        Authority.CountOf("POST /elsewhere").ShouldBe(0);
    }

    [Fact]
    public async Task A_token_of_its_own_that_is_not_taken_is_replaced_once()
    {
        var issued = 0;
        Authority.ApiToken = () => Results.Json(new { access_token = $"api-{++issued}", token_type = "Bearer", expires_in = 300 });
        Authority.Evaluation = http =>
        {
            http.Response.StatusCode = http.Request.Headers.Authorization == "Bearer api-1" ? 401 : 200;
            return http.Response.WriteAsync("""{"decision":true}""");
        };
        await using var app = await StartAsync();

        (await app.GetAsync("/label", Token())).ShouldBeOk("done");
        Authority.CountOf("POST /access/v1/evaluation").ShouldBe(2);

        Authority.Evaluation = http =>
        {
            http.Response.StatusCode = 401;
            return Task.CompletedTask;
        };
        await ShouldBeUnavailableAsync(app);
        Authority.CountOf("POST /access/v1/evaluation").ShouldBe(4);
    }

    [Fact]
    public async Task Without_a_token_of_its_own_nobody_is_asked_and_nothing_runs()
    {
        Authority.ApiToken = () => Results.Json(new { error = "invalid_client" }, statusCode: 401);
        await using var app = await StartAsync(o => o.BackchannelTimeout = TimeSpan.FromSeconds(1));

        (await app.GetAsync("/label", Token())).ShouldHaveNothingToGoBy();
        _ran.ShouldBe(0);
        Authority.CountOf("POST /access/v1/evaluation").ShouldBe(0);
    }

    [Fact]
    public async Task An_authority_that_hangs_up_is_no_access()
    {
        Authority.Evaluation = http =>
        {
            http.Abort();
            return Task.CompletedTask;
        };
        await using var app = await StartAsync();

        await ShouldBeUnavailableAsync(app);
    }

    [Fact]
    public async Task An_authority_that_does_not_answer_in_time_is_no_access()
    {
        Authority.Evaluation = http => Task.Delay(Timeout.Infinite, http.RequestAborted);
        await using var app = await StartAsync(o => o.BackchannelTimeout = TimeSpan.FromSeconds(3));

        await ShouldBeUnavailableAsync(app);
    }

    [Fact]
    public async Task A_token_that_is_not_enough_is_refused_without_asking()
    {
        Authority.Api.Bundle = Authority.Api.Bundle with
        {
            Purposes = [.. Authority.Api.Bundle.Purposes, Authority.Api.Bundle.Purposes[0] with { Purpose = "inbox.summary" }],
            Policies = [.. Authority.Api.Bundle.Policies, FakeServerApi.Permit("summary") with { Purpose = "inbox.summary" }],
        };
        await using var app = await StartAsync();

        (await app.GetAsync("/label")).ShouldBeNoToken();
        (await app.GetAsync("/label", Token(c => c["aud"] = "https://calendar.example"))).ShouldBeRefused("The token is for another resource.");
        (await app.GetAsync("/label", Token(c => c["scope"] = "mail.read"))).Challenge!.ShouldStartWith("Bearer error=\"insufficient_scope\", scope=\"mail.label\"");
        (await app.GetAsync("/label", Token(c => c["purpose"] = "inbox.summary"))).Challenge!.ShouldStartWith("Bearer error=\"insufficient_purpose\"");
        Authority.CountOf("POST /access/v1/evaluation").ShouldBe(0);
    }

    [Fact]
    public async Task What_is_not_marked_is_not_asked_about()
    {
        await using var app = await StartAsync();

        (await app.GetAsync("/read", Token())).ShouldBeOk("done");

        Authority.CountOf("POST /access/v1/evaluation").ShouldBe(0);
    }

    [Fact]
    public async Task A_policy_of_the_app_has_its_own_no()
    {
        await using var app = await StartAsync(map: app => app.MapGet("/", Run).RequireScope("mail.read").Sensitive().RequireAuthorization(p => p.RequireClaim("sub", "bob")));

        (await app.GetAsync("/", Token())).Body.ShouldBe(Json("access_denied", "The application does not permit this."));
        _ran.ShouldBe(0);
    }

    [Fact]
    public async Task What_is_sensitive_and_requires_no_scope_stops_the_start()
    {
        var refused = await Should.ThrowAsync<InvalidOperationException>(() => StartAsync(map: app => app.MapGroup("/group").Sensitive().MapGet("/", Run).RequirePurpose("inbox.triage")));

        refused.Message.ShouldBe("'HTTP: GET /group/ => Run' is sensitive, but requires no scope, so there is nothing to ask the server about. Write RequireScope(…) on it or on its group.");
    }

    [Fact]
    public async Task What_is_sensitive_stops_the_start_of_an_app_without_a_client_of_its_own()
    {
        var refused = await Should.ThrowAsync<InvalidOperationException>(() => StartAsync(o => o.Enforcement = null));

        refused.Message.ShouldBe(
            "'HTTP: GET /label => Run' is sensitive, but this app has no client of its own to ask the server with. Set ActorTokenOptions.Enforcement to its ClientId and ClientSecret.");
    }

    private async Task ShouldBeUnavailableAsync(RelyingApp app)
    {
        var before = _ran;

        (await app.GetAsync("/label", Token())).ShouldBe(new Answer(
            503, null, Json("temporarily_unavailable", "The authorization server cannot be asked, so this cannot be permitted."), "application/json", "5", "no-store"));
        _ran.ShouldBe(before);
    }

    private Task<RelyingApp> StartAsync(Action<ActorTokenOptions>? configure = null, Action<WebApplication>? map = null)
    {
        Authority.OffersApiTokens();
        return RelyingApp.StartAsync(
            builder =>
            {
                builder.Services.AddSingleton<TimeProvider>(Time);
                builder.Services.AddAuthentication().AddActorToken(o =>
                {
                    (o.Authority, o.Resource, o.RequireHttpsMetadata) = (Authority.Issuer, RelyingApp.Resource, false);
                    o.Enforcement = new ActorTokenEnforcement { ClientId = "mail-api", ClientSecret = "s3cret" };
                    configure?.Invoke(o);
                });
                builder.Services.AddActorTokenAuthorization();
            },
            map ?? (app =>
            {
                app.MapGet("/read", Run).RequireScope("mail.read");
                app.MapGet("/label", Run).Sensitive().RequirePurpose("inbox.triage").RequireScope("mail.label");
                app.MapGroup("/group").Sensitive().RequireScope("mail.read").MapGet("/both", Run).RequireScope("mail.label").Sensitive();
            }));
    }

    private string Run()
    {
        Interlocked.Increment(ref _ran);
        return "done";
    }

    private static string Json(string error, string description) => $$"""{"error":"{{error}}","error_description":"{{description}}"}""";
}
