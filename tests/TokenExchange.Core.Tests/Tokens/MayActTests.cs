using TokenExchange.Core.Tokens;

namespace TokenExchange.Core.Tests.Tokens;

public class MayActTests
{
    [Requirement("RFC 8693", "4.4", "In the tokens issued here, may_act names agents by sub and iss")]
    [Fact]
    public void One_party_is_written_as_an_object() =>
        MayAct.For(new MayAct.Party("archive", "https://exchange.example")).ToJson().ToJsonString()
            .ShouldBe("""{"sub":"archive","iss":"https://exchange.example"}""");

    [Fact]
    public void Several_parties_are_written_as_an_array_in_their_order() =>
        MayAct.For(new MayAct.Party("b", "i"), new MayAct.Party("a", null)).ToJson().ToJsonString().ShouldBe("""[{"sub":"b","iss":"i"},{"sub":"a"}]""");

    [Fact]
    public void A_party_named_twice_counts_once() =>
        MayAct.For(new MayAct.Party("a", "i"), new MayAct.Party("a", "i")).Parties.ShouldBe([new MayAct.Party("a", "i")]);

    [Theory]
    [InlineData(0)]
    [InlineData(33)]
    public void Neither_nobody_nor_more_than_32_can_be_named(int count) =>
        Should.Throw<ArgumentException>(() => MayAct.For(Parties(count))).Message.ShouldStartWith("1 to 32 parties are expected.");

    [Requirement("RFC 8693", "4.4", "Whoever may_act names may become the actor, and nobody else")]
    [Theory]
    [InlineData("""{"sub":"a","iss":"i"}""", "a", "i", true)]
    [InlineData("""{"sub":"a","iss":"i"}""", "a", "other", false)]
    [InlineData("""{"sub":"a","iss":"i"}""", "b", "i", false)]
    [InlineData("""{"sub":"a","iss":"i"}""", "A", "i", false)]
    [InlineData("""{"sub":"a","iss":"i"}""", "a", "I", false)]
    [InlineData("""{"sub":"a"}""", "a", "anyone", true)]
    [InlineData("""{"sub":"a"}""", "b", "anyone", false)]
    [InlineData("""[{"sub":"a","iss":"i"},{"sub":"b","iss":"j"}]""", "b", "j", true)]
    [InlineData("""[{"sub":"a","iss":"i"},{"sub":"b","iss":"j"}]""", "b", "i", false)]
    public void An_actor_is_named_by_its_sub_and_by_iss_where_one_is_given(string json, string subject, string issuer, bool expected)
    {
        MayAct.TryRead(Json.Read(json), out var mayAct).ShouldBeTrue();

        mayAct.Names(new Actor(subject, issuer, "ai_agent")).ShouldBe(expected);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(32)]
    public void What_is_written_is_read_back(int count)
    {
        var mayAct = MayAct.For(Parties(count));

        MayAct.TryRead(Json.Read(mayAct.ToJson().ToJsonString()), out var read).ShouldBeTrue();

        read.ShouldBe(mayAct);
        read.GetHashCode().ShouldBe(mayAct.GetHashCode());
        read.Parties.Count.ShouldBe(count);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"a\"")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"iss":"i"}""")]
    [InlineData("""{"sub":""}""")]
    [InlineData("""{"sub":["a"]}""")]
    [InlineData("""{"sub":"a","iss":null}""")]
    [InlineData("""{"sub":"a","iss":""}""")]
    [InlineData("""["a"]""")]
    [InlineData("""[{"sub":"a"},{}]""")]
    [InlineData("""[[{"sub":"a"}]]""")]
    [InlineData("""{"sub":"a","\ud800":1}""")]
    public void A_malformed_may_act_claim_is_refused(string json)
    {
        MayAct.TryRead(Json.Read(json), out var mayAct).ShouldBeFalse();
        mayAct.ShouldBeNull();
    }

    [Fact]
    public void A_may_act_claim_that_names_more_than_32_is_refused() =>
        MayAct.TryRead(Json.Read($"[{string.Join(',', Enumerable.Repeat("""{"sub":"a"}""", 33))}]"), out _).ShouldBeFalse();

    [Fact]
    public void Two_claims_are_equal_when_they_name_the_same_parties_in_the_same_order()
    {
        var one = MayAct.For(new MayAct.Party("a", null), new MayAct.Party("b", null));

        one.ShouldBe(MayAct.For(new MayAct.Party("a", null), new MayAct.Party("b", null)));
        one.Equals((object)MayAct.For(new MayAct.Party("a", null), new MayAct.Party("b", null))).ShouldBeTrue();
        one.ShouldNotBe(MayAct.For(new MayAct.Party("b", null), new MayAct.Party("a", null)));
        one.Equals(null).ShouldBeFalse();
    }

    private static IEnumerable<MayAct.Party> Parties(int count) => Enumerable.Range(0, count).Select(n => new MayAct.Party($"agent-{n}", "https://exchange.example"));
}
