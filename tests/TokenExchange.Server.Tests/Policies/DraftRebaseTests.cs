using TokenExchange.Core.Configuration;
using TokenExchange.Server.Policies;
using TokenExchange.Server.Tests.Fixtures;
using TokenExchange.Storage.Policies;

namespace TokenExchange.Server.Tests.Policies;

/// <summary>A draft is brought up to date: what it does not touch comes from what was published, what it touches stays.</summary>
public sealed class DraftRebaseTests
{
    [Theory]
    [InlineData("a1", "a1", "a1", "a1", "")]
    [InlineData("a1", "a2", "a1", "a2", "")]
    [InlineData("a1", "a1", "a2", "a2", "")]
    [InlineData("a1", "a2", "a2", "a2", "")]
    [InlineData("a1", "a2", "a3", "a2", "a")]
    [InlineData("a1", "", "a1", "", "")]
    [InlineData("a1", "a1", "", "", "")]
    [InlineData("a1", "", "", "", "")]
    [InlineData("a1", "", "a2", "", "a")]
    [InlineData("a1", "a2", "", "a2", "a")]
    [InlineData("", "a1", "", "a1", "")]
    [InlineData("", "", "a1", "a1", "")]
    [InlineData("", "a1", "a1", "a1", "")]
    [InlineData("", "a1", "a2", "a1", "a")]
    [InlineData("a1 b1 c1", "c1 b2 a1 d1", "a1 b1 c2 e1", "c2 b2 a1 d1 e1", "")]
    [InlineData("a1", "a1 a2", "a3", "a1 a2", "")]
    public void What_both_have_not_changed_alike_stays_the_draft_s(string based, string draft, string published, string merged, string both)
    {
        var header = new DraftHeader("d", "t", 1, 1, [], default, "x", default, "x");

        var rebased = DraftRebase.Of(
            new PolicyDraft(header, [], Policies(draft)),
            new PublishedPolicies(new PublishedHeader(1, "hash", default, null, null), [], Policies(based)),
            new ExchangeConfiguration { Purposes = [], Policies = Policies(published) });

        string.Join(' ', rebased.Policies.Select(p => $"{p.Name}{p.Limits.MaxLifetime.Minutes}")).ShouldBe(merged);
        string.Join(' ', rebased.Both.Select(b => $"{b.Name}")).ShouldBe(both);
    }

    private static PolicyDefinition[] Policies(string text) =>
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(t => World.Permit(t[..1], World.Triage, World.InboxAgent, "mail.read") with { Limits = new LimitsDefinition { MaxLifetime = TimeSpan.FromMinutes(t[1] - '0') } })];
}
