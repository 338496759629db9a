using TokenExchange.ResourceServer.Tests.Wire;

namespace TokenExchange.ResourceServer.Tests;

/// <summary>The clock stands still unless a test moves it; the skew is the default of 5 seconds.</summary>
public sealed class Lifetimes : WireTest
{
    [Requirement("RFC 9068", "4", "Expired tokens are refused, with a leniency of seconds at most")]
    [Requirement("RFC 6750", "3.1", "A bad token is 401 invalid_token")]
    [Requirement("ASVS 5.0", "V9.2.1", "A token counts only within its time")]
    [Fact]
    public async Task A_token_is_good_until_it_expires_and_the_skew_is_over()
    {
        var token = Token();

        Time.Advance(TimeSpan.FromSeconds(304));
        (await App.GetAsync("/messages", token)).Status.ShouldBe(200);

        Time.Advance(TimeSpan.FromSeconds(1));
        (await App.GetAsync("/messages", token)).ShouldBeRefused("The token has expired.");
    }

    [Requirement("RFC 9068", "4", "Expired tokens are refused, with a leniency of seconds at most")]
    [Fact]
    public async Task Without_skew_a_token_ends_at_exp_to_the_second()
    {
        await using var app = await RelyingApp.StartAsync(Authority, Time, o => o.ClockSkew = TimeSpan.Zero);
        var token = Token();

        Time.Advance(TimeSpan.FromSeconds(299));
        (await app.GetAsync("/messages", token)).Status.ShouldBe(200);

        Time.Advance(TimeSpan.FromSeconds(1));
        (await app.GetAsync("/messages", token)).ShouldBeRefused("The token has expired.");
    }

    [Requirement("RFC 9068", "4", "Expired tokens are refused, with a leniency of seconds at most")]
    [Fact]
    public async Task A_token_without_exp_is_refused() =>
        (await App.GetAsync("/messages", Token(c => c.Remove("exp")))).ShouldBeRefused("The token does not expire.");

    [Requirement("ASVS 5.0", "V9.2.1", "A token counts only within its time")]
    [Theory]
    [InlineData("nbf")]
    [InlineData("iat")]
    public async Task A_token_from_beyond_the_skew_is_refused(string claim)
    {
        var now = Time.GetUtcNow().ToUnixTimeSeconds();

        (await App.GetAsync("/messages", Token(c => c[claim] = now + 5))).Status.ShouldBe(200);
        (await App.GetAsync("/messages", Token(c => c[claim] = now + 6))).ShouldBeRefused("The token is not valid yet.");
    }

    [Theory]
    [InlineData("\"1900000000\"")]
    [InlineData("1900000000.5")]
    [InlineData("1e308")]
    [InlineData("-1")]
    [InlineData("null")]
    public async Task An_exp_that_is_no_whole_number_of_seconds_is_refused(string exp) =>
        (await App.GetAsync("/messages", Token(c => c["exp"] = System.Text.Json.Nodes.JsonNode.Parse(exp)))).Status.ShouldBe(401);
}
