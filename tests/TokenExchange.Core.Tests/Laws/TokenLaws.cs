using System.Text.Json.Nodes;
using FsCheck;
using TokenExchange.Core.Tokens;

namespace TokenExchange.Core.Tests.Laws;

public class TokenLaws
{
    private static readonly string[] Required = ["iss", "sub", "aud", "client_id", "act", "scope", "purpose", "txn", "sid", "jti", "iat", "exp"];

    [Law]
    public void Scope_sets_obey_the_algebra_of_sets(ScopeSet a, ScopeSet b, ScopeSet c)
    {
        a.Union(a).ShouldBe(a);
        a.Intersect(a).ShouldBe(a);
        a.Except(a).ShouldBe(ScopeSet.Empty);
        a.Union(b).ShouldBe(b.Union(a));
        a.Intersect(b).ShouldBe(b.Intersect(a));
        a.Union(b).Union(c).ShouldBe(a.Union(b.Union(c)));
        a.Intersect(b).Intersect(c).ShouldBe(a.Intersect(b.Intersect(c)));
        a.Intersect(b.Union(c)).ShouldBe(a.Intersect(b).Union(a.Intersect(c)));
        a.Except(b).Intersect(b).ShouldBe(ScopeSet.Empty);
        a.Except(b).Union(a.Intersect(b)).ShouldBe(a);
        a.Intersect(b).IsSubsetOf(a).ShouldBeTrue();
        a.IsSubsetOf(a.Union(b)).ShouldBeTrue();
        a.IsSubsetOf(b).ShouldBe(a.Union(b).Equals(b));
        a.IsSubsetOf(b).ShouldBe(a.All(b.Contains));
        (a.IsSubsetOf(b) && b.IsSubsetOf(a)).ShouldBe(a.Equals(b));
        a.Union(b).Count.ShouldBe(a.Count + b.Count - a.Intersect(b).Count);
    }

    [Law]
    public void A_scope_set_is_read_as_it_was_written(ScopeSet scopes)
    {
        ScopeSet.TryParse(scopes.ToString(), out var read).ShouldBe(!scopes.IsEmpty);
        (read ?? ScopeSet.Empty).ShouldBe(scopes);
        (read ?? ScopeSet.Empty).GetHashCode().ShouldBe(scopes.GetHashCode());
    }

    [Law("L3")]
    public void L3_A_chain_takes_in_whoever_is_new_while_there_is_room_and_loses_nobody(Actor first, Actor[] others)
    {
        var chain = ActChain.StartWith(first);
        var expected = new List<Actor> { first };
        foreach (var actor in others)
        {
            var isNew = !expected.Exists(a => (a.Subject, a.Issuer) == (actor.Subject, actor.Issuer));
            var fits = expected.Count < 10;

            chain.Contains(actor).ShouldBe(!isNew);
            chain.TryExtend(actor, out var longer).ShouldBe(isNew && fits);

            if (longer is not null)
            {
                chain = longer;
                expected.Insert(0, actor);
            }
        }

        chain.Actors.ShouldBe(expected);
        chain.Current.ShouldBe(expected[0]);
        chain.Depth.ShouldBe(expected.Count);
        ActChain.TryRead(Json.Read(chain.ToJson().ToJsonString()), out var read).ShouldBeTrue();
        read.ShouldBe(chain);
    }

    [Law("L3")]
    public void L3_An_actor_token_is_read_as_it_was_written(ActorToken token)
    {
        ActorToken.TryRead(Json.Read(token.ToClaims().ToJsonString()), out var read, out var problem).ShouldBeTrue(problem);

        read.ShouldBe(token);
    }

    [Law("L7")]
    public void L7_Claims_that_lack_any_one_that_must_be_there_are_no_actor_token(ActorToken token, NonNegativeInt which)
    {
        var missing = Required[which.Get % Required.Length];
        var claims = token.ToClaims();
        claims.Remove(missing).ShouldBeTrue(missing);

        ActorToken.TryRead(Json.Read(claims.ToJsonString()), out _, out var problem).ShouldBeFalse();
        problem!.ShouldStartWith(missing);
    }

    [Law("L3")]
    public void L3_A_chain_that_names_an_actor_twice_or_goes_too_deep_is_not_read(Actor first, Actor[] others, Actor further)
    {
        var chain = others.Aggregate(ActChain.StartWith(first), (c, a) => c.TryExtend(a, out var longer) ? longer : c);
        var outer = new JsonObject { ["sub"] = further.Subject, ["iss"] = further.Issuer, ["act"] = chain.ToJson() };

        ActChain.TryRead(Json.Read(outer.ToJsonString()), out var read).ShouldBe(!chain.Contains(further) && chain.Depth < ActChain.MaxDepth);
        (read?.Actors.Skip(1) ?? chain.Actors).ShouldBe(chain.Actors);
    }

    [Law("L8")]
    public void L8_How_the_user_authenticated_is_written_and_read_unchanged_and_what_is_unknown_stays_absent(ActorToken token)
    {
        var claims = token.ToClaims();
        var (time, acr, amr) = token.Authentication;

        ((long?)claims["auth_time"]).ShouldBe(time?.ToUnixTimeSeconds());
        ((string?)claims["acr"]).ShouldBe(acr);
        (claims["amr"]?.AsArray().Select(m => (string)m!) ?? []).ShouldBe(amr);
        (claims.ContainsKey("auth_time"), claims.ContainsKey("acr"), claims.ContainsKey("amr")).ShouldBe((time is not null, acr is not null, amr.Count > 0));
    }

    [Law]
    public void The_key_of_a_resource_is_a_name_of_that_resource_and_its_own_key(ResourceIndicator resource)
    {
        var named = ResourceIndicator.Parse(resource.Key);

        named.ShouldBe(resource);
        named.Key.ShouldBe(resource.Key);
        ResourceIndicator.Parse(resource.Value).ShouldBe(resource);
    }

    [Law]
    public void Resources_are_equal_exactly_when_their_keys_are_and_always_when_their_URIs_are(ResourceIndicator one, ResourceIndicator other)
    {
        one.Equals(other).ShouldBe(string.Equals(one.Key, other.Key, StringComparison.Ordinal));
        if (new Uri(one.Value).Equals(new Uri(other.Value)))
        {
            one.ShouldBe(other);
        }
    }
}
