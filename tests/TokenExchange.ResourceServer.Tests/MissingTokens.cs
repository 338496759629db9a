using TokenExchange.ResourceServer.Tests.Wire;

namespace TokenExchange.ResourceServer.Tests;

public sealed class MissingTokens : WireTest
{
    [Requirement("RFC 9728", "5.1", "A challenge says where the metadata are")]
    [Requirement("RFC 6750", "3", "A call without a token is challenged")]
    [Requirement("RFC 6750", "3.1", "Where there is no token, no error is named")]
    [Fact]
    public async Task A_call_without_token_is_challenged_without_an_error() => (await App.GetAsync("/messages")).ShouldBeNoToken();

    [Requirement("RFC 6750", "3", "A call without a token is challenged")]
    [Requirement("RFC 6750", "3.1", "Where there is no token, no error is named")]
    [Theory]
    [InlineData("Basic aW5ib3g6YWdlbnQ=")]
    [InlineData("DPoP {0}")]
    [InlineData("{0}")]
    [InlineData("Bearer")]
    public async Task Another_scheme_counts_as_no_token(string authorization) =>
        (await App.SendAsync(HttpMethod.Get, "/messages", authorization.Replace("{0}", Token()))).ShouldBeNoToken();

    [Requirement("RFC 6750", "2.3", "A token in the URL is not read")]
    [Requirement("RFC 9700", "4.3.2", "Tokens are not put into URLs")]
    [Fact]
    public async Task A_token_in_the_query_is_ignored() => (await App.GetAsync($"/messages?access_token={Token()}")).ShouldBeNoToken();

    [Fact]
    public async Task A_token_in_the_header_counts_whatever_stands_in_the_query() =>
        (await App.GetAsync("/messages?access_token=nonsense", Token())).Status.ShouldBe(200);

    [Requirement("RFC 6750", "2.2", "A token in a form is not read")]
    [Fact]
    public async Task A_token_in_a_form_is_ignored()
    {
        using var form = new FormUrlEncodedContent([new("access_token", Token(c => c["scope"] = "mail.read mail.send"))]);

        (await App.SendAsync(HttpMethod.Post, "/send", authorization: null, form)).ShouldBeNoToken();
    }

    [Fact]
    public async Task Nothing_is_fetched_for_a_call_without_token()
    {
        await App.GetAsync("/messages");

        Authority.Calls.ShouldBeEmpty();
    }
}
