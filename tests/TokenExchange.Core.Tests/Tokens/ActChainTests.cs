using System.Text.Json;
using TokenExchange.Core.Tokens;

namespace TokenExchange.Core.Tests.Tokens;

public class ActChainTests
{
    private const string Server = "https://exchange.example";

    [Fact]
    public void A_first_hop_has_one_actor()
    {
        var chain = ActChain.StartWith(Agent("inbox-agent"));

        chain.Depth.ShouldBe(1);
        chain.Current.ShouldBe(Agent("inbox-agent"));
        chain.Actors.ShouldBe([Agent("inbox-agent")]);
    }

    [Requirement("RFC 8693", "4.1", "The current actor stands outermost, earlier ones are nested inside")]
    [Fact]
    public void A_new_actor_goes_outermost()
    {
        var chain = ChainOf("first", "second");

        chain.Current.ShouldBe(Agent("second"));
        chain.Actors.Select(a => a.Subject).ShouldBe(["second", "first"]);
        chain.ToString().ShouldBe("second ← first");
    }

    [Fact]
    public void Extending_leaves_the_shorter_chain_as_it_was()
    {
        var chain = ChainOf("first");

        chain.TryExtend(Agent("second"), out var longer).ShouldBeTrue();

        longer.Depth.ShouldBe(2);
        chain.Actors.Select(a => a.Subject).ShouldBe(["first"]);
    }

    [Theory]
    [InlineData("first")]
    [InlineData("second")]
    public void Nobody_enters_a_chain_twice(string again)
    {
        ChainOf("first", "second").TryExtend(Agent(again) with { Profile = "service" }, out var longer).ShouldBeFalse();
        longer.ShouldBeNull();
    }

    [Requirement("RFC 8693", "4.1", "The sub and iss of an actor together name it")]
    [Fact]
    public void The_same_name_at_another_issuer_is_another_party()
    {
        ChainOf("first").TryExtend(new Actor("first", "https://other.example"), out var longer).ShouldBeTrue();

        longer.Depth.ShouldBe(2);
    }

    [Theory]
    [InlineData("first", Server, true)]
    [InlineData("second", Server, true)]
    [InlineData("third", Server, false)]
    [InlineData("First", Server, false)]
    [InlineData("first", "https://exchange.example/", false)]
    public void A_party_is_known_by_its_exact_sub_and_iss(string subject, string issuer, bool expected) =>
        ChainOf("first", "second").Contains(new Actor(subject, issuer, "ai_agent")).ShouldBe(expected);

    [Fact]
    public void A_chain_holds_at_most_ten_actors()
    {
        var full = ChainOf([.. Enumerable.Range(1, 10).Select(n => $"agent-{n}")]);

        full.Depth.ShouldBe(ActChain.MaxDepth);
        full.TryExtend(Agent("agent-11"), out var longer).ShouldBeFalse();
        longer.ShouldBeNull();
    }

    [Requirement("RFC 8693", "4.1", "The current actor stands outermost, earlier ones are nested inside")]
    [Fact]
    public void Earlier_actors_are_nested_inside_the_current_one()
    {
        ActChain.StartWith(new Actor("inbox-agent", Server, "ai_agent")).TryExtend(new Actor("archive", Server), out var chain).ShouldBeTrue();

        chain.ToJson().ToJsonString().ShouldBe(
            """{"sub":"archive","iss":"https://exchange.example","act":{"sub":"inbox-agent","iss":"https://exchange.example","sub_profile":"ai_agent"}}""");
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        var chain = ChainOf([.. Enumerable.Range(1, 10).Select(n => $"agent-{n}")]);

        ActChain.TryRead(Json.Read(chain.ToJson().ToJsonString()), out var read).ShouldBeTrue();

        read.ShouldBe(chain);
        read.GetHashCode().ShouldBe(chain.GetHashCode());
    }

    [Requirement("RFC 8693", "4.1", "An actor is told by claims of identity; exp, nbf and aud mean nothing inside act")]
    [Fact]
    public void Only_identity_is_read_from_an_actor()
    {
        ActChain.TryRead(Json.Read("""{"sub":"a","iss":"i","exp":1,"nbf":2,"aud":"x","scope":"all","act":{"sub":"b","iss":"i","may_act":{"sub":"c"}}}"""), out var chain).ShouldBeTrue();

        chain.ToJson().ToJsonString().ShouldBe("""{"sub":"a","iss":"i","act":{"sub":"b","iss":"i"}}""");
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"inbox-agent\"")]
    [InlineData("{}")]
    [InlineData("""{"sub":"a"}""")]
    [InlineData("""{"iss":"i"}""")]
    [InlineData("""{"sub":"","iss":"i"}""")]
    [InlineData("""{"sub":1,"iss":"i"}""")]
    [InlineData("""{"sub":"a","iss":null}""")]
    [InlineData("""{"sub":"a","iss":"i","sub_profile":1}""")]
    [InlineData("""{"sub":"a","iss":"i","sub_profile":""}""")]
    [InlineData("""{"sub":"a","iss":"i","act":null}""")]
    [InlineData("""{"sub":"a","iss":"i","act":{}}""")]
    [InlineData("""{"sub":"a","iss":"i","act":[{"sub":"b","iss":"i"}]}""")]
    [InlineData("""{"sub":"a","iss":"i","act":{"sub":"b","iss":"i","act":"c"}}""")]
    [InlineData("""{"sub":"a","iss":"i","act":{"sub":"a","iss":"i"}}""")]
    [InlineData("""{"sub":"a","iss":"i","act":{"sub":"b","iss":"i","act":{"sub":"a","iss":"i","sub_profile":"service"}}}""")]
    public void A_malformed_or_looping_act_claim_is_refused(string json)
    {
        ActChain.TryRead(Json.Read(json), out var chain).ShouldBeFalse();
        chain.ShouldBeNull();
    }

    [Theory]
    [InlineData(10, true)]
    [InlineData(11, false)]
    [InlineData(1_000, false)]
    public void An_act_claim_deeper_than_ten_is_refused(int depth, bool expected)
    {
        var text = string.Concat(Enumerable.Range(1, depth).Select(n => $$"""{"sub":"agent-{{n}}","iss":"i","act":"""))[..^7] + new string('}', depth);
        using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 2_000 });

        ActChain.TryRead(document.RootElement, out var chain).ShouldBe(expected);

        (chain?.Depth).ShouldBe(expected ? depth : null);
    }

    [Fact]
    public void Chains_are_equal_when_the_same_actors_stand_in_the_same_order()
    {
        ChainOf("a", "b").ShouldBe(ChainOf("a", "b"));
        ChainOf("a", "b").Equals((object)ChainOf("a", "b")).ShouldBeTrue();
        ChainOf("a", "b").ShouldNotBe(ChainOf("b", "a"));
        ChainOf("a", "b").ShouldNotBe(ChainOf("a"));
        ChainOf("a").Equals(null).ShouldBeFalse();
    }

    private static Actor Agent(string name) => new(name, Server);

    private static ActChain ChainOf(params string[] names)
    {
        var chain = ActChain.StartWith(Agent(names[0]));
        foreach (var name in names.Skip(1))
        {
            chain.TryExtend(Agent(name), out chain).ShouldBeTrue();
        }

        return chain;
    }

    [Fact]
    public void A_chain_with_a_name_that_cannot_be_read_is_none() =>
        ActChain.TryRead(JsonDocument.Parse("""{"\ud800":1,"sub":"a","iss":"https://exchange.example","sub_profile":"ai_agent","client_id":"b"}""").RootElement, out _).ShouldBeFalse();

    [Fact]
    public void All_instances_of_an_agent_are_one_party_and_one_with_the_agent()
    {
        var agent = new Actor("inbox", "https://exchange.example", "ai_agent");
        var (one, other) = (new Actor("spiffe://corp/1", "https://workloads.example", "ai_agent", "inbox"), new Actor("spiffe://corp/2", "https://workloads.example", "ai_agent", "inbox"));
        var stranger = new Actor("inbox", "https://elsewhere.example", "ai_agent");

        one.IsSameParty(other).ShouldBeTrue();
        one.IsSameParty(agent).ShouldBeTrue();
        agent.IsSameParty(one).ShouldBeTrue();
        agent.IsSameParty(stranger).ShouldBeFalse();
        one.IsSameParty(one with { ClientId = "summary" }).ShouldBeFalse();
        ActChain.StartWith(one).TryExtend(other, out _).ShouldBeFalse();
        ActChain.TryRead(JsonDocument.Parse(ActChain.StartWith(one).ToJson().ToJsonString()).RootElement, out var read).ShouldBeTrue();
        read.Current.ShouldBe(one);
    }
}
