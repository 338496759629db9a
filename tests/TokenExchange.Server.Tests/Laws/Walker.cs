using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Policies;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Tests.Fixtures;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Server.Tests.Laws;

/// <summary>Takes a walk at a real server, over HTTP, and holds every answer and every record against the laws.</summary>
public sealed class Walker(RunningServer server, Tally tally)
{
    private static int s_sessions;

    /// <exception cref="LawBrokenException">A law was broken; the message tells the walk as it happened.</exception>
    public async Task TakeAsync(Outing outing)
    {
        await server.ApplyAsync(WalkWorld.Publish(outing.Rules));
        var rules = outing.Rules;
        foreach (var walk in outing.Walks)
        {
            var trip = new Trip(server, tally, outing, walk, rules, Interlocked.Increment(ref s_sessions));
            try
            {
                rules = await trip.GoAsync();
            }
            catch (Exception e)
            {
                throw new LawBrokenException($"{e.Message}\n{outing}what happened:\n{trip.Story}", e);
            }
        }
    }

    private sealed class Trip(RunningServer server, Tally tally, Outing outing, Walk walk, Rules rules, int session)
    {
        private readonly ExchangeLedger _ledger = server.Services.GetRequiredService<ExchangeLedger>();
        private readonly List<Issue> _issues = [];
        private readonly Dictionary<string, DateTimeOffset> _delegations = new(StringComparer.Ordinal);
        private readonly StringBuilder _story = new();
        private Rules _rules = rules;
        private bool _over;
        private ExchangeRecord? _last;

        public string Story => _story.ToString();

        /// <summary>Goes, and returns the rules that are published at the end.</summary>
        public async Task<Rules> GoAsync()
        {
            var root = Root();
            var assertion = WalkWorld.KeyOf(walk.Issuer).Sign(root);
            tally.Saw(assertion);
            _last = await LatestAsync();
            foreach (var step in walk.Steps.TakeWhile(_ => !_over))
            {
                server.Clock.Advance(TimeSpan.FromMilliseconds(step.Wait + 1));
                if (step.Republish)
                {
                    _rules = ReferenceEquals(_rules, outing.Rules) ? outing.OtherRules : outing.Rules;
                    await server.ApplyAsync(WalkWorld.Publish(_rules));
                    _last = await LatestAsync();
                    _story.AppendLine("  other rules are published");
                }

                await TakeAsync(step, root, assertion);
            }

            return _rules;
        }

        private async Task<ExchangeRecord> LatestAsync() => (await _ledger.ReadLatestAsync(1, default))[0];

        private JsonObject Root()
        {
            var now = server.Now.ToUnixTimeSeconds();
            var claims = new JsonObject
            {
                ["iss"] = walk.Issuer, ["sub"] = $"user-{session}", ["aud"] = "https://exchange.example", ["iat"] = now, ["exp"] = now + walk.Lives, ["sid"] = $"session-{session}",
                ["amr"] = new JsonArray([.. walk.Amr.Select(m => JsonValue.Create(m))]),
            };
            Set("scope", walk.Scopes);
            Set("may_act", walk.MayAct is { } agent ? new JsonObject { ["sub"] = agent } : null);
            Set("acr", walk.Acr);
            Set("auth_time", walk.SignedIn is { } ago ? now - ago : null);
            return claims;

            void Set(string name, JsonNode? value)
            {
                if (value is not null)
                {
                    claims[name] = value;
                }
            }
        }

        private async Task TakeAsync(Stride step, JsonObject root, string assertion)
        {
            // The latest one that is still good; once everything has expired, that is tried once more and the walk is over.
            var live = _issues.LastOrDefault(i => i.Expires > server.Now.ToUnixTimeSeconds());
            var held = step.Hold switch
            {
                Hold.Latest => live,
                Hold.Earlier when _issues.Count > 0 => _issues[step.Pick % _issues.Count],
                _ => null,
            };
            _over = live is null && (long)root["exp"]! <= server.Now.ToUnixTimeSeconds();
            var request = held is null ? Begin(step) : Continue(step, held);
            var token = held?.Token ?? assertion;
            var answer = await server.ExchangeAsync(request.Agent, ("subject_token", token), ("subject_token_type", held is null ? TokenTypes.Jwt : TokenTypes.AccessToken),
                ("resource", request.Resource), ("scope", request.Scopes is null ? null : string.Join(' ', request.Scopes)), ("purpose", request.Purpose));
            var after = await _ledger.ReadLatestAsync(2, default);
            _story.Append($"  at {server.Now:HH:mm:ss.fff} {request} with {(held is null ? "the assertion" : $"token {_issues.IndexOf(held) + 1}")}: ");

            // No two records are alike, because the clock never stands still between two steps.
            var record = after[0];
            if (record.Equals(_last) || !after[1].Equals(_last))
            {
                throw new LawBrokenException("every exchange leaves exactly one record");
            }

            _last = record;

            if (answer.Status == 200)
            {
                Judge(Remember(answer, request, record, held, root), answer, request, record, token);
            }
            else
            {
                Judge(answer, request, record, token);
            }
        }

        private Request Begin(Stride step)
        {
            var permit = _rules.Permits.Count == 0 ? null : _rules.Permits[step.Pick % _rules.Permits.Count];
            var resource = step.Where == Where.Any || permit is null ? WalkWorld.Resources[step.Pick % 2] : permit.Resource;
            var agent = step.Who == Who.Anyone || permit is null || permit.Agents.Count == 0 ? WalkWorld.Agents[step.Pick % 6] : permit.Agents[0];
            return new Request(agent, resource, Scopes(step, permit?.Scopes ?? [], resource), step.Why switch
            {
                Why.Other => WalkWorld.OtherPurpose,
                Why.Absent when step.Pick % 8 == 0 => null,
                _ => permit?.Purpose,
            });
        }

        private Request Continue(Stride step, Issue held)
        {
            var agent = step.Who switch
            {
                Who.Named when held.MayAct.Count > 0 => held.MayAct[step.Pick % held.MayAct.Count],
                Who.Named or Who.Current => held.Agent,
                _ => WalkWorld.Agents[step.Pick % 6],
            };
            var onward = held.Permit.Limits.OnwardTo.Where(o => o.Agent == agent).ToList();
            var resource = step.Where switch
            {
                Where.Onward when onward.Count > 0 => onward[step.Pick % onward.Count].Resource ?? held.Resource,
                Where.Any => WalkWorld.Resources[step.Pick % 2],
                _ => held.Resource,
            };
            var scopes = resource == held.Resource ? held.Scopes : WalkWorld.ScopesOf(resource);
            var other = step.Pick % 2 == 0 ? WalkWorld.Purposes.First(p => p != held.Purpose) : WalkWorld.OtherPurpose;
            return new Request(agent, resource, Scopes(step, scopes, resource), step.Why switch { Why.Absent => null, Why.Same => held.Purpose, _ => other });
        }

        private static IReadOnlyList<string>? Scopes(Stride step, IReadOnlyList<string> from, string resource) => step.Ask switch
        {
            Ask.Nothing => null,
            Ask.Subset when from.Count > 0 => [.. from.Where((_, i) => i == step.Pick % from.Count || (step.Pick >> (i + 3)) % 2 == 1)],
            _ => [.. from.Union(step.Pick % 3 == 0 ? ["elsewhere"] : WalkWorld.ScopesOf(resource), StringComparer.Ordinal)],
        };

        private Issue Remember(Answer answer, Request request, ExchangeRecord record, Issue? held, JsonObject root)
        {
            var claims = answer.Claims;
            var delegation = (string)claims["txn"]!;
            _delegations.TryAdd(delegation, server.Now);
            var permit = record.Policy is { } name ? _rules.Find(name) : null;
            var issue = new Issue
            {
                Token = answer.AccessToken, Claims = claims, Agent = request.Agent, At = server.Now, Rules = _rules, Parent = held, Root = root, DelegationSeen = _delegations[delegation],
                Permit = permit ?? throw new LawBrokenException($"the record names the determining permit, not {record.Policy ?? "nothing"}"),
            };
            _issues.Add(issue);
            _story.AppendLine($"token {_issues.Count} by {permit.Name} at {Rules.HostOf(issue.Resource)} [{string.Join(' ', issue.Scopes)}] under {issue.Purpose} "
                + $"until {DateTimeOffset.FromUnixTimeSeconds(issue.Expires):HH:mm:ss}, chain {string.Join(" ← ", issue.Chain.Select(a => a["sub"]))}, may act [{string.Join(' ', issue.MayAct)}]");
            return issue;
        }

        private void Judge(Issue issue, Answer answer, Request request, ExchangeRecord record, string presented)
        {
            tally.Count(issue);
            tally.Saw(issue.Token);
            _issues.Where(i => i.Text("txn") == issue.Text("txn")).Select(i => (i.Purpose, i.Text("sid"), (string?)i.Chain[^1]["sub"])).Distinct()
                .ShouldHaveSingleItem("L4: one txn stands for one purpose, one session and one first agent");
            ChainLaws.Hold(issue, server.Issuer);
            issue.Resource.ShouldBe(request.Resource, "aud is the resource asked for");
            if (request.Scopes is { } asked)
            {
                issue.Scopes.Order(StringComparer.Ordinal).ShouldBe(asked.Order(StringComparer.Ordinal), "scopes asked for by name are granted as they are or not at all");
            }

            if (request.Purpose is { } purpose)
            {
                issue.Purpose.ShouldBe(purpose, "the purpose is the one declared");
            }

            ((string)answer.Json["scope"]!).ShouldBe(issue.Text("scope"));
            ((string)answer.Json["purpose"]!).ShouldBe(issue.Purpose);
            ((long)answer.Json["expires_in"]!).ShouldBe(issue.Expires - (long)issue.Claims["iat"]!);
            answer.Json.ContainsKey("refresh_token").ShouldBeFalse();
            record.ShouldBe(new ExchangeRecord
            {
                At = issue.At, Kind = RecordKind.Permit, Reason = "permitted", ClientId = issue.Agent, Subject = issue.Text("sub"), SubjectIssuer = walk.Issuer,
                Chain = issue.Claims["act"]!.ToJsonString(), Purpose = issue.Purpose, Resource = issue.Resource, RequestedScopes = request.Scopes is null ? null : string.Join(' ', request.Scopes),
                GrantedScopes = issue.Text("scope"), Delegation = issue.Text("txn"), Session = issue.Text("sid"), TokenId = issue.Text("jti"), ParentTokenId = issue.Parent?.Text("jti"),
                SubjectTokenHash = Hash(presented), ExpiresAt = DateTimeOffset.FromUnixTimeSeconds(issue.Expires), PolicySetVersion = record.PolicySetVersion, Policy = issue.Permit.Name,
                Source = "127.0.0.1", Question = record.Question,
            });
            record.PolicySetVersion.ShouldNotBeNull();
            var (question, decision) = (record.Question!.Question, (RecordedDecision.Permit)record.Question.Decision);
            (question.Now, question.Agent.ClientId, question.Resource.Value, question.ChainDepth, question.RequestedScopes?.ToString())
                .ShouldBe((issue.At, issue.Agent, issue.Resource, issue.Chain.Count, request.Scopes is null ? null : issue.Text("scope")), "the question is on record as it was asked");
            (decision.Purpose, decision.Granted.ToString(), decision.Policy).ShouldBe((issue.Purpose, issue.Text("scope"), issue.Permit.Name));
        }

        private void Judge(Answer answer, Request request, ExchangeRecord record, string presented)
        {
            answer.Status.ShouldBe(400, answer.Body);
            var code = ((string)answer.Json["error_uri"]!).Split('/')[^1];
            _story.AppendLine($"{code} ({record.Detail})");
            tally.CountRefusal(code);
            answer.Json.ContainsKey("access_token").ShouldBeFalse();
            (record.Kind, record.Reason, record.ClientId, record.At).ShouldBe((RecordKind.Refusal, code, request.Agent, server.Now));
            (record.TokenId, record.GrantedScopes, record.ExpiresAt).ShouldBe((null, null, null));
            record.SubjectTokenHash.ShouldBe(Hash(presented));
        }

        private static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(token)));
    }

    private sealed record Request(string Agent, string Resource, IReadOnlyList<string>? Scopes, string? Purpose)
    {
        public override string ToString() =>
            $"{Agent} asks for {(Scopes is null ? "whatever it can have" : $"[{string.Join(' ', Scopes)}]")} at {Rules.HostOf(Resource)}{(Purpose is null ? string.Empty : $" under {Purpose}")}";
    }
}

/// <summary>What the walks came to: laws over walks that never succeed would say nothing.</summary>
public sealed class Tally
{
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    public int Permits { get; private set; }

    public int Narrowings { get; private set; }

    public int HandOns { get; private set; }

    public int OtherResource { get; private set; }

    public int DepthThree { get; private set; }

    public SortedDictionary<string, int> Refusals { get; } = new(StringComparer.Ordinal);

    /// <summary>Every token and assertion that went over the wire.</summary>
    public IReadOnlyCollection<string> Seen => _seen;

    public void Saw(string token) => _seen.Add(token);

    public void Count(Issue issue)
    {
        Permits++;
        Narrowings += issue.IsNarrowing ? 1 : 0;
        HandOns += issue.IsHandOn ? 1 : 0;
        OtherResource += issue.Parent is { } parent && parent.Resource != issue.Resource ? 1 : 0;
        DepthThree += issue.Chain.Count >= 3 ? 1 : 0;
    }

    public void CountRefusal(string code) => Refusals[code] = Refusals.GetValueOrDefault(code) + 1;

    public override string ToString() =>
        $"{Permits} permits, {Narrowings} narrowings, {HandOns} hand-ons, {OtherResource} to another resource, {DepthThree} at depth 3 or more; refused: "
        + string.Join(", ", Refusals.Select(r => $"{r.Value} {r.Key}"));
}
