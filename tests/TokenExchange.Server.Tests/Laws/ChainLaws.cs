using System.Text.Json.Nodes;
using TokenExchange.Core.Configuration;

namespace TokenExchange.Server.Tests.Laws;

/// <summary>
/// The laws L1 to L4 and L8 of the design, each said once more and in another way than the server says it: from claims and written policies alone.
/// </summary>
public static class ChainLaws
{
    public static void Hold(Issue token, string issuer)
    {
        ThePermitCovers(token);
        NeverWider(token);
        NeverLonger(token);
        NeverAnonymous(token, issuer);
        OneAndTheSame(token, issuer);
    }

    private static void ThePermitCovers(Issue token)
    {
        var permit = token.Permit;
        Law("the record names a permit", permit.Effect == "permit");
        Law("the permit selects the agent", WalkWorld.Selects(permit, token.Agent));
        Law("the permit covers users of this issuer", Covers(permit, token));
        Law("the permit is of the token's purpose and resource", permit.Purpose == token.Purpose && permit.Resource == token.Resource);
        Law("L1: no more than the permit", Within(token.Scopes, permit.Scopes));
        foreach (var deny in token.Rules.Policies.Where(p => p.Effect == "deny" && p.Purpose == token.Purpose && p.Resource == token.Resource && WalkWorld.Selects(p, token.Agent) && Covers(p, token)))
        {
            Law($"nothing that {deny.Name} denies", deny.Scopes.Count > 0 && !token.Scopes.Intersect(deny.Scopes, StringComparer.Ordinal).Any());
        }
    }

    private static void NeverWider(Issue token)
    {
        if (token.Parent is not { } parent)
        {
            Law("L1: no more than the session", token.Root["scope"] is not { } limit || Within(token.Scopes, ((string)limit!).Split(' ')));
            return;
        }

        if (token.IsNarrowing)
        {
            Law("L1: narrowing stays at the resource", token.Resource == parent.Resource);
            Law("L1: narrowing never widens", Within(token.Scopes, parent.Scopes));
            return;
        }

        Law("L1: a hand-on goes to one whom the token names", parent.MayAct.Contains(token.Agent, StringComparer.Ordinal));

        var entries = Giver(parent.Lent, token.Rules).Where(o => o.Agent == token.Agent && (o.Resource ?? parent.Resource) == token.Resource).ToList();
        Law("L1: the giver's permit hands on to this agent at this resource", entries.Count > 0);
        var reach = token.Resource == parent.Resource
            ? entries.SelectMany(o => o.Scopes.Count == 0 ? parent.Scopes : parent.Scopes.Intersect(o.Scopes, StringComparer.Ordinal))
            : entries.SelectMany(o => o.Scopes);
        Law("L1: the giver's permit hands on these scopes", Within(token.Scopes, reach));
    }

    // The giver's permit as it is published now; under its name another rule may stand, which is not the giver's.
    private static IReadOnlyList<OnwardDefinition> Giver(Issue given, Rules now) =>
        now.Find(given.Permit.Name) is { Effect: "permit" } permit && permit.Purpose == given.Purpose && permit.Resource == given.Resource && WalkWorld.Selects(permit, given.Agent)
            ? permit.Limits.OnwardTo
            : [];

    private static void NeverLonger(Issue token)
    {
        Law("L2: it begins now", (long)token.Claims["iat"]! == token.At.ToUnixTimeSeconds() && (long)token.Claims["nbf"]! == token.At.ToUnixTimeSeconds());
        Law("L2: it is good for a while", token.Expires > token.At.ToUnixTimeSeconds());
        Law("L2: no longer than the token in hand", token.Expires <= (token.Parent?.Expires ?? (long)token.Root["exp"]!));
        Law("L2: no longer than the permit's maxLifetime", End(token.At, token.Permit.Limits.MaxLifetime));
        foreach (var issue in token.Line)
        {
            Law($"L2: no longer than the maxDelegationAge of {issue.Permit.Name}", End(token.DelegationSeen, issue.Permit.Limits.MaxDelegationAge));
            Law($"L2: no longer than the maxSessionAge of {issue.Permit.Name}", issue.Permit.Limits.MaxSessionAge is not { } age
                || (token.Root["auth_time"] is { } time && End(DateTimeOffset.FromUnixTimeSeconds((long)time), age)));
        }

        bool End(DateTimeOffset start, TimeSpan age) => DateTimeOffset.FromUnixTimeSeconds(token.Expires) <= start + age;
    }

    private static void NeverAnonymous(Issue token, string issuer)
    {
        var chain = token.Chain;
        Law("L3: the current actor is the authenticated agent", (string?)chain[0]["sub"] == token.Agent && token.Text("client_id") == token.Agent);
        foreach (var actor in chain)
        {
            Law("L3: an actor is named by sub, iss and sub_profile and nothing else", actor.All(p => p.Key is "sub" or "iss" or "sub_profile" or "act")
                && (string?)actor["iss"] == issuer && (string?)actor["sub_profile"] == WalkWorld.KindOf((string)actor["sub"]!));
        }

        Law("L3: the session is lent to nobody but whom its may_act names", token.Parent is not null || token.Root["may_act"] is not { } named || (string?)named["sub"] == token.Agent);
        var earlier = token.IsNarrowing ? token.Parent!.Claims["act"] : chain[0]["act"];
        var expected = token.IsNarrowing ? token.Claims["act"] : token.Parent?.Claims["act"];
        Law("L3: the chain stays when the current actor narrows and otherwise grows by exactly the agent", JsonNode.DeepEquals(earlier, expected));
        Law("L3: nobody is in the chain twice", chain.Select(a => (string)a["sub"]!).Distinct(StringComparer.Ordinal).Count() == chain.Count);
        Law("L3: no deeper than any permit on the way allows", token.Line.All(t => chain.Count <= t.Permit.Limits.MaxChainDepth));
        Law("L3: may_act names receivers of the giver's permit that are not in the chain",
            token.MayAct.All(a => token.Lent.Permit.Limits.OnwardTo.Any(o => o.Agent == a) && chain.All(c => (string?)c["sub"] != a)));
        Law("L3: a chain as deep as it may be names nobody", token.MayAct.Count == 0 || token.Line.All(t => chain.Count < t.Permit.Limits.MaxChainDepth));
        Law("L1: a narrower token names nobody anew", !token.IsNarrowing || Within(token.MayAct, token.Parent!.MayAct));
    }

    // L4 and L8: what stays the same from root to leaf.
    private static void OneAndTheSame(Issue token, string issuer)
    {
        Law("L8: sub is the user of the assertion", token.Text("sub") == WalkWorld.SubjectOf((string)token.Root["iss"]!, (string)token.Root["sub"]!));
        foreach (var claim in new[] { "auth_time", "acr", "amr" })
        {
            // An empty amr says as little as none.
            var root = token.Root[claim] is JsonArray { Count: 0 } ? null : token.Root[claim];
            Law($"L8: {claim} is the assertion's", JsonNode.DeepEquals(token.Claims[claim], root));
        }

        foreach (var claim in new[] { "purpose", "txn", "sid" })
        {
            Law($"L4: {claim} is that of the whole chain", token.Line.All(t => JsonNode.DeepEquals(t.Claims[claim], token.Claims[claim])));
        }

        Law("the issuer of the user is told", token.Text("subject_issuer") == (string?)token.Root["iss"]);
        Law("the server is the issuer", token.Text("iss") == issuer);
        Law("no other claims", token.Claims.All(c => Known.Contains(c.Key)));
    }

    private static readonly string[] Known =
        ["iss", "aud", "exp", "nbf", "iat", "jti", "sub", "client_id", "act", "scope", "purpose", "txn", "sid", "auth_time", "acr", "amr", "may_act", "subject_issuer", "subject_claims"];

    private static bool Covers(PolicyDefinition policy, Issue token) => policy.Subjects.Any(s => s.Issuer == (string)token.Root["iss"]!);

    private static bool Within(IEnumerable<string> some, IEnumerable<string> all) => !some.Except(all, StringComparer.Ordinal).Any();

    private static void Law(string law, bool holds)
    {
        if (!holds)
        {
            throw new LawBrokenException(law);
        }
    }
}

/// <summary>A law does not hold; the message is the law.</summary>
public sealed class LawBrokenException(string message, Exception? inner = null) : Exception(message, inner);
