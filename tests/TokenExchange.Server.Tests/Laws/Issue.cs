using System.Text.Json.Nodes;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Laws;

/// <summary>A token a walk was given, with everything the laws hold it against.</summary>
public sealed record Issue
{
    public required string Token { get; init; }

    public required JsonObject Claims { get; init; }

    public required string Agent { get; init; }

    /// <summary>The clock when it was asked for.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The rules that were published then.</summary>
    public required Rules Rules { get; init; }

    /// <summary>The determining permit, as the record names it and the rules had it.</summary>
    public required PolicyDefinition Permit { get; init; }

    /// <summary>The token it was derived from; null at a first hop.</summary>
    public required Issue? Parent { get; init; }

    /// <summary>Claims of the assertion at the root.</summary>
    public required JsonObject Root { get; init; }

    /// <summary>When the walk first saw its delegation.</summary>
    public required DateTimeOffset DelegationSeen { get; init; }

    public string Resource => Text("aud");

    public string Purpose => Text("purpose");

    public IReadOnlyList<string> Scopes => Text("scope").Split(' ');

    public long Expires => (long)Claims["exp"]!;

    /// <summary>The actors, current one first.</summary>
    public IReadOnlyList<JsonObject> Chain
    {
        get
        {
            var chain = new List<JsonObject>();
            for (var actor = Claims["act"] as JsonObject; actor is not null; actor = actor["act"] as JsonObject)
            {
                chain.Add(actor);
            }

            return chain;
        }
    }

    /// <summary>The subjects <c>may_act</c> names; none when it is absent.</summary>
    public IReadOnlyList<string> MayAct => Claims["may_act"] switch
    {
        null => [],
        JsonArray several => [.. several.Select(p => (string)p!["sub"]!)],
        var one => [(string)one["sub"]!],
    };

    public bool IsNarrowing => Parent is not null && Parent.Agent == Agent;

    public bool IsHandOn => Parent is not null && Parent.Agent != Agent;

    /// <summary>
    /// The token its actor was first given: the permit of that one says to whom it may be handed on, however often it was narrowed since. Were it the
    /// permit of a narrower one, a token could hand on more than the token it came from.
    /// </summary>
    public Issue Lent => Line.TakeWhile(t => t.Agent == Agent).Last();

    /// <summary>It and the tokens it was derived from, root last.</summary>
    public IEnumerable<Issue> Line
    {
        get
        {
            for (var issue = this; issue is not null; issue = issue.Parent)
            {
                yield return issue;
            }
        }
    }

    public string Text(string claim) => (string)Claims[claim]!;
}
