using TokenExchange.Server.Configuration;

namespace TokenExchange.Server.Tests.Configuration;

/// <summary>A file that has not the shape of a configuration is refused with the place of each mistake, in words.</summary>
public sealed class ConfigurationFileTests
{
    [Theory]
    [InlineData("""{"issuerss":[]}""", "issuerss: is not a member; write one of issuers, resources, clients, purposes, policies")]
    [InlineData("""{"issuers":[{"issuer":"x","claims":{"sub":"x"}}]}""", "issuers[0].claims.sub: is not a member; write one of session, scope, presenter")]
    [InlineData("""{"Issuers":[]}""", "Issuers: is not a member; write one of issuers, resources, clients, purposes, policies")]
    [InlineData("""{"issuers":[],"issuers":[]}""", "issuers: is written twice")]
    [InlineData("""{"clients":[{"name":"a","name":"a"}]}""", "clients[0].name: is written twice")]
    [InlineData("""{"policies":[{"subjects":[{"claims":{"a":["x"],"a":["y"]}}]}]}""", "policies[0].subjects[0].claims.a: is written twice")]
    [InlineData("""{"issuers":{}}""", "issuers: write a list in [ ]")]
    [InlineData("""{"issuers":["https://idp.example"]}""", "issuers[0]: write an object in { }")]
    [InlineData("""{"issuers":[null]}""", "issuers[0]: write an object in { }")]
    [InlineData("""{"issuers":[{"issuer":5}]}""", "issuers[0].issuer: write text")]
    [InlineData("""{"issuers":[{"audiences":["a",null]}]}""", "issuers[0].audiences[1]: write text")]
    [InlineData("""{"issuers":[{"audiences":"a"}]}""", "issuers[0].audiences: write a list in [ ]")]
    [InlineData("""{"issuers":[{"claims":null}]}""", "issuers[0].claims: write an object in { }")]
    [InlineData("""{"clients":[{"kind":null}]}""", "clients[0].kind: write text")]
    [InlineData("""{"clients":[{"enabled":"yes"}]}""", "clients[0].enabled: write true or false")]
    [InlineData("""{"clients":[{"expires":"tomorrow"}]}""", "clients[0].expires: write an instant, e.g. 2027-01-31T00:00:00Z")]
    [InlineData("""{"policies":[{"limits":{"maxLifetime":"5m"}}]}""", "policies[0].limits.maxLifetime: write a duration, hh:mm:ss")]
    [InlineData("""{"policies":[{"limits":{"maxLifetime":"5"}}]}""", "policies[0].limits.maxLifetime: write a duration, hh:mm:ss")]
    [InlineData("""{"policies":[{"limits":{"maxLifetime":300}}]}""", "policies[0].limits.maxLifetime: write a duration, hh:mm:ss")]
    [InlineData("""{"policies":[{"limits":{"maxLifetime":null}}]}""", "policies[0].limits.maxLifetime: write a duration, hh:mm:ss")]
    [InlineData("""{"policies":[{"limits":{"maxChainDepth":1.5}}]}""", "policies[0].limits.maxChainDepth: write a whole number")]
    [InlineData("""{"policies":[{"limits":{"perScope":{"mail.send":null}}}]}""", "policies[0].limits.perScope.mail.send: write an object in { }")]
    [InlineData("""{"policies":[{"subjects":[{"claims":{"department":"sales"}}]}]}""", "policies[0].subjects[0].claims.department: write a list in [ ]")]
    [InlineData("[]", "the file must hold one object in { }")]
    [InlineData("null", "the file must hold one object in { }")]
    [InlineData("{\n  \"issuers\": [,]\n}", "it is not JSON: look at line 2, column 15")]
    [InlineData("{\"\\ud800\":1}", "it holds an escape from \\ud800 to \\udfff that is not one of a pair, high before low")]
    [InlineData("{\"clients\":[{\"name\":\"\\udc00\"}]}", "clients[0].name: write text")]
    [InlineData("", "it is not JSON: look at line 1, column 1")]
    [InlineData("""{"clients":5,"policies":[{"agent":[]}]}""", "clients: write a list in [ ]\npolicies[0].agent: is not a member; write one of name, purpose, effect, agents, agentKinds, agentTags, subjects, resource, scopes, limits, conditions")]
    public void Each_mistake_is_named(string json, string problem)
    {
        ConfigurationEditor.TryRead(json, out var configuration, out var said).ShouldBeFalse();

        said.ShouldBe(problem);
        configuration.ShouldBeNull();
    }

    [Fact]
    public void Null_is_welcome_where_it_means_something()
    {
        const string json = """{"issuers":null,"clients":[{"owner":null,"expires":null,"jwks":null}],"policies":[{"limits":{"maxSessionAge":null},"conditions":[{"timeWindow":null}]}]}""";

        ConfigurationEditor.TryRead(json, out var configuration, out var problem).ShouldBeTrue(problem);

        configuration!.Issuers.ShouldBeNull();
        configuration.Clients![0].Jwks.ShouldBeNull();
        configuration.Policies![0].Limits.MaxSessionAge.ShouldBeNull();
    }
}
