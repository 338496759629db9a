using TokenExchange.Core.Configuration;
using TokenExchange.Core.Policies;

namespace TokenExchange.Core.Tests.Laws;

/// <summary>What is on record can be asked again, and then it is answered as it was.</summary>
public class RecordLaws
{
    [Law]
    public void A_question_is_read_as_it_was_written(Situation c)
    {
        var recorded = Record(c);

        var read = Read(recorded);

        read.ShouldBe(recorded);
        read.Question.Now.ShouldBe(c.Question.Now);
        read.Question.Source.ShouldBe(c.Question.Source);
        read.Question.Subject.Authentication.ShouldBe(c.Question.Subject.Authentication);
        DecisionWords.Of(c.Asking(read.Question).Decide()).ShouldBe(DecisionWords.Of(c.Decide()));
    }

    [Law]
    public void Asked_again_of_the_same_policies_everything_is_answered_as_recorded(Situation c)
    {
        var replayed = ReplayedOutcome.Of(c.Set, Read(Record(c)));

        (replayed.Change, replayed.NotKnowable.Count).ShouldBe((OutcomeChange.None, 0));
    }

    [Law]
    public void Asked_of_other_policies_it_is_answered_as_if_it_were_asked_there(Situation c, PolicyDefinition policy)
    {
        var other = c.With(policy);
        var (before, after) = (c.Decide(), other.Decide());

        var replayed = ReplayedOutcome.Of(other.Set, Read(Record(c)));

        DecisionWords.Of(replayed.Decision).ShouldBe(DecisionWords.Of(after));
        (replayed.Change is OutcomeChange.None or OutcomeChange.OtherPolicy).ShouldBe((before, after) switch
        {
            (Decision.Permit b, Decision.Permit a) => b.Granted.Equals(a.Granted) && string.Equals(b.Purpose, a.Purpose, StringComparison.Ordinal),
            (Decision.Deny b, Decision.Deny a) => b.Reason == a.Reason,
            _ => false,
        });
    }

    private static RecordedQuestion Record(Situation c) => RecordedQuestion.Of(c.Set, c.Question, c.Decide());

    private static RecordedQuestion Read(RecordedQuestion recorded) => RecordedQuestion.TryRead(recorded.ToJson()!, out var read) ? read : throw new InvalidOperationException(recorded.ToJson());
}
