using TokenExchange.ResourceServer.Tests.Wire;

namespace TokenExchange.ResourceServer.Tests;

/// <summary>A token seen before is not verified again, and is no better for it.</summary>
public sealed class RememberedTokens : WireTest
{
    [Fact]
    public async Task A_token_seen_before_expires_all_the_same()
    {
        var token = Token();
        (await App.GetAsync("/messages", token)).Status.ShouldBe(200);

        Time.Advance(TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(5));

        (await App.GetAsync("/messages", token)).ShouldBeRefused("The token has expired.");
    }

    [Fact]
    public async Task A_token_seen_before_ends_with_its_key()
    {
        var token = Token();
        (await App.GetAsync("/messages", token)).Status.ShouldBe(200);
        using var next = new SigningKey("key-2");
        Authority.Published.Clear();
        Authority.Published.Add(next);

        // Another token brings the new keys in.
        Time.Advance(TimeSpan.FromSeconds(10));
        (await App.GetAsync("/messages", Token(key: next))).Status.ShouldBe(200);
        Time.Advance(TimeSpan.FromSeconds(10));

        (await App.GetAsync("/messages", token)).ShouldBeRefused("The token was signed with an unknown key.");
    }

    [Fact]
    public async Task A_token_that_differs_in_its_signature_alone_is_another_one()
    {
        var token = Token();
        (await App.GetAsync("/messages", token)).Status.ShouldBe(200);
        var parts = token.Split('.');
        using var other = new SigningKey("key-1");

        (await App.GetAsync("/messages", other.SignParts(parts[0], parts[1]))).ShouldBeRefused("The signature of the token is not valid.");
        (await App.GetAsync("/messages", $"{parts[0]}.{parts[1]}.")).ShouldBeRefused("The token is not a well-formed signed JWT.");
    }

    [Fact]
    public async Task What_a_token_is_not_enough_for_it_is_not_enough_for_the_second_time()
    {
        var token = Token();
        for (var i = 0; i < 3; i++)
        {
            (await App.GetAsync("/messages", token)).Body.ShouldBe("alice by summary-agent ← inbox-agent for inbox.triage");
            (await App.GetAsync("/settings", token)).Status.ShouldBe(403);
        }
    }
}
