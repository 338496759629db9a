using TokenExchange.Core.Configuration;
using TokenExchange.Core.Policies;

namespace TokenExchange.Core.Tests.Policies;

/// <summary>What differs when a recorded question is asked of other policies.</summary>
public class ReplayedOutcomeTests
{
    private static readonly PolicyDefinition s_read = Sample.Permit("triage", "read");
    private static readonly PolicyDefinition s_both = Sample.Permit("triage", "label", "read");

    [Fact]
    public void Every_difference_has_its_name()
    {
        Replay(Sample.Question, [s_read], [s_read]).Change.ShouldBe(OutcomeChange.None);
        Replay(Sample.Question, [s_read], [s_read with { Name = "other" }]).Change.ShouldBe(OutcomeChange.OtherPolicy);
        Replay(Sample.Question, [s_read], []).Change.ShouldBe(OutcomeChange.Denied);
        Replay(Sample.Question, [], [s_read]).Change.ShouldBe(OutcomeChange.Permitted);
        Replay(Sample.Asking("label"), [], [s_read]).Change.ShouldBe(OutcomeChange.OtherReason);
        Replay(Sample.Question, [s_both], [s_read]).Change.ShouldBe(OutcomeChange.Narrower);
        Replay(Sample.Question, [s_read], [s_both]).Change.ShouldBe(OutcomeChange.Wider);
        Replay(Sample.Question, [s_read], [Sample.Permit("triage", "label")]).Change.ShouldBe(OutcomeChange.OtherScopes);
        Replay(Sample.Question with { Purpose = null }, [s_read], [s_read with { Purpose = "inbox.archive" }]).Change.ShouldBe(OutcomeChange.OtherPurpose);
    }

    [Fact]
    public void The_question_is_asked_at_the_time_it_was_asked()
    {
        var mondays = s_read with { Conditions = [new() { TimeWindow = new() { Days = ["Mon"], From = "09:00", To = "11:00", Zone = "Europe/Berlin" } }] };

        Replay(Sample.Question, [s_read], [mondays]).Change.ShouldBe(OutcomeChange.None);
        Replay(Sample.Question with { Now = Sample.MondayAtTen.AddHours(2) }, [s_read], [mondays]).Change.ShouldBe(OutcomeChange.Denied);
    }

    [Fact]
    public void A_claim_that_nobody_looked_for_then_counts_against_the_agent_and_is_named()
    {
        PolicyDefinition[] ranked = [s_read with { Conditions = [new() { ClaimEquals = new() { Claim = "rank", Value = "1" } }] }];
        PolicyDefinition[] bySubject = [s_read with { Subjects = [new() { Issuer = Sample.Idp, Claims = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { ["rank"] = ["1"] } }] }];

        foreach (var policies in new[] { ranked, bySubject })
        {
            var replayed = Replay(Sample.Question, [s_read], policies);
            (replayed.Change, string.Join(' ', replayed.NotKnowable)).ShouldBe((OutcomeChange.Denied, "rank"));
            Replay(Sample.Question with { Purpose = null }, [s_read], policies).NotKnowable.ShouldBe(["rank"]);
        }

        // Where it was looked for and not there to be known, nothing else could be known now.
        Replay(Sample.Question, ranked, ranked).NotKnowable.ShouldBeEmpty();

        // Nor does it matter in a policy that is not asked, or for users of another issuer.
        Replay(Sample.Question, [s_read], [s_read, ranked[0] with { Name = "elsewhere", Resource = Sample.Files }]).NotKnowable.ShouldBeEmpty();
        Replay(Sample.Question, [s_read], [s_read, bySubject[0] with { Name = "others", Subjects = [bySubject[0].Subjects[0] with { Issuer = "https://partner.example" }] }]).NotKnowable.ShouldBeEmpty();
    }

    private static ReplayedOutcome Replay(PolicyQuestion question, PolicyDefinition[] before, PolicyDefinition[] after)
    {
        var set = Sample.Set(before);
        return ReplayedOutcome.Of(Sample.Set(after), RecordedQuestion.Of(set, question, PolicyEvaluator.Decide(set, question)));
    }
}
