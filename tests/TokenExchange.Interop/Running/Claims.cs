using System.Text.Json;
using System.Text.Json.Nodes;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Interop.Running;

/// <summary>What every token of these tests must say, however a library hands it over.</summary>
internal static class Claims
{
    /// <summary>Who acts for whom, why, where and how far; <c>txn</c> has no known value, only a form.</summary>
    public static void ShouldBeAnActorToken(this JsonNode? claims, string issuer, string agent, string resource = World.Mail, string scope = "mail.read")
    {
        var all = claims.ShouldNotBeNull().AsObject();
        new[] { "iss", "aud", "sub", "client_id", "purpose", "scope" }.Select(name => (string?)all[name]).ShouldBe([issuer, resource, "alice", agent, World.Triage, scope]);
        all["act"].ShouldBeJson($$"""{"sub":"{{agent}}","iss":"{{issuer}}","sub_profile":"ai_agent"}""");
        ((string?)all["txn"]).ShouldNotBeNull().ShouldMatch("^[A-Za-z0-9_-]{22}$");
    }

    /// <summary>The same JSON, whatever the order of its members.</summary>
    public static void ShouldBeJson(this JsonNode? actual, string expected) =>
        JsonNode.DeepEquals(actual, JsonNode.Parse(expected)).ShouldBeTrue($"{actual?.ToJsonString()} is not {expected}");

    public static string? Text(this JsonObject json, string name) => json[name] is { } value && value.GetValueKind() is JsonValueKind.String ? (string?)value : json[name]?.ToJsonString();
}
