using TokenExchange.ResourceServer.Tests.Wire;

namespace TokenExchange.ResourceServer.Tests;

/// <summary>Where the signing keys come from, how long they are kept, and what happens when there are none.</summary>
public sealed class Keys : WireTest
{
    [Fact]
    public async Task Keys_are_fetched_once_for_many_tokens()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => App.GetAsync("/messages", Token())));

        Authority.Calls.ShouldBe(["GET /.well-known/openid-configuration", "GET /jwks"]);
    }

    [Fact]
    public async Task An_authority_that_is_not_there_makes_a_token_impossible_to_judge()
    {
        await Authority.StopAsync();

        (await App.GetAsync("/messages", Token())).ShouldBeUnavailable();
        (await App.GetAsync("/messages")).ShouldBeNoToken();
    }

    [Fact]
    public async Task An_authority_that_comes_back_is_asked_again_after_five_seconds()
    {
        Authority.Down = true;
        (await App.GetAsync("/messages", Token())).ShouldBeUnavailable();
        var calls = Authority.Calls.Count;

        Authority.Down = false;
        (await App.GetAsync("/messages", Token())).ShouldBeUnavailable();
        Authority.Calls.Count.ShouldBe(calls);

        Time.Advance(TimeSpan.FromSeconds(5));
        (await App.GetAsync("/messages", Token())).Status.ShouldBe(200);
    }

    [Requirement("RFC 9068", "4", "A new key of the server is accepted, a withdrawn one no longer")]
    [Fact]
    public async Task A_token_signed_with_a_new_key_is_accepted_at_first_sight()
    {
        await App.GetAsync("/messages", Token());
        Time.Advance(TimeSpan.FromSeconds(5));
        using var next = new SigningKey("key-2");
        Authority.Published.Add(next);

        (await App.GetAsync("/messages", Token(key: next))).Status.ShouldBe(200);
        (await App.GetAsync("/messages", Token())).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_flood_of_unknown_key_ids_fetches_once_in_five_seconds()
    {
        await App.GetAsync("/messages", Token());
        Time.Advance(TimeSpan.FromSeconds(5));

        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => App.GetAsync("/messages", Token(header: h => h["kid"] = $"unknown-{i}"))));

        Authority.MetadataCalls.ShouldBe(2);
    }

    [Fact]
    public async Task An_unknown_key_id_cannot_be_judged_while_the_authority_is_down()
    {
        await App.GetAsync("/messages", Token());
        Time.Advance(TimeSpan.FromSeconds(5));
        Authority.Down = true;

        (await App.GetAsync("/messages", Token(header: h => h["kid"] = "key-2"))).ShouldBeUnavailable();
        (await App.GetAsync("/messages", Token())).Status.ShouldBe(200);
    }

    [Requirement("RFC 9068", "4", "A new key of the server is accepted, a withdrawn one no longer")]
    [Fact]
    public async Task A_withdrawn_key_is_refused_after_the_refresh_interval()
    {
        await App.GetAsync("/messages", Token());
        using var next = new SigningKey("key-2");
        Authority.Published.Clear();
        Authority.Published.Add(next);

        Time.Advance(TimeSpan.FromSeconds(299));
        (await App.GetAsync("/messages", Token())).Status.ShouldBe(200);
        Authority.MetadataCalls.ShouldBe(1);

        // This call starts the refresh and does not wait for it: the authority answers only when it is over.
        using var over = new ManualResetEventSlim();
        Authority.Metadata = _ => over.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Time.Advance(TimeSpan.FromSeconds(1));
        (await App.GetAsync("/messages", Token())).Status.ShouldBe(200);
        over.Set();

        Answer answer;
        do
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
            answer = await App.GetAsync("/messages", Token());
        }
        while (answer.Status == 200);
        answer.ShouldBeRefused("The token was signed with an unknown key.");
    }

    [Fact]
    public async Task Keys_are_used_for_an_hour_without_the_authority_and_not_longer()
    {
        await App.GetAsync("/messages", Token());
        Authority.Down = true;

        Time.Advance(TimeSpan.FromMinutes(60) - TimeSpan.FromSeconds(1));
        (await App.GetAsync("/messages", Token())).Status.ShouldBe(200);

        Time.Advance(TimeSpan.FromSeconds(6));
        (await App.GetAsync("/messages", Token())).ShouldBeUnavailable();
    }

    [Requirement("RFC 9068", "4", "Keys are those the metadata of the issuer lead to")]
    [Requirement("RFC 8414", "3.3", "Metadata whose issuer is not exactly the expected one are not used")]
    [Theory]
    [InlineData("https://other.example")]
    [InlineData(null)]
    public async Task Metadata_of_another_issuer_is_not_believed(string? issuer)
    {
        Authority.Metadata = m => m["issuer"] = issuer;

        (await App.GetAsync("/messages", Token())).ShouldBeUnavailable();
    }

    [Fact]
    public async Task Metadata_without_keys_is_of_no_use()
    {
        Authority.Published.Clear();

        (await App.GetAsync("/messages", Token())).ShouldBeUnavailable();
    }

    [Requirement("RFC 8414", "6.1", "Metadata and keys come over TLS")]
    [Fact]
    public async Task Keys_are_not_fetched_over_http_where_https_is_required()
    {
        // A handler that stands in for the https authority, whose metadata lead to keys on http.
        using var https = new Stub($$"""{"issuer":"https://exchange.example","jwks_uri":"{{Authority.Issuer}}/jwks"}""");
        await using var app = await RelyingApp.StartAsync(
            Authority, Time, o => (o.Authority, o.RequireHttpsMetadata, o.BackchannelHttpHandler) = ("https://exchange.example", true, https));

        (await app.GetAsync("/messages", Token(c => c["iss"] = "https://exchange.example"))).ShouldBeUnavailable();
        https.Addresses.ShouldBe(["https://exchange.example/.well-known/openid-configuration"]);
    }

    private sealed class Stub(string body) : HttpMessageHandler
    {
        public List<string> Addresses { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Addresses.Add(request.RequestUri!.AbsoluteUri);
            return Task.FromResult(new HttpResponseMessage { Content = new StringContent(body) });
        }
    }
}
