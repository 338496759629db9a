using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using FsCheck.Xunit;
using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Tests.Fixtures;
using TokenExchange.Storage.Audit;
using TokenExchange.Storage.Revocations;

namespace TokenExchange.Server.Tests.Laws;

/// <summary>L6: dead root, dead tree. Two nodes share one database; exchanges and a revocation meet in every order.</summary>
public sealed class RevocationLawTests(RevocationLawTests.TwoNodes nodes) : IClassFixture<RevocationLawTests.TwoNodes>
{
    [WalkLaw(30, "L6", Arbitrary = [typeof(Interleaving)])]
    public async Task L6_After_a_revocation_has_answered_nothing_below_it_succeeds_at_any_node_and_everything_else_still_does(Interleaving story)
    {
        var chain = await BuildAsync(story.Depth);

        // Whatever a node might remember of a token that is good, it does now.
        foreach (var token in chain)
        {
            for (var node = 0; node < 2; node++)
            {
                ((bool)(await PostAsync(node, "/introspect", World.MailApi, ("token", token))).Json["active"]!).ShouldBeTrue();
            }
        }

        var clock = Stopwatch.StartNew();
        var revoking = RevokeAsync(story, chain[story.Cut], clock);
        var born = await Task.WhenAll(story.Beats.Select(b => BeatAsync(b, chain[b.From], clock)));
        var answered = await revoking;

        foreach (var (beat, started, token, body) in born)
        {
            if (started > answered && IsBelow(story, beat.From))
            {
                token.ShouldBeNull($"L6: began {(started - answered).TotalMilliseconds:0.0} ms after the revocation had answered: {beat}");
                ReasonOf(body).ShouldBe("subject_token_revoked");
            }

            if (!IsBelow(story, beat.From) && CanTake(story, beat))
            {
                token.ShouldNotBeNull($"not below the revocation: {beat}: {body}");
            }
        }

        // At the one node as at the other, whenever they were issued.
        for (var node = 0; node < 2; node++)
        {
            for (var place = 0; place < chain.Count; place++)
            {
                await JudgeAsync(story, node, chain[place], DeepWorld.Agents[place], place, $"token {place}");
            }

            foreach (var (beat, _, token, _) in born.Where(b => b.Token is not null))
            {
                await JudgeAsync(story, node, token!, AgentOf(beat), beat.From, $"what came of it when {beat}");
            }
        }
    }

    private async Task JudgeAsync(Interleaving story, int node, string token, string holder, int below, string which)
    {
        var active = (bool)(await PostAsync(node, "/introspect", World.MailApi, ("token", token))).Json["active"]!;
        var narrowed = await PostAsync(node, "/token", holder, [.. DeepWorld.Form(token, isAssertion: false), ("scope", "mail.read")]);

        active.ShouldBe(!IsBelow(story, below), $"L6: introspection at node {node} of {which}");
        narrowed.Status.ShouldBe(IsBelow(story, below) ? 400 : 200, $"L6: exchange at node {node} of {which}: {narrowed.Body}");
    }

    private static bool IsBelow(Interleaving story, int place) => story.What != Ended.Token || place >= story.Cut;

    private static string AgentOf(Beat beat) => DeepWorld.Agents[Math.Min(beat.From + beat.Further, DeepWorld.Agents.Count - 1)];

    // Nobody is in a chain twice: further on than the holder there is always somebody new, up to the last agent.
    private static bool CanTake(Interleaving story, Beat beat) => beat.From + beat.Further < DeepWorld.Agents.Count && beat.From < story.Depth;

    private async Task<IReadOnlyList<string>> BuildAsync(int depth)
    {
        var chain = new List<string>();
        var subject = nodes.First.Assertion(c => c["sid"] = Guid.NewGuid().ToString("N"));
        for (var place = 0; place < depth; place++)
        {
            subject = (await PostAsync(place % 2, "/token", DeepWorld.Agents[place], DeepWorld.Form(subject, isAssertion: place == 0))).AccessToken;
            chain.Add(subject);
        }

        return chain;
    }

    /// <summary>Revokes, and returns when that had answered.</summary>
    private async Task<TimeSpan> RevokeAsync(Interleaving story, string token, Stopwatch clock)
    {
        await Task.Delay(story.RevokedAt);
        if (story.What == Ended.Token)
        {
            (await PostAsync(story.RevokingNode, "/revoke", DeepWorld.Agents[story.Cut], ("token", token))).Status.ShouldBe(200);
            return clock.Elapsed;
        }

        var claims = Jwt.Payload(token);
        var root = story.What == Ended.Delegation ? Root.Delegation((string)claims["txn"]!) : Root.Session((string)claims["sid"]!);
        var store = (story.RevokingNode == 0 ? nodes.First.Services : nodes.Second.Services).GetRequiredService<RevocationStore>();
        await store.RevokeAsync(root, "test", new ExchangeRecord { At = nodes.First.Now, Kind = RecordKind.Revocation, Reason = "revoked" }, default);
        return clock.Elapsed;
    }

    private async Task<(Beat Beat, TimeSpan Started, string? Token, string Body)> BeatAsync(Beat beat, string token, Stopwatch clock)
    {
        await Task.Delay(beat.At);
        var started = clock.Elapsed;
        var answer = await PostAsync(beat.Node, "/token", AgentOf(beat), DeepWorld.Form(token, isAssertion: false));
        return (beat, started, answer.Status == 200 ? answer.AccessToken : null, answer.Body);
    }

    private static string ReasonOf(string body) => ((string)JsonNode.Parse(body)!["error_uri"]!).Split('/')[^1];

    private async Task<Answer> PostAsync(int node, string path, string client, params (string Name, string? Value)[] form)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(form.Select(p => KeyValuePair.Create(p.Name, p.Value!))) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{client}:{World.Secret}")));
        using var response = await (node == 0 ? nodes.First.Http : nodes.Second.Http).SendAsync(request);
        return new Answer((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers, response.Content.Headers.ContentType?.ToString());
    }

    public sealed class TwoNodes : IAsyncLifetime
    {
        private Node? _second;

        public RunningServer First { get; private set; } = null!;

        internal Node Second => _second!;

        public async ValueTask InitializeAsync()
        {
            First = await RunningServer.StartAsync(DeepWorld.Configuration);
            _second = await Node.BesideAsync(First);
        }

        public async ValueTask DisposeAsync()
        {
            if (_second is not null)
            {
                await _second.DisposeAsync();
            }

            await First.DisposeAsync();
        }
    }
}
