using Microsoft.AspNetCore.Http;

namespace TokenExchange.Client.Tests;

public sealed class MetadataTests : IAsyncDisposable
{
    private readonly World _world = new();

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Requirement("RFC 8414", "3.3", "Metadata whose issuer is not exactly the expected one are not used")]
    [Requirement("RFC 8414", "6.2", "Nobody can pass for the issuer by metadata of its own")]
    [Requirement("ASVS 5.0", "V10.5.3", "A client uses metadata of exactly the issuer it was configured with")]
    [Fact]
    public async Task Metadata_of_another_issuer_is_refused()
    {
        _world.Server.Metadata = m => m["issuer"] = _world.Server.Url + "/";

        var e = await Should.ThrowAsync<TokenExchangeException>(() => _world.Bare().ExchangeAsync(_world.Asked, Now));

        e.Message.ShouldBe($"{_world.Server.Url}/.well-known/oauth-authorization-server is of the issuer '{_world.Server.Url}/', but Authority is '{_world.Server.Url}'. Write Authority exactly as the server publishes its issuer; a slash more or less makes another.");
        _world.Server.Exchanges.ShouldBeEmpty();
    }

    [Requirement("RFC 8414", "3.3", "Metadata whose issuer is not exactly the expected one are not used")]
    [Fact]
    public async Task An_issuer_with_a_slash_at_its_end_is_matched_with_it()
    {
        _world.Server.Metadata = m => m["issuer"] = _world.Server.Url + "/";

        var result = await _world.Bare(o => o.Authority = _world.Server.Url + "/").ExchangeAsync(_world.Asked, Now);

        result.ShouldBeOfType<ExchangeResult.Succeeded>();
    }

    [Requirement("RFC 8414", "6.1", "Metadata and keys come over TLS")]
    [Theory]
    [InlineData("http://exchange.example/token")]
    [InlineData("/token")]
    [InlineData("file:///token")]
    [InlineData("")]
    public async Task A_token_endpoint_without_transport_security_gets_no_secret(string endpoint)
    {
        _world.Server.Metadata = m => m["token_endpoint"] = endpoint;

        var e = await Should.ThrowAsync<TokenExchangeException>(() => _world.Bare().ExchangeAsync(_world.Asked, Now));

        e.Message.ShouldEndWith("names no token_endpoint that is an https URL (or http on loopback).");
    }

    [Theory]
    [InlineData("issuer", "is of the issuer ''")]
    [InlineData("token_endpoint", "names no token_endpoint")]
    public async Task Metadata_with_a_lone_surrogate_is_no_metadata(string member, string problem)
    {
        _world.Server.Metadata = m => m[member] = "HALF";
        _world.Server.MetadataText = text => text.Replace("HALF", "\\ud800", StringComparison.Ordinal);

        var e = await Should.ThrowAsync<TokenExchangeException>(() => _world.Bare().ExchangeAsync(_world.Asked, Now));

        e.Message.ShouldContain(problem);
        _world.Server.Exchanges.ShouldBeEmpty();
    }

    [Fact]
    public async Task Metadata_that_could_not_be_read_is_read_again()
    {
        var bare = _world.Bare();
        _world.Server.Metadata = m => m["issuer"] = "https://other.example";
        await Should.ThrowAsync<TokenExchangeException>(() => bare.ExchangeAsync(_world.Asked, Now));

        _world.Server.Metadata = _ => { };

        (await bare.ExchangeAsync(_world.Asked, Now)).ShouldBeOfType<ExchangeResult.Succeeded>();
        _world.Server.MetadataReads.ShouldBe(2);
    }

    [Theory]
    [InlineData(404, 2)]
    [InlineData(503, 1)]
    public async Task Metadata_is_read_again_when_the_endpoint_is_gone_but_not_when_the_server_is_busy(int status, int reads)
    {
        var bare = _world.Bare();
        var issue = _world.Server.Exchange;
        _world.Server.Exchange = _ => Results.StatusCode(status);
        await Should.ThrowAsync<TokenExchangeException>(() => bare.ExchangeAsync(_world.Asked, Now));

        _world.Server.Exchange = issue;
        await bare.ExchangeAsync(_world.Asked, Now);

        _world.Server.MetadataReads.ShouldBe(reads);
    }

    [Fact]
    public async Task Metadata_that_is_not_there_asks_whether_the_authority_is_right()
    {
        var bare = _world.Bare(o => o.Authority = _world.Server.Url + "/nowhere");

        var e = await Should.ThrowAsync<TokenExchangeException>(() => bare.ExchangeAsync(_world.Asked, Now));

        e.Message.ShouldBe($"{_world.Server.Url}/nowhere/.well-known/oauth-authorization-server answered 404 where the metadata of the authorization server (RFC 8414) was expected. Is Authority right?");
    }
}
