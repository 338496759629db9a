using FsCheck;
using FsCheck.Fluent;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Laws;

/// <summary>
/// Random walks. Rules are generous and steps mostly follow them, because a walk that is refused at once says nothing of chains; a part of them strays.
/// </summary>
public static class WalkGenerators
{
    public static Gen<Outing> Outing { get; } =
        from rules in RulesGen()
        from other in RulesGen()
        from walks in WalkGen().ListOf(Laws.Outing.WalksEach)
        select new Outing(rules, other, [.. walks]);

    /// <summary>Found by FsCheck by its type.</summary>
    public static Arbitrary<Outing> Outings() => Arb.From(Outing, Smaller);

    /// <summary>Fewer walks and steps first, then fewer and simpler rules, then simpler steps.</summary>
    public static IEnumerable<Outing> Smaller(Outing outing) =>
    [
        .. Without(outing.Walks).Select(w => outing with { Walks = w }),
        .. Changed(outing.Walks, w => Without(w.Steps).Select(s => w with { Steps = s })).Select(w => outing with { Walks = w }),
        .. Without(outing.OtherRules.Policies).Select(p => outing with { OtherRules = new Rules(p) }),
        .. Without(outing.Rules.Policies).Select(p => outing with { Rules = new Rules(p) }),
        .. Changed(outing.Rules.Policies, p => Without(p.Limits.OnwardTo).Select(o => p with { Limits = p.Limits with { OnwardTo = o } })).Select(p => outing with { Rules = new Rules(p) }),
        .. Changed(outing.Walks, w => Changed(w.Steps, Simpler).Select(s => w with { Steps = s })).Select(w => outing with { Walks = w }),
        .. Changed(outing.Walks, w => w.Scopes is null ? [] : [w with { Scopes = null }]).Select(w => outing with { Walks = w }),
    ];

    // Every list that differs in one element.
    private static IEnumerable<IReadOnlyList<T>> Changed<T>(IReadOnlyList<T> list, Func<T, IEnumerable<T>> change) =>
        list.SelectMany((old, i) => change(old).Select(changed => (IReadOnlyList<T>)[.. list.Take(i), changed, .. list.Skip(i + 1)]));

    private static IEnumerable<Stride> Simpler(Stride step) => new[]
    {
        step with { Republish = false }, step with { Wait = 0 }, step with { Ask = Ask.Nothing }, step with { Why = Why.Absent }, step with { Where = Where.Same }, step with { Pick = step.Pick / 2 },
    }.Where(s => s != step);

    private static IEnumerable<IReadOnlyList<T>> Without<T>(IReadOnlyList<T> list) =>
        Cuts(list.Count).Select(cut => (IReadOnlyList<T>)[.. list.Take(cut.From), .. list.Skip(cut.From + cut.Length)]);

    // Halves, then quarters, down to single ones.
    private static IEnumerable<(int From, int Length)> Cuts(int count)
    {
        for (var length = (count + 1) / 2; length > 0; length = length == 1 ? 0 : (length + 1) / 2)
        {
            for (var from = 0; from < count; from += length)
            {
                yield return (from, length);
            }
        }
    }

    private static Gen<Walk> WalkGen() =>
        from issuer in Gen.Frequency((3, Gen.Constant(World.Idp)), (1, Gen.Constant(WalkWorld.Partner)))
        from scopes in Gen.Frequency((4, Gen.Constant<string?>(null)), (1, Some(["read", "write", "label", "send", "admin"]).Select(s => (string?)string.Join(' ', s))))
        from mayAct in Gen.Frequency((8, Gen.Constant<string?>(null)), (1, Gen.Elements<string?>([.. WalkWorld.Agents])))
        from lives in Gen.Elements(20, 120, 590, 3600, 7200)
        from signedIn in Gen.Elements<int?>(null, 0, 60, 1200, 7000)
        from acr in Gen.Elements(null, "pwd", "phr")
        from amr in Gen.Elements<IReadOnlyList<string>>([], ["pwd"], ["otp", "pwd"])
        from count in Gen.Choose(4, 12)
        from steps in StrideGen().ListOf(count)
        select new Walk { Issuer = issuer, Scopes = scopes, MayAct = mayAct, Lives = lives, SignedIn = signedIn, Acr = acr, Amr = amr, Steps = [.. steps] };

    private static Gen<Stride> StrideGen() =>
        from hold in Gen.Frequency((9, Gen.Constant(Hold.Latest)), (1, Gen.Constant(Hold.Earlier)), (1, Gen.Constant(Hold.Assertion)))
        from who in Gen.Frequency((7, Gen.Constant(Who.Named)), (2, Gen.Constant(Who.Current)), (1, Gen.Constant(Who.Anyone)))
        from to in Gen.Frequency((4, Gen.Constant(Where.Same)), (4, Gen.Constant(Where.Onward)), (1, Gen.Constant(Where.Any)))
        from ask in Gen.Frequency((6, Gen.Constant(Ask.Nothing)), (3, Gen.Constant(Ask.Subset)), (1, Gen.Constant(Ask.TooMuch)))
        from why in Gen.Frequency((5, Gen.Constant(Why.Absent)), (5, Gen.Constant(Why.Same)), (1, Gen.Constant(Why.Other)))
        from pick in Gen.Choose(0, 1023)
        from wait in Gen.Frequency((16, Gen.Choose(1, 1500)), (3, Gen.Choose(1500, 30_000)), (1, Gen.Choose(30_000, 600_000)))
        from republish in Gen.Frequency((30, Gen.Constant(false)), (1, Gen.Constant(true)))
        select new Stride { Hold = hold, Who = who, Where = to, Ask = ask, Why = why, Pick = pick, Wait = wait, Republish = republish };

    private static Gen<Rules> RulesGen()
    {
        var places = from agent in WalkWorld.Agents from purpose in WalkWorld.Purposes from resource in WalkWorld.Resources select (agent, purpose, resource);
        var permits = Gen.CollectToList(places, p => Gen.Frequency((1, Gen.Constant(0)), (8, Gen.Constant(1)), (2, Gen.Constant(2)))
            .SelectMany(count => PolicyGen(p.agent, p.purpose, p.resource, "permit").ListOf(count)));
        return
            from permitted in permits
            from denied in Gen.Frequency((3, Gen.Constant(0)), (1, Gen.Choose(1, 2))).SelectMany(count => DenyGen().ListOf(count))
            from order in Gen.Shuffle(permitted.SelectMany(p => p).Concat(denied))
            select new Rules([.. order.Select((p, i) => p with { Name = $"rule-{i}" })]);
    }

    private static Gen<PolicyDefinition> DenyGen() =>
        from agent in Gen.Elements<string>(WalkWorld.Agents)
        from purpose in Gen.Elements<string>(WalkWorld.Purposes)
        from resource in Gen.Elements<string>(WalkWorld.Resources)
        from all in Gen.Frequency((1, Gen.Constant(true)), (3, Gen.Constant(false)))
        from policy in PolicyGen(agent, purpose, resource, "deny")
        select policy with { Scopes = all ? [] : [policy.Scopes[0]], Limits = new LimitsDefinition() };

    private static Gen<PolicyDefinition> PolicyGen(string agent, string purpose, string resource, string effect) =>
        from scopes in Some(WalkWorld.ScopesOf(resource))
        from selector in Gen.Frequency((14, Gen.Constant(new PolicyDefinition { Agents = [agent] })), (1, Gen.Constant(new PolicyDefinition { AgentTags = ["red"] })),
            (1, Gen.Constant(new PolicyDefinition { AgentKinds = [WalkWorld.KindOf(agent)] })))
        from life in Gen.Frequency((1, Gen.Constant(5)), (8, Gen.Elements(60, 300, 900, 3600)))
        from age in Gen.Frequency((1, Gen.Constant(20)), (8, Gen.Elements(300, 1200, 8 * 3600)))
        from session in Gen.Frequency((5, Gen.Constant<int?>(null)), (1, Gen.Elements<int?>(1230, 7200)))
        from depth in Gen.Frequency((1, Gen.Constant(1)), (2, Gen.Constant(2)), (2, Gen.Constant(3)), (7, Gen.Choose(4, 10)))
        from onward in Gen.Frequency((1, Gen.Constant(0)), (6, Gen.Choose(2, 6))).SelectMany(count => OnwardGen(resource).ListOf(count))
        from issuers in Gen.Frequency((9, Gen.Constant(WalkWorld.Issuers)), (1, Gen.Elements(World.Idp, WalkWorld.Partner).Select(i => (IReadOnlyList<string>)[i])))
        select selector with
        {
            Purpose = purpose, Effect = effect, Subjects = [.. issuers.Select(i => new SubjectDefinition { Issuer = i })], Resource = resource, Scopes = scopes,
            Limits = new LimitsDefinition
            {
                MaxLifetime = TimeSpan.FromSeconds(life), MaxDelegationAge = TimeSpan.FromSeconds(age), MaxChainDepth = depth,
                MaxSessionAge = session is { } s ? TimeSpan.FromSeconds(s) : null, OnwardTo = [.. onward],
            },
        };

    private static Gen<OnwardDefinition> OnwardGen(string held) =>
        from agent in Gen.Elements<string>(WalkWorld.Agents)
        from resource in Gen.Frequency((3, Gen.Constant<string?>(null)), (1, Gen.Constant<string?>(held)), (3, Gen.Elements<string?>([.. WalkWorld.Resources.Where(r => r != held)])))
        from scopes in Some(WalkWorld.ScopesOf(resource ?? held))
        from named in Gen.Elements(true, false)
        select new OnwardDefinition { Agent = agent, Resource = resource, Scopes = named || resource is not null ? scopes : [] };

    // At least one, mostly many.
    private static Gen<IReadOnlyList<string>> Some(IReadOnlyList<string> all) =>
        from left in Gen.Frequency((2, Gen.Constant(0)), (3, Gen.Constant(1)), (2, Gen.Choose(1, all.Count - 1)))
        from order in Gen.Shuffle<string>(all)
        select (IReadOnlyList<string>)[.. order.Skip(left).Order(StringComparer.Ordinal)];
}
