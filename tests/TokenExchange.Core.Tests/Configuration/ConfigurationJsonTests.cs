using System.Text.Json;
using TokenExchange.Core.Configuration;

namespace TokenExchange.Core.Tests.Configuration;

public class ConfigurationJsonTests
{
    // As administrators write it; every section, most members.
    private const string Written = """
        {
          "issuers":   [ { "issuer": "https://idp.example", "jwks": { "keys": [] }, "audiences": ["https://exchange.example"], "algorithms": ["ES256"],
                           "tokenTypes": ["jwt"], "assertionTypes": ["JWT", "at+jwt"], "maxAssertionAge": "00:10:00", "singleUse": true, "subjectPrefix": "corp|",
                           "claims": { "session": "sid", "scope": "scope", "presenter": "azp" }, "allowPrivateHosts": ["127.0.0.1"], "enabled": true } ],
          "resources": [ { "resource": "https://mail.example", "name": "Mail", "clients": ["mail-api"],
                           "scopes": [ { "name": "mail.read", "description": "Read your mail" },
                                       { "name": "mail.send", "description": "Send mail as you", "sensitive": true } ] } ],
          "clients":   [ { "clientId": "inbox-agent", "name": "Inbox agent", "kind": "ai_agent", "owner": "mail-team@example.com", "tags": ["internal"],
                           "secretSha256": "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU", "enabled": true, "expires": null },
                         { "clientId": "nightly", "kind": "automation", "jwksUri": "https://ops.example/jwks", "enabled": false, "expires": "2026-12-31T23:59:59+00:00" } ],
          "purposes":  [ { "purpose": "inbox.triage", "title": "Sort my inbox", "description": "Read new mail and label it" } ],
          "policies":  [ { "name": "triage-by-inbox-agent", "purpose": "inbox.triage", "effect": "permit",
                           "agents": ["inbox-agent"], "agentTags": [], "subjects": [ { "issuer": "https://idp.example", "claims": { "department": ["sales"] } } ],
                           "resource": "https://mail.example", "scopes": ["mail.read", "mail.label"],
                           "limits": { "maxLifetime": "00:05:00", "maxDelegationAge": "1.08:00:00", "maxSessionAge": null, "maxChainDepth": 2,
                                       "onwardTo": [ { "agent": "summary-agent", "scopes": ["mail.read"] } ],
                                       "perScope": { "mail.label": { "maxAuthAge": "00:00:30", "acrValues": ["gold"] } },
                                       "maxAuthAge": null, "acrValues": [], "approval": "none", "senderConstraint": "none" },
                           "conditions": [ { "timeWindow": { "days": ["Mon","Fri"], "from": "07:00", "to": "19:00", "zone": "Europe/Berlin" } },
                                           { "sourceNetwork": ["192.0.2.0/24"] },
                                           { "claimEquals": { "claim": "department", "value": "sales" } },
                                           { "claimContains": { "claim": "groups", "value": "staff" } } ] } ]
        }
        """;

    // The same as the product writes it: every member in its place, what is null left out.
    private static readonly string Compact = """
        {"issuers":[{"issuer":"https://idp.example","jwks":{"keys":[]},"audiences":["https://exchange.example"],"algorithms":["ES256"],"tokenTypes":["jwt"],"assertionTypes":["JWT","at+jwt"],"maxAssertionAge":"00:10:00","singleUse":true,"claims":{"session":"sid","scope":"scope","presenter":"azp"},"subjectPrefix":"corp|","allowPrivateHosts":["127.0.0.1"],"enabled":true}],
        "resources":[{"resource":"https://mail.example","name":"Mail","clients":["mail-api"],"scopes":[{"name":"mail.read","description":"Read your mail","sensitive":false},{"name":"mail.send","description":"Send mail as you","sensitive":true}],"senderConstraint":"none","enabled":true}],
        "clients":[{"clientId":"inbox-agent","name":"Inbox agent","kind":"ai_agent","owner":"mail-team@example.com","tags":["internal"],"secretSha256":"47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU","allowPrivateHosts":[],"workloads":[],"enabled":true},{"clientId":"nightly","name":"","kind":"automation","tags":[],"jwksUri":"https://ops.example/jwks","allowPrivateHosts":[],"workloads":[],"enabled":false,"expires":"2026-12-31T23:59:59+00:00"}],
        "purposes":[{"purpose":"inbox.triage","title":"Sort my inbox","description":"Read new mail and label it","state":"active"}],
        "policies":[{"name":"triage-by-inbox-agent","purpose":"inbox.triage","effect":"permit","agents":["inbox-agent"],"agentKinds":[],"agentTags":[],"subjects":[{"issuer":"https://idp.example","claims":{"department":["sales"]}}],"resource":"https://mail.example","scopes":["mail.read","mail.label"],
        "limits":{"maxLifetime":"00:05:00","maxDelegationAge":"1.08:00:00","maxChainDepth":2,"onwardTo":[{"agent":"summary-agent","scopes":["mail.read"]}],"acrValues":[],"perScope":{"mail.label":{"maxAuthAge":"00:00:30","acrValues":["gold"]}},"approval":"none","senderConstraint":"none"},
        "conditions":[{"timeWindow":{"days":["Mon","Fri"],"from":"07:00","to":"19:00","zone":"Europe/Berlin"}},{"sourceNetwork":["192.0.2.0/24"]},{"claimEquals":{"claim":"department","value":"sales"}},{"claimContains":{"claim":"groups","value":"staff"}}]}]}
        """.ReplaceLineEndings(string.Empty);

    [Fact]
    public void What_administrators_write_is_written_back_whole() => Write(Read(Written)).ShouldBe(Compact);

    [Fact]
    public void What_is_written_for_people_says_the_same()
    {
        var indented = JsonSerializer.Serialize(Read(Written), ConfigurationJson.Indented);

        indented.ShouldContain("\n  \"issuers\": [");
        Write(Read(indented)).ShouldBe(Compact);
        Write(JsonSerializer.Deserialize<ExchangeConfiguration>(Compact, ConfigurationJson.Indented)!).ShouldBe(Compact);
    }

    [Fact]
    public void A_section_that_is_absent_is_not_one_that_is_empty()
    {
        Write(Read("{}")).ShouldBe("{}");
        Write(Read("""{"policies":[],"clients":null}""")).ShouldBe("""{"policies":[]}""");
    }

    [Fact]
    public void What_is_left_out_of_a_policy_has_its_documented_default() =>
        Write(Read("""{"policies":[{}]}""")).ShouldBe(
            """{"policies":[{"name":"","purpose":"","effect":"permit","agents":[],"agentKinds":[],"agentTags":[],"subjects":[],"resource":"","scopes":[],"limits":{"maxLifetime":"00:05:00","maxDelegationAge":"08:00:00","maxChainDepth":1,"onwardTo":[],"acrValues":[],"perScope":{},"approval":"none","senderConstraint":"none"},"conditions":[]}]}""");

    [Fact]
    public void What_is_left_out_elsewhere_has_its_documented_default() =>
        Write(Read("""{"issuers":[{}],"resources":[{"scopes":[{}]}],"clients":[{}],"purposes":[{}]}""")).ShouldBe(
            """
            {"issuers":[{"issuer":"","audiences":[],"algorithms":["ES256"],"tokenTypes":["jwt","id_token"],"assertionTypes":["JWT"],"maxAssertionAge":"00:10:00","singleUse":false,"claims":{"session":"sid"},"allowPrivateHosts":[],"enabled":true}],
            "resources":[{"resource":"","name":"","clients":[],"scopes":[{"name":"","description":"","sensitive":false}],"senderConstraint":"none","enabled":true}],
            "clients":[{"clientId":"","name":"","kind":"","tags":[],"allowPrivateHosts":[],"workloads":[],"enabled":true}],"purposes":[{"purpose":"","title":"","description":"","state":"active"}]}
            """.ReplaceLineEndings(string.Empty));

    [Fact]
    public void Text_is_written_as_people_read_it() =>
        Write(Read("""{"purposes":[{"purpose":"p","title":"Über <meine> \u0026 \"deine\" Post’s +1"}]}"""))
            .ShouldBe("""{"purposes":[{"purpose":"p","title":"Über <meine> & \"deine\" Post’s +1","description":"","state":"active"}]}""");

    [Theory]
    [InlineData("""{"rules":[]}""")]
    [InlineData("""{"Policies":[]}""")]
    [InlineData("""{"$schema":"exchange.schema.json"}""")]
    [InlineData("""{"issuers":[{"secret":"x"}]}""")]
    [InlineData("""{"issuers":[{"claims":{"act":"act"}}]}""")]
    [InlineData("""{"resources":[{"scopes":[{"sensative":true}]}]}""")]
    [InlineData("""{"clients":[{"secret":"x"}]}""")]
    [InlineData("""{"purposes":[{"scopes":[]}]}""")]
    [InlineData("""{"policies":[{"agent":"a"}]}""")]
    [InlineData("""{"policies":[{"subjects":[{"groups":[]}]}]}""")]
    [InlineData("""{"policies":[{"limits":{"maxChainDeph":1}}]}""")]
    [InlineData("""{"policies":[{"limits":{"onwardTo":[{"scope":"x"}]}}]}""")]
    [InlineData("""{"policies":[{"limits":{"perScope":{"s":{"acr":[]}}}}]}""")]
    [InlineData("""{"policies":[{"conditions":[{"weekday":"Mon"}]}]}""")]
    [InlineData("""{"policies":[{"conditions":[{"timeWindow":{"until":"19:00"}}]}]}""")]
    public void A_member_that_does_not_exist_is_refused(string json) =>
        Should.Throw<JsonException>(() => Read(json)).Message.ShouldContain("could not be mapped to any .NET member");

    [Theory]
    [InlineData("""{"policies":[],"policies":[]}""")]
    [InlineData("""{"policies":[{"effect":"deny","effect":"permit"}]}""")]
    [InlineData("""{"policies":[{"limits":{"maxChainDepth":1,"maxChainDepth":10}}]}""")]
    [InlineData("""{"policies":[{"subjects":[{"claims":{"a":["x"],"a":["y"]}}]}]}""")]
    [InlineData("""{"policies":[{"limits":{"perScope":{"s":{},"s":{}}}}]}""")]
    [InlineData("""{"clients":[{"jwks":{"keys":[],"keys":[]}}]}""")]
    [InlineData("""{"issuers":[{"singleUse":true,"single\u0055se":false}]}""")]
    public void A_member_that_is_repeated_is_refused(string json) =>
        Should.Throw<JsonException>(() => Read(json)).Message.ShouldStartWith("Duplicate propert");

    [Theory]
    [InlineData("""{"purposes":[{"purpose":null}]}""")]
    [InlineData("""{"policies":[{"subjects":null}]}""")]
    [InlineData("""{"policies":[{"limits":null}]}""")]
    [InlineData("""{"policies":[{"limits":{"maxLifetime":null}}]}""")]
    [InlineData("""{"policies":[{"limits":{"maxChainDepth":null}}]}""")]
    [InlineData("""{"clients":[{"enabled":null}]}""")]
    public void Null_is_refused_where_a_value_is_due(string json) => Should.Throw<JsonException>(() => Read(json));

    [Theory]
    [InlineData("""{"policies":{}}""")]
    [InlineData("""{"policies":[{"agents":"inbox-agent"}]}""")]
    [InlineData("""{"policies":[{"limits":{"maxChainDepth":"2"}}]}""")]
    [InlineData("""{"policies":[{"limits":{"maxChainDepth":1.5}}]}""")]
    [InlineData("""{"clients":[{"enabled":"false"}]}""")]
    [InlineData("""{"clients":[{"enabled":0}]}""")]
    [InlineData("""{"clients":[{"expires":"tomorrow"}]}""")]
    [InlineData("""{"policies":[],}""")]
    [InlineData("""{"policies":[]} // all of them""")]
    [InlineData("""[]""")]
    [InlineData("")]
    public void What_is_not_the_expected_JSON_is_refused(string json) => Should.Throw<JsonException>(() => Read(json));

    [Fact]
    public void JSON_deeper_than_32_is_refused()
    {
        var deep = $$"""{"clients":[{"jwks":{{new string('[', 40)}}{{new string(']', 40)}}}]}""";

        Should.Throw<JsonException>(() => Read(deep));
    }

    [Theory]
    [InlineData("00:00:01", 1)]
    [InlineData("00:05:00", 300)]
    [InlineData("23:59:59", 86399)]
    [InlineData("1.00:00:00", 86400)]
    [InlineData("30.00:00:00", 2592000)]
    public void A_duration_is_written_in_hours_minutes_and_seconds_with_days_in_front(string text, int seconds)
    {
        var limits = JsonSerializer.Deserialize<LimitsDefinition>($$"""{"maxLifetime":"{{text}}","maxSessionAge":"{{text}}"}""", ConfigurationJson.Compact)!;

        limits.MaxLifetime.ShouldBe(TimeSpan.FromSeconds(seconds));
        limits.MaxSessionAge.ShouldBe(TimeSpan.FromSeconds(seconds));
        JsonSerializer.Serialize(limits, ConfigurationJson.Compact).ShouldContain($"""
            "maxLifetime":"{text}"
            """);
    }

    // "5" would otherwise be five days, and "5:00" five hours.
    [Theory]
    [InlineData("\"5\"")]
    [InlineData("\"5:00\"")]
    [InlineData("\"05:00\"")]
    [InlineData("\"0:5:0\"")]
    [InlineData("\"24:00:00\"")]
    [InlineData("\"00:60:00\"")]
    [InlineData("\"00:00:60\"")]
    [InlineData("\"-00:05:00\"")]
    [InlineData("\" 00:05:00\"")]
    [InlineData("\"00:05:00 \"")]
    [InlineData("\"1:00:00:00\"")]
    [InlineData("\"PT5M\"")]
    [InlineData("\"5m\"")]
    [InlineData("\"\"")]
    [InlineData("300")]
    [InlineData("{}")]
    public void A_duration_written_otherwise_is_refused(string json)
    {
        Should.Throw<JsonException>(() => JsonSerializer.Deserialize<LimitsDefinition>($$"""{"maxLifetime":{{json}}}""", ConfigurationJson.Compact)).Path.ShouldBe("$.maxLifetime");
        Should.Throw<JsonException>(() => JsonSerializer.Deserialize<LimitsDefinition>($$"""{"maxSessionAge":{{json}}}""", ConfigurationJson.Compact)).Path.ShouldBe("$.maxSessionAge");
    }

    [Fact]
    public void A_duration_that_is_refused_says_how_to_write_it() =>
        Should.Throw<JsonException>(() => Read("""{"policies":[{"limits":{"maxLifetime":"5:00"}}]}""")).Message.ShouldStartWith("'5:00' is not a duration: write hh:mm:ss, or d.hh:mm:ss from one day on.");

    [Fact]
    public void A_duration_with_a_fraction_is_read_as_it_is_written()
    {
        var limits = new LimitsDefinition { MaxLifetime = TimeSpan.FromMilliseconds(1500), MaxDelegationAge = TimeSpan.FromDays(1.0000001) };

        var read = JsonSerializer.Deserialize<LimitsDefinition>(JsonSerializer.Serialize(limits, ConfigurationJson.Compact), ConfigurationJson.Compact)!;

        read.MaxLifetime.ShouldBe(limits.MaxLifetime);
        read.MaxDelegationAge.ShouldBe(limits.MaxDelegationAge);
    }

    private static ExchangeConfiguration Read(string json) => JsonSerializer.Deserialize<ExchangeConfiguration>(json, ConfigurationJson.Compact)!;

    private static string Write(ExchangeConfiguration configuration) => JsonSerializer.Serialize(configuration, ConfigurationJson.Compact);
}
