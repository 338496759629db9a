using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TokenExchange.Client;
using TokenExchange.ResourceServer;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Evaluations;

/// <summary>An agent with our package calls a relying app with our package, which asks the real server before it sends; all over HTTP.</summary>
public sealed class StepUpEndToEndTests : IAsyncLifetime
{
    private readonly List<StepUpRequest> _asked = [];
    private RunningServer _server = null!;
    private WebApplication _mail = null!;
    private ServiceProvider _agent = null!;
    private HttpClient _http = null!;
    private string? _assertion;
    private string? _fresh;
    private int _sent;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync(AskingWorld.Configuration);
        _mail = await StartMailAsync();
        _assertion = _server.Assertion();
        var services = new ServiceCollection();
        services.AddSingleton(_server.Services.GetRequiredService<TimeProvider>());
        services.AddLogging();
        services.AddHttpClient("mail").AddActorToken(o =>
        {
            (o.Authority, o.ClientId, o.ClientSecret) = (_server.Issuer, World.InboxAgent, World.Secret);
            (o.Resource, o.Purpose, o.AllowedOrigins) = (World.Mail, World.Triage, [_mail.Urls.First()]);
            o.SubjectToken = (_, _) => ValueTask.FromResult(SubjectToken.Jwt(_assertion!));
            o.StepUp = (request, _) =>
            {
                _asked.Add(request);
                return Task.FromResult(_fresh is null ? null : SubjectToken.Jwt(_fresh));
            };
        });
        _agent = services.BuildServiceProvider();
        _http = _agent.GetRequiredService<IHttpClientFactory>().CreateClient("mail");
        _http.BaseAddress = new Uri(_mail.Urls.First());
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _agent.DisposeAsync();
        await _mail.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Requirement("RFC 9470", "3", "A relying app demands a fresher or stronger sign-in")]
    [Fact]
    public async Task A_sign_in_that_grew_old_is_renewed_and_the_action_goes_through()
    {
        (await SendAsync()).ShouldBe((200, "sent 1"));
        _server.Clock.Advance(TimeSpan.FromMinutes(2.5));
        _fresh = _server.Assertion(c => c["auth_time"] = _server.Now.ToUnixTimeSeconds());

        (await SendAsync()).ShouldBe((200, "sent 2"));

        var asked = _asked.ShouldHaveSingleItem();
        (string.Join(' ', asked.AcrValues), asked.MaxAge, asked.Resource, asked.Purpose).ShouldBe(("pwd phr", TimeSpan.FromMinutes(22), World.Mail, World.Triage));
        (await EvaluationsAsync()).ShouldBe(["permitted", "permitted"], "the app knows by itself that the sign-in is too old, and asks only about what its policies permit");
    }

    [Fact]
    public async Task Without_a_fresh_sign_in_nothing_is_sent_and_the_agent_reads_why()
    {
        await SendAsync();
        _server.Clock.Advance(TimeSpan.FromMinutes(2.5));

        using var response = await _http.PostAsync("/send", content: null, TestContext.Current.CancellationToken);

        ((int)response.StatusCode, _sent).ShouldBe((401, 1));
        response.Headers.WwwAuthenticate.ToString().ShouldBe(
            "Bearer error=\"insufficient_user_authentication\", acr_values=\"pwd phr\", max_age=\"1320\", error_description=\"The user must authenticate again or more strongly for this.\", "
            + "resource_metadata=\"https://mail.example/.well-known/oauth-protected-resource\"");
    }

    [Fact]
    public async Task A_sign_in_that_is_still_too_old_is_not_asked_for_again()
    {
        await SendAsync();
        _server.Clock.Advance(TimeSpan.FromMinutes(2.5));
        _fresh = _server.Assertion(c => c["auth_time"] = _server.Now.AddMinutes(-21).ToUnixTimeSeconds());
        _server.Clock.Advance(TimeSpan.FromMinutes(1.5));

        // The server itself would no longer lend this scope, and the agent asked for whatever it can have.
        (await SendAsync()).Status.ShouldBe(403);

        (_asked.Count, _sent).ShouldBe((1, 1));
    }

    [Fact]
    public async Task A_token_that_was_revoked_meanwhile_is_replaced_and_what_was_revoked_altogether_is_not()
    {
        await SendAsync();
        var first = (await _server.RecordsAsync()).First(r => r.Kind == Storage.Audit.RecordKind.Permit);
        var revocations = _server.Services.GetRequiredService<Revocations.Revoker>();

        await revocations.RevokeAsync(Storage.Revocations.Root.Token(first.TokenId!), null, new Server.Exchange.Caller("test", null), default);
        (await SendAsync()).ShouldBe((200, "sent 2"));

        await revocations.RevokeAsync(Storage.Revocations.Root.Delegation(first.Delegation!), null, new Server.Exchange.Caller("test", null), default);
        (await Should.ThrowAsync<TokenExchangeRefusedException>(SendAsync)).Refusal.ErrorUri.ShouldEndWith("/errors/subject_token_revoked");
        _sent.ShouldBe(2);
    }

    [Fact]
    public async Task A_policy_that_was_narrowed_meanwhile_forbids_it_at_once()
    {
        await SendAsync();
        await _server.ApplyAsync(AskingWorld.Configuration with { Policies = [.. AskingWorld.Configuration.Policies!, World.Permit("stop", World.Triage, World.InboxAgent, "mail.send") with { Effect = "deny" }] });

        // The server says so when it is asked, and the app by itself once it has heard of the change.
        (await SendAsync()).Status.ShouldBe(403);
        _sent.ShouldBe(1);
    }

    [Fact]
    public async Task Where_the_agent_calls_from_reaches_the_policies()
    {
        await _server.ApplyAsync(AskingWorld.With(p => p with { Conditions = [new Core.Configuration.ConditionDefinition { SourceNetwork = ["127.0.0.0/8"] }] }));

        (await SendAsync()).ShouldBe((200, "sent 1"));
    }

    private async Task<(int Status, string Body)> SendAsync()
    {
        using var response = await _http.PostAsync("/send", content: null, TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private async Task<IEnumerable<string>> EvaluationsAsync() =>
        (await _server.RecordsAsync()).Where(r => r.Kind == Storage.Audit.RecordKind.Evaluation).Reverse().Select(r => r.Reason);

    private async Task<WebApplication> StartMailAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(_server.Services.GetRequiredService<TimeProvider>());
        builder.Services.AddAuthentication().AddActorToken(o =>
        {
            (o.Authority, o.Resource, o.RequireHttpsMetadata) = (_server.Issuer, World.Mail, false);

            // The clock of these tests leaps: what was heard before it shall still count.
            o.Enforcement = new ActorTokenEnforcement { ClientId = World.MailApi, ClientSecret = World.Secret, MaxPolicyAge = TimeSpan.FromHours(1), MaxRevocationAge = TimeSpan.FromHours(1) };
        });
        builder.Services.AddActorTokenAuthorization();
        builder.WebHost.UseUrls($"http://127.0.0.1:{RunningServer.FreePort()}");
        var app = builder.Build();
        app.MapPost("/send", () => $"sent {Interlocked.Increment(ref _sent)}").RequirePurpose(World.Triage).RequireScope("mail.send").Sensitive();
        await app.StartAsync();
        return app;
    }
}
