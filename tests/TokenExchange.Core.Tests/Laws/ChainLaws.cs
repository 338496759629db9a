using FsCheck.Fluent;
using TokenExchange.Core.Policies;
using TokenExchange.Core.Tokens;

namespace TokenExchange.Core.Tests.Laws;

/// <summary>Never wider (L1), never longer (L2), never anonymous (L3), one purpose (L4): over random chains, hop by hop.</summary>
public class ChainLaws
{
    [Fact]
    public void Generated_stories_often_grow_long_and_turn_every_way()
    {
        var stories = Generators.AnyStory.Sample(2_000).Select(s => s.Tell()).ToList();
        var depths = stories.ConvertAll(s => s.Select(h => h.To.Chain.Depth).DefaultIfEmpty().Max());
        var distribution = string.Join(", ", depths.CountBy(d => d).OrderBy(d => d.Key).Select(d => $"{d.Key} deep: {d.Value}"));
        var hops = stories.SelectMany(s => s).Where(h => h.From is not null).ToList();

        depths.Count(d => d >= 1).ShouldBeGreaterThan(500, distribution);
        depths.Count(d => d >= 3).ShouldBeGreaterThan(200, distribution);
        depths.Count(d => d >= 9).ShouldBeGreaterThan(5, distribution);
        hops.Count(h => h.From!.Chain.Equals(h.To.Chain)).ShouldBeGreaterThan(100, "narrowed by the actor itself");
        hops.Count(h => !h.From!.Resource.Equals(h.To.Resource)).ShouldBeGreaterThan(100, "handed on to another resource");
        hops.Count(h => h.From!.Resource.Equals(h.To.Resource) && h.From.Scopes.Count > h.To.Scopes.Count).ShouldBeGreaterThan(100, "fewer scopes");
        hops.Count(h => h.From!.ExpiresAt == h.To.ExpiresAt).ShouldBeGreaterThan(100, "bound by the token in hand");
    }

    [Requirement("RFC 8693", "5", "At the same resource a chain gains nothing that its first token did not allow")]
    [Law("L1")]
    public void L1_At_the_same_resource_a_token_never_reaches_further_than_the_one_it_was_issued_for(Story story)
    {
        foreach (var (from, to, _, _) in story.Tell())
        {
            if (from is not null && from.Resource.Equals(to.Resource))
            {
                to.Scopes.IsSubsetOf(from.Scopes).ShouldBeTrue();
            }
        }
    }

    [Requirement("RFC 8707", "2.2", "A token in hand leads to another resource only where that was granted")]
    [Law("L1")]
    public void L1_At_another_resource_a_token_reaches_only_what_the_giver_may_hand_on_to_that_receiver_there(Story story)
    {
        foreach (var (from, to, _, _) in story.Tell())
        {
            if (from is not null && !from.Resource.Equals(to.Resource))
            {
                var listed = from.Lent.Limits.OnwardTo
                    .Where(o => string.Equals(o.Agent, to.Chain.Current.Subject, StringComparison.Ordinal) && to.Resource.Equals(o.Resource))
                    .SelectMany(o => o.Scopes ?? ScopeSet.Empty);
                to.Scopes.IsSubsetOf(ScopeSet.Of(listed)).ShouldBeTrue();
            }
        }
    }

    [Requirement("RFC 8693", "4.4", "Being named by may_act is a statement of the token; the server still asks its own policies")]
    [Law("L1")]
    public void L1_A_hand_on_needs_two_keys(Story story)
    {
        foreach (var (from, to, _, _) in story.Tell())
        {
            if (from is not null && !from.Chain.Equals(to.Chain))
            {
                var receiver = to.Chain.Current.Subject;
                from.Lent.Limits.OnwardTo.Any(o => string.Equals(o.Agent, receiver, StringComparison.Ordinal) && (o.Resource ?? from.Resource).Equals(to.Resource)).ShouldBeTrue();
            }

            var actor = to.Chain.Current;
            to.Permit.Policy.Selects(new AgentFacts(actor.Subject, actor.Profile!, Tags(story, actor))).ShouldBeTrue();
            to.Permit.Policy.Resource.ShouldBe(to.Resource);
            to.Scopes.IsSubsetOf(to.Permit.Policy.Scopes).ShouldBeTrue();
        }
    }

    [Law("L1")]
    public void L1_A_narrower_token_can_hand_on_nothing_to_nobody_that_the_wider_one_could_not(Story story)
    {
        foreach (var (from, to, _, _) in story.Tell().Where(h => h.From?.Chain.Equals(h.To.Chain) == true))
        {
            foreach (var (agent, resource) in to.Lent.Limits.OnwardTo.Concat(to.Permit.Policy.Limits.OnwardTo).Select(o => (o.Agent, o.Resource ?? to.Resource)).Distinct())
            {
                (to.ReachOf(agent, resource) ?? ScopeSet.Empty).IsSubsetOf(from!.ReachOf(agent, resource) ?? ScopeSet.Empty).ShouldBeTrue();
            }
        }
    }

    [Requirement("RFC 6750", "5.3", "Tokens live for minutes")]
    [Law("L2")]
    public void L2_A_token_never_outlives_the_one_it_was_issued_for_the_session_the_delegation_nor_its_permit(Story story)
    {
        foreach (var (from, to, now, sessionEnd) in story.Tell())
        {
            to.ExpiresAt.ShouldBeGreaterThan(now);
            to.ExpiresAt.ShouldBeLessThanOrEqualTo(sessionEnd);
            to.ExpiresAt.ShouldBeLessThanOrEqualTo(now + to.Permit.Policy.Limits.MaxLifetime);
            to.ExpiresAt.ShouldBeLessThanOrEqualTo(story.First.Now + to.Permit.Policy.Limits.MaxDelegationAge);
            to.ExpiresAt.ShouldBeLessThanOrEqualTo(from?.ExpiresAt ?? to.ExpiresAt);
            to.ExpiresAt.ShouldBeLessThanOrEqualTo(from?.DelegationEnd ?? to.ExpiresAt);
        }
    }

    [Requirement("RFC 8693", "1.1", "No token stands for a user without naming who acts: there is no impersonation")]
    [Law("L3")]
    public void L3_A_chain_stays_or_grows_by_exactly_the_actor_and_keeps_its_order(Story story)
    {
        foreach (var (from, to, _, _) in story.Tell())
        {
            if (from is null)
            {
                to.Chain.Actors.ShouldBe([Generators.ActorOf(story.First.Agent)]);
            }
            else if (to.Chain.Current.IsSameParty(from.Chain.Current))
            {
                to.Chain.ShouldBe(from.Chain);
            }
            else
            {
                to.Chain.Actors.Skip(1).ShouldBe(from.Chain.Actors);
            }

            to.Chain.Actors.DistinctBy(a => (a.Subject, a.Issuer)).Count().ShouldBe(to.Chain.Depth);
        }
    }

    [Law("L3")]
    public void L3_A_chain_is_never_deeper_than_any_permit_along_it_allows(Story story)
    {
        var lowest = ActChain.MaxDepth;
        foreach (var hop in story.Tell())
        {
            lowest = Math.Min(lowest, hop.To.Permit.Policy.Limits.MaxChainDepth);
            hop.To.Chain.Depth.ShouldBeLessThanOrEqualTo(lowest);
        }
    }

    [Law("L4")]
    public void L4_A_chain_has_one_purpose_from_root_to_leaf(Story story)
    {
        foreach (var hop in story.Tell())
        {
            hop.To.Permit.Purpose.ShouldBe(story.First.Purpose);
            hop.To.Permit.Policy.Purpose.ShouldBe(story.First.Purpose);
        }
    }

    private static IReadOnlyList<string> Tags(Story story, Actor actor) =>
        story.Turns.Select(s => s.Agent).Append(story.First.Agent).First(a => string.Equals(a.ClientId, actor.Subject, StringComparison.Ordinal)).Tags;
}
