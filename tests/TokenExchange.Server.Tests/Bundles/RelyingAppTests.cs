using System.Diagnostics;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Protocol;
using TokenExchange.ResourceServer;
using TokenExchange.Server.Tests.Fixtures;
using TokenExchange.Server.Tests.Hostile;

namespace TokenExchange.Server.Tests.Bundles;

/// <summary>A relying app with the Enforcement option obeys the real server: what is revoked, disabled or narrowed there ends here, and being cut off is no way round it.</summary>
public sealed class RelyingAppTests : IAsyncLifetime
{
    private readonly Cable _cable = new();
    private RunningServer _server = null!;
    private RelyingApp _app = null!;
    private string _root = null!;
    private string _child = null!;

    public static TheoryData<string> Kinds => ["token", "delegation", "session", "agent", "second agent", "subject", "issuer", "resource", "purpose"];

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync(World.WithOps(World.Configuration));
        _app = await RelyingApp.StartAsync(_server, configure: o =>
        {
            o.Enforcement = new ActorTokenEnforcement { ClientId = World.MailApi, ClientSecret = World.Secret };
            o.BackchannelHttpHandler = _cable;
        });
        _root = (await _server.HopAsync(World.InboxAgent, _server.Assertion(), TokenTypes.Jwt)).AccessToken;
        _child = (await _server.HopAsync(World.SummaryAgent, _root, TokenTypes.AccessToken)).AccessToken;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _server.DisposeAsync();
        _cable.Dispose();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task What_is_revoked_at_the_server_ends_here(string what)
    {
        (await _app.GetAsync(_child)).Status.ShouldBe(200);
        var claims = Jwt.Payload(_root);
        var (kind, id) = what switch
        {
            "token" => ("token", (string)claims["jti"]!),
            "delegation" => ("delegation", (string)claims["txn"]!),
            "session" => ("session", (string)claims["sid"]!),
            "agent" => ("agent", World.InboxAgent),
            "second agent" => ("agent", World.SummaryAgent),
            "subject" => ("subject", "alice"),
            "issuer" => ("issuer", World.Idp),
            "resource" => ("resource", World.Mail),
            _ => ("purpose", World.Triage),
        };

        await _server.ApiAsync(HttpMethod.Post, "/admin/api/revocations", await _server.ApiTokenAsync(), $$"""{"kind":"{{kind}}","id":"{{id}}"}""");

        await EventuallyAsync(_child, 401);
        await _app.ShouldRefuseAsync(_child, "The token is no longer active.");
        (await _app.GetAsync(_root)).Status.ShouldBe(what == "second agent" ? 200 : 401);
    }

    [Fact]
    public async Task An_agent_that_is_disabled_ends_here()
    {
        await _server.ApplyAsync(World.Configuration with { Clients = [.. World.Configuration.Clients!.Select(c => c.ClientId == World.InboxAgent ? c with { Enabled = false } : c)] });

        await EventuallyAsync(_root, 401);
        await EventuallyAsync(_child, 401);
    }

    [Fact]
    public async Task A_policy_that_is_narrowed_holds_for_the_token_that_lives()
    {
        (await _app.GetAsync(_root)).Status.ShouldBe(200);

        await _server.ApplyAsync(World.Configuration with { Policies = [.. World.Configuration.Policies!.Select(p => p.Name == "triage-by-inbox-agent" ? p with { Scopes = ["mail.label"] } : p)] });

        await EventuallyAsync(_root, 403);
        (await _app.GetAsync(_root)).Challenge!.ShouldStartWith("Bearer error=\"insufficient_scope\", scope=\"mail.read\", ");
        (await _server.IntrospectAsync(_root)).Body.ShouldContain("\"active\":true");
    }

    [Fact]
    public async Task An_app_that_no_longer_speaks_for_its_resource_accepts_nothing()
    {
        (await _app.GetAsync(_root)).Status.ShouldBe(200);

        await _server.ApplyAsync(World.Configuration with { Resources = [.. World.Configuration.Resources!.Select(r => r with { Clients = [] })] });

        await EventuallyAsync(_root, 503);
    }

    [Fact]
    public async Task Claims_of_the_user_that_a_policy_looks_at_are_judged_here_as_at_the_server()
    {
        await _server.ApplyAsync(World.Configuration with
        {
            Policies = [.. World.Configuration.Policies!.Select(p => p with { Conditions = [new ConditionDefinition { ClaimEquals = new ClaimConditionDefinition { Claim = "department", Value = "sales" } }] })],
        });
        await EventuallyAsync(_root, 401);

        var fresh = await _server.FirstTokenAsync();

        Jwt.Payload(fresh)["subject_claims"]!.ToJsonString().ShouldBe("""{"department":["sales"]}""");
        (await _app.GetAsync(fresh)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Cut_off_from_the_server_it_refuses_after_its_bound_and_recovers_by_itself()
    {
        _cable.Cut = true;
        await _server.ApiAsync(HttpMethod.Post, "/admin/api/revocations", await _server.ApiTokenAsync(), """{"kind":"agent","id":"summary-agent"}""");
        _server.Clock.Advance(TimeSpan.FromSeconds(55));
        (await _app.GetAsync(_root)).Status.ShouldBe(200);

        _server.Clock.Advance(TimeSpan.FromSeconds(5));
        (await _app.GetAsync(_root)).Body.ShouldBe("""{"error":"temporarily_unavailable","error_description":"The authorization server has not been heard from for too long, so the token cannot be judged."}""");

        _cable.Cut = false;
        await EventuallyAsync(_root, 200, TimeSpan.FromSeconds(1));
        await _app.ShouldRefuseAsync(_child, "The token is no longer active.");
    }

    // What the server tells is heard at once, but not in the same instant; where the app waits before it tries again, time has to go on.
    private async Task EventuallyAsync(string token, int status, TimeSpan step = default)
    {
        for (var since = Stopwatch.StartNew(); (await _app.GetAsync(token)).Status != status; await Task.Delay(10, TestContext.Current.CancellationToken))
        {
            since.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));
            _server.Clock.Advance(step);
        }
    }

    private sealed class Cable() : DelegatingHandler(new SocketsHttpHandler())
    {
        private readonly CancellationTokenSource _held = new();
        private volatile bool _cut;

        public bool Cut
        {
            set
            {
                _cut = value;
                if (value)
                {
                    _held.Cancel();
                }
            }
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (_cut)
            {
                throw new HttpRequestException("cut off");
            }

            if (_held.IsCancellationRequested)
            {
                return await base.SendAsync(request, cancellationToken);
            }

            // What is under way when the cable is cut does not arrive either.
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _held.Token);
            try
            {
                return await base.SendAsync(request, linked.Token);
            }
            catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
            {
                throw new HttpRequestException("cut off", e);
            }
        }

        protected override void Dispose(bool disposing)
        {
            _held.Dispose();
            base.Dispose(disposing);
        }
    }
}
