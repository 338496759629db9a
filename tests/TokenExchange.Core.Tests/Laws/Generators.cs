using System.Net;
using FsCheck;
using FsCheck.Fluent;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Policies;
using TokenExchange.Core.Tokens;

namespace TokenExchange.Core.Tests.Laws;

/// <summary>
/// A small world, so that what is generated collides often: three purposes, three resources, five scopes, twelve agents, two issuers. Cases shrink by
/// leaving out policies and turns.
/// </summary>
public static class Generators
{
    private const string Server = "https://exchange.example";

    private static readonly string[] Purposes = ["inbox.triage", "inbox.archive", "report.weekly"];
    private static readonly string[] Resources = ["https://mail.example", "https://files.example", "https://crm.example"];
    private static readonly string[] Scopes = ["read", "label", "move", "send", "delete"];
    private static readonly string[] Issuers = ["https://idp.example", "https://partner.example"];
    private static readonly string[] Departments = ["sales", "support"];
    private static readonly string[] Groups = ["staff", "managers"];
    private static readonly string[] AcrValues = ["silver", "gold"];
    private static readonly string[] Kinds = [ClientKind.AiAgent, ClientKind.Service];
    private static readonly string[] Tags = ["internal", "batch"];
    private static readonly string[] Networks = ["192.0.2.0/24", "2001:db8::/32"];
    private static readonly string[] Days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    private static readonly DateTimeOffset Start = new(2026, 3, 27, 0, 0, 0, TimeSpan.Zero);

    private static readonly AgentFacts[] Agents =
        [.. Enumerable.Range(0, 12).Select(n => new AgentFacts($"agent-{n}", Kinds[n % 2], n % 3 == 0 ? [] : [Tags[n % 3 - 1]]))];

    public static Actor ActorOf(AgentFacts agent) => new(agent.ClientId, Server, agent.Kind);

    public static Arbitrary<ScopeSet> ScopeSets() => AnyScopes.ToArbitrary();

    public static Arbitrary<Actor> Actors() =>
        (from name in Gen.Elements("a", "b", "c", "d", "e", "f", "g")
         from issuer in Gen.Elements(Server, "https://other.example")
         from profile in Gen.Elements(null, "ai_agent", "service")
         select new Actor(name, issuer, profile)).ToArbitrary();

    public static Arbitrary<PolicyDefinition> Policies() => Policy("added", Agents[..4]).ToArbitrary();

    public static Gen<Situation> AnySituation { get; } =
        from purposes in PurposeDefinitions
        from policies in PolicyList(Gen.Choose(2, 12), name => Policy(name, Agents[..4]))
        from question in Question(Agents[..4])
        select new Situation(purposes, policies, question);

    public static Gen<Story> AnyStory { get; } =
        from policies in PolicyList(Gen.Choose(2, 9), ChainPolicy)
        from agent in Gen.Elements(Agents)
        from now in Instant
        from subject in Subject(now)
        from requested in OneIn(4, FewScopes)
        from sessionLeft in Gen.Choose(0, 8 * 3600)
        from turns in Gen.ListOf(TurnOf, 40)
        select new Story(
            [.. Purposes.Select(p => new PurposeDefinition { Purpose = p })],
            policies,
            new PolicyQuestion { Now = now, Agent = agent, Subject = subject, Resource = ResourceIndicator.Parse(Resources[0]), Purpose = Purposes[0], RequestedScopes = requested, ChainDepth = 1 },
            TimeSpan.FromSeconds(sessionLeft),
            [.. turns]);

    private static readonly Gen<Situation> s_situations = Cases.SharedBetweenLaws(AnySituation);
    private static readonly Gen<Story> s_stories = Cases.SharedBetweenLaws(AnyStory);

    public static Arbitrary<Situation> Situations() => Arb.From(s_situations, c => c.Policies.Select(c.Without));

    public static Arbitrary<Story> Stories() => Arb.From(s_stories, Smaller);

    // Half of the turns first, then single ones, so that a long story soon becomes a short one; then simpler policies.
    private static IEnumerable<Story> Smaller(Story s) =>
    [
        .. s.Turns.Count < 2 ? [] : new[] { s with { Turns = [.. s.Turns.Take(s.Turns.Count / 2)] }, s with { Turns = [.. s.Turns.Skip(s.Turns.Count / 2)] } },
        .. s.Policies.Select(p => s with { Policies = [.. s.Policies.Where(x => x != p)] }),
        .. s.Turns.Select(t => s with { Turns = [.. s.Turns.Where(x => !ReferenceEquals(x, t))] }),
        .. s.Policies.Where(p => p.Conditions.Count > 0).Select(p => Instead(s, p, p with { Conditions = [] })),
        .. s.Policies.Where(p => p.Limits.OnwardTo.Count > 0).Select(p => Instead(s, p, p with { Limits = p.Limits with { OnwardTo = [.. p.Limits.OnwardTo.Skip(1)] } })),
    ];

    private static Story Instead(Story s, PolicyDefinition old, PolicyDefinition simpler) => s with { Policies = [.. s.Policies.Select(x => x == old ? simpler : x)] };

    public static Arbitrary<HandOn> HandOns() =>
        (from entries in Onwards(Agents[..3])
         from receiver in Gen.Elements(Agents[..3])
         from resource in Gen.Elements(Resources)
         from held in Gen.Elements(Resources)
         from scopes in AnyScopes
         select new HandOn([.. entries.Select(e => new Onward(e.Agent, e.Resource is null ? null : ResourceIndicator.Parse(e.Resource), e.Scopes.Count == 0 ? null : ScopeSet.Of(e.Scopes)))], receiver.ClientId, ResourceIndicator.Parse(resource), ResourceIndicator.Parse(held), scopes))
        .ToArbitrary();

    public static Arbitrary<Lifetime> Lifetimes() =>
        (from now in Instant
         from max in Gen.Choose(1, 3_600_000)
         from bounds in Gen.ListOf(OneIn(2, Gen.Choose(-60_000, 7_200_000)), 3)
         select new Lifetime(now, TimeSpan.FromMilliseconds(max), [.. bounds.Select(b => b is { } ms ? now.AddMilliseconds(ms) : (DateTimeOffset?)null)])).ToArbitrary();

    public static Arbitrary<ActorToken> ActorTokens() =>
        (from agents in Gen.Shuffle(Agents)
         from depth in Gen.Choose(1, ActChain.MaxDepth)
         from resource in Gen.Elements(Resources)
         from scopes in NonEmptyScopes
         from purpose in Gen.Elements(Purposes)
         from now in Instant
         from lifetime in Gen.Choose(1, 3600)
         from subject in Subject(now)
         from methods in Gen.SubListOf("pwd", "otp", "hwk")
         from mayAct in Gen.SubListOf(Agents)
         select new ActorToken
         {
             Issuer = Server, Subject = "corp|alice", Audience = ResourceIndicator.Parse(resource), ClientId = agents[depth - 1].ClientId,
             Chain = agents.Take(depth).Skip(1).Aggregate(ActChain.StartWith(ActorOf(agents[0])), (c, a) => c.TryExtend(ActorOf(a), out var longer) ? longer : c),
             Scopes = scopes, Purpose = purpose, Delegation = "delegation", Session = "session", Id = "token",
             IssuedAt = TokenLifetime.WholeSeconds(now), ExpiresAt = TokenLifetime.WholeSeconds(now).AddSeconds(lifetime),
             Authentication = subject.Authentication with { Time = subject.Authentication.Time is { } t ? TokenLifetime.WholeSeconds(t) : null, Methods = [.. methods] },
             MayAct = mayAct.Count == 0 ? null : MayAct.For(mayAct.Select(a => new MayAct.Party(a.ClientId, Server))),
         }).ToArbitrary();

    public static Arbitrary<ResourceIndicator> ResourceIndicators() =>
        (from scheme in Gen.Elements("https", "HTTPS", "http", "spiffe", "custom")
         from host in Gen.Elements("mail.example", "MAIL.example", "mail.example.", "192.0.2.1", "[2001:db8::1]", "[2001:DB8::1:8080]", "[::ffff:192.0.2.1]", "[fe80::1%25eth0]", "xn--mnchen-3ya.example")
         from port in Gen.Elements(string.Empty, ":80", ":443", ":8080", ":")
         from path in Gen.Elements(string.Empty, "/", "/api", "/api/", "/API", "/a/../b", "/a/./b/", "/%61", "/a%2Fb", "/a%2fb/", "/a//b", "/a;v=1", "/%41%5B", "/a:b@c")
         select ResourceIndicator.TryParse($"{scheme}://{host}{port}{path}", out var resource) ? resource : ResourceIndicator.Parse($"urn:example:{scheme}{path}"))
        .ToArbitrary();

    public static Arbitrary<TimeOfWeek> TimesOfWeek() =>
        (from now in Instant
         from minuteFrom in Gen.Choose(0, 1439)
         from minuteTo in Gen.Choose(0, 1439)
         from zone in Gen.Elements("Europe/Berlin", "America/New_York", "Asia/Kolkata", "UTC")
         select new TimeOfWeek(now, TimeOnly.MinValue.AddMinutes(minuteFrom), TimeOnly.MinValue.AddMinutes(minuteTo), zone)).ToArbitrary();

    private static Gen<ScopeSet> AnyScopes => Gen.SubListOf(Scopes).Select(s => ScopeSet.Of(s));

    private static Gen<ScopeSet> NonEmptyScopes => AnyScopes.Select(s => s.IsEmpty ? ScopeSet.Of(Scopes[0]) : s);

    private static Gen<ScopeSet> FewScopes => Gen.Two(Gen.Elements(Scopes)).Select(two => ScopeSet.Of(two.Item1, two.Item2));

    // Four days around the night the clocks go forward in Berlin, to the millisecond.
    private static Gen<DateTimeOffset> Instant =>
        Gen.Choose(0, 4 * 24 * 3600 * 1000).Select(milliseconds => Start.AddMilliseconds(milliseconds));

    private static Gen<IReadOnlyList<PurposeDefinition>> PurposeDefinitions =>
        from retired in Gen.Choose(0, 19)
        select (IReadOnlyList<PurposeDefinition>)[.. Purposes.Select((p, n) => new PurposeDefinition { Purpose = p, State = n == retired ? "retired" : "active" })];

    private static Gen<ConditionDefinition> Condition => Gen.OneOf(
        from days in Gen.SubListOf(Days)
        from hours in Gen.Elements(("07:00", "19:00"), ("22:00", "06:00"), ("00:00", "00:00"), ("02:00", "03:00"))
        select new ConditionDefinition { TimeWindow = new() { Days = [.. days], From = hours.Item1, To = hours.Item2, Zone = "Europe/Berlin" } },
        from networks in Gen.SubListOf(Networks)
        select new ConditionDefinition { SourceNetwork = [.. networks] },
        from department in Gen.Elements(Departments)
        select new ConditionDefinition { ClaimEquals = new() { Claim = "department", Value = department } },
        from @group in Gen.Elements(Groups)
        select new ConditionDefinition { ClaimContains = new() { Claim = "groups", Value = @group } });

    private static Gen<IReadOnlyList<SubjectDefinition>> Subjects =>
        from issuers in Gen.Frequency((4, Gen.Constant(Issuers)), (1, Gen.Elements(Issuers).Select(i => new[] { i })))
        from departments in OneIn(6, Gen.SubListOf(Departments))
        from groups in OneIn(8, Gen.SubListOf(Groups))
        select (IReadOnlyList<SubjectDefinition>)[.. issuers.Select(i => new SubjectDefinition { Issuer = i, Claims = Claims(departments, groups) })];

    private static Gen<LimitsDefinition> Limits =>
        from minutes in Gen.Choose(1, 60)
        from depth in Gen.Frequency((3, Gen.Choose(1, 3)), (1, Gen.Choose(4, 10)))
        from maxSessionAge in OneIn(8, Gen.Choose(1, 60))
        from maxAuthAge in OneIn(6, Gen.Choose(1, 60))
        from acr in OneIn(6, Gen.SubListOf(AcrValues))
        from perScope in OneIn(4, PerScope)
        select new LimitsDefinition
        {
            MaxLifetime = TimeSpan.FromMinutes(minutes), MaxChainDepth = depth, MaxSessionAge = Minutes(maxSessionAge), MaxAuthAge = Minutes(maxAuthAge),
            AcrValues = [.. acr ?? []], PerScope = perScope ?? [],
        };

    private static Gen<Dictionary<string, AuthenticationDefinition>> PerScope =>
        from scopes in AnyScopes
        from maxAuthAge in OneIn(2, Gen.Choose(1, 60))
        from acr in Gen.SubListOf(AcrValues)
        select scopes.ToDictionary(s => s, _ => new AuthenticationDefinition { MaxAuthAge = Minutes(maxAuthAge), AcrValues = [.. acr] }, StringComparer.Ordinal);

    private static Gen<Turn> TurnOf =>
        from agent in Gen.Elements(Agents)
        from resource in Gen.Frequency((3, Gen.Constant(Resources[0])), (2, Gen.Elements(Resources)))
        from requested in OneIn(8, FewScopes)
        from milliseconds in Gen.Choose(0, 40_999)
        select new Turn(agent, ResourceIndicator.Parse(resource), requested, TimeSpan.FromMilliseconds(milliseconds));

    private static Gen<PolicyDefinition> Policy(string name, AgentFacts[] agents) =>
        from deny in Gen.Choose(0, 4)
        from purpose in MostlyFirst(Purposes)
        from resource in MostlyFirst(Resources)
        from how in Gen.Choose(0, 3)
        from selected in Gen.SubListOf(agents)
        from kind in Gen.Elements(Kinds)
        from tag in Gen.Elements(Tags)
        from subjects in Subjects
        from scopes in AnyScopes
        from limits in Limits
        from conditions in Gen.Frequency((6, Gen.Constant(Array.Empty<ConditionDefinition>())), (1, Gen.ArrayOf(Condition, 1)), (1, Gen.ArrayOf(Condition, 2)))
        select new PolicyDefinition
        {
            Name = name, Purpose = purpose, Effect = deny == 0 ? "deny" : "permit", Resource = resource, Subjects = subjects, Conditions = conditions, Limits = limits,
            Agents = how is 0 or 1 ? [.. selected.Select(a => a.ClientId)] : [], AgentKinds = how is 1 or 2 ? [kind] : [], AgentTags = how is 3 ? [tag] : [],
            Scopes = scopes.IsEmpty && deny != 0 ? Scopes : [.. scopes],
        };

    // Generous, so that chains grow: most policies select many agents, allow depth and name receivers; a few forbid or demand.
    private static Gen<PolicyDefinition> ChainPolicy(string name) =>
        from policy in Policy(name, Agents)
        from mean in Gen.Choose(0, 9)
        from depth in Gen.Frequency((1, Gen.Choose(1, 9)), (3, Gen.Constant(10)))
        from lifetime in Gen.Choose(1, 3600)
        from delegation in Gen.Choose(60, 8 * 3600)
        from few in Gen.SubListOf(Scopes)
        from onwards in Onwards(Agents)
        from resource in Gen.Frequency((3, Gen.Constant(Resources[0])), (2, Gen.Elements(Resources)))
        select policy with
        {
            Purpose = Purposes[0],
            Resource = resource,
            Effect = mean == 0 ? "deny" : "permit",
            AgentKinds = mean < 3 ? policy.AgentKinds : Kinds,
            Subjects = mean < 2 ? policy.Subjects : [.. Issuers.Select(i => new SubjectDefinition { Issuer = i })],
            Conditions = mean < 3 ? policy.Conditions : [],
            Scopes = mean == 0 ? [few.FirstOrDefault() ?? Scopes[^1]] : policy.Scopes,
            Limits = (mean < 2 ? policy.Limits : new LimitsDefinition()) with
            {
                MaxChainDepth = depth, MaxLifetime = TimeSpan.FromSeconds(lifetime), MaxDelegationAge = TimeSpan.FromSeconds(delegation), OnwardTo = [.. onwards],
            },
        };

    // Most receivers may have what is held; some less, some elsewhere.
    private static Gen<IEnumerable<OnwardDefinition>> Onwards(AgentFacts[] agents) =>
        from receivers in Gen.SubListOf(agents)
        from others in Gen.ListOf(
            from agent in Gen.Elements(agents)
            from resource in Gen.Elements([null, .. Resources])
            from scopes in NonEmptyScopes
            select new OnwardDefinition { Agent = agent.ClientId, Resource = resource, Scopes = [.. scopes] },
            12)
        select receivers.Select(r => new OnwardDefinition { Agent = r.ClientId }).Concat(others);

    private static Gen<PolicyQuestion> Question(AgentFacts[] agents) =>
        from now in Instant
        from agent in Gen.Elements(agents)
        from subject in Subject(now)
        from resource in MostlyFirst(Resources)
        from purpose in Gen.Frequency((16, MostlyFirst(Purposes).Select(p => (string?)p)), (4, Gen.Constant<string?>(null)), (1, Gen.Constant<string?>("unheard.of")))
        from requested in OneIn(2, FewScopes)
        from ceiling in OneIn(3, AnyScopes)
        from depth in Gen.Frequency((5, Gen.Constant(1)), (1, Gen.Choose(2, 10)))
        from source in Gen.Elements(null, "192.0.2.7", "::ffff:192.0.2.7", "198.51.100.1", "2001:db8::7")
        select new PolicyQuestion
        {
            Now = now, Agent = agent, Subject = subject, Resource = ResourceIndicator.Parse(resource), Purpose = purpose, RequestedScopes = requested, ScopeCeiling = ceiling,
            ChainDepth = depth, Source = source is null ? null : IPAddress.Parse(source),
        };

    private static Gen<SubjectFacts> Subject(DateTimeOffset now) =>
        from issuer in Gen.Frequency((4, Gen.Constant(Issuers[0])), (1, Gen.Constant(Issuers[1])))
        from departments in Gen.Frequency((3, Gen.Elements(Departments).Select(d => (IList<string>?)[d])), (1, Gen.SubListOf(Departments).Select(d => (IList<string>?)d)), (1, Gen.Constant<IList<string>?>(null)))
        from groups in Gen.Frequency((3, Gen.SubListOf(Groups).Select(g => (IList<string>?)g)), (1, Gen.Constant<IList<string>?>(null)))
        from acr in Gen.Elements(null, "bronze", "silver", "gold", "gold")
        from age in Gen.Frequency((6, Gen.Choose(0, 3600).Select(s => (int?)s)), (1, Gen.Constant<int?>(null)))
        select new SubjectFacts(issuer, Claims(departments, groups), new UserAuthentication(age is { } seconds ? now.AddSeconds(-seconds) : null, acr, []));

    private static Gen<IReadOnlyList<PolicyDefinition>> PolicyList(Gen<int> count, Func<string, Gen<PolicyDefinition>> policy) =>
        from n in count
        from policies in Gen.CollectToArray(Enumerable.Range(0, n), i => policy($"policy-{i}"))
        select (IReadOnlyList<PolicyDefinition>)policies;

    private static Dictionary<string, IReadOnlyList<string>> Claims(IList<string>? departments, IList<string>? groups)
    {
        var claims = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        if (departments is not null)
        {
            claims["department"] = [.. departments];
        }

        if (groups is not null)
        {
            claims["groups"] = [.. groups];
        }

        return claims;
    }

    private static Gen<string> MostlyFirst(string[] values) => Gen.Frequency((3, Gen.Constant(values[0])), (1, Gen.Elements(values)));

    private static TimeSpan? Minutes(int? minutes) => minutes is { } m ? TimeSpan.FromMinutes(m) : null;

    private static Gen<T?> OneIn<T>(int n, Gen<T> gen)
        where T : class => Gen.Frequency((n - 1, Gen.Constant<T?>(null)), (1, gen.Select(x => (T?)x)));

    private static Gen<int?> OneIn(int n, Gen<int> gen) => Gen.Frequency((n - 1, Gen.Constant<int?>(null)), (1, gen.Select(x => (int?)x)));
}

/// <summary>Somebody holds a token and hands it on.</summary>
public sealed record HandOn(IReadOnlyList<Onward> Entries, string Receiver, ResourceIndicator Resource, ResourceIndicator Held, ScopeSet Scopes);

/// <summary>A token is issued, and others bound how long it lives.</summary>
public sealed record Lifetime(DateTimeOffset Now, TimeSpan Max, DateTimeOffset?[] Bounds);

/// <summary>An instant, and hours of the day in a zone.</summary>
public sealed record TimeOfWeek(DateTimeOffset Now, TimeOnly From, TimeOnly To, string Zone);
