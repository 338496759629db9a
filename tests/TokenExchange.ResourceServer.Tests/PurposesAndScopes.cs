using TokenExchange.ResourceServer.Tests.Wire;

namespace TokenExchange.ResourceServer.Tests;

public sealed class PurposesAndScopes : WireTest
{
    private const string WrongPurpose = "The purpose of the token does not permit this.";
    private const string LacksScope = "The token lacks a scope that is needed for this.";

    [Requirement("ASVS 5.0", "V10.3.2", "What a relying app permits follows from the claims of the token")]
    [Fact]
    public async Task A_token_under_another_purpose_is_forbidden_and_told_which_would_do() =>
        (await App.GetAsync("/settings", Token())).ShouldBeForbidden("insufficient_purpose", "purpose=\"settings.change\"", WrongPurpose);

    [Theory]
    [InlineData("inbox")]
    [InlineData("inbox.triage.more")]
    [InlineData("Inbox.triage")]
    public async Task A_purpose_is_compared_as_a_whole(string purpose) =>
        (await App.GetAsync("/messages", Token(c => c["purpose"] = purpose)))
            .ShouldBeForbidden("insufficient_purpose", "purpose=\"inbox.triage inbox.summary\"", WrongPurpose);

    [Requirement("RFC 6750", "3.1", "A token that lacks a scope is 403 insufficient_scope with the scope that is needed")]
    [Requirement("RFC 9700", "2.3", "A token is restricted to scopes, and every app looks")]
    [Requirement("ASVS 5.0", "V10.3.2", "What a relying app permits follows from the claims of the token")]
    [Fact]
    public async Task A_token_without_the_scope_is_forbidden_and_told_which_is_needed() =>
        (await App.GetAsync("/messages", Token(c => c["scope"] = "mail.label"))).ShouldBeForbidden("insufficient_scope", "scope=\"mail.read\"", LacksScope);

    [Requirement("RFC 6750", "3.1", "A token that lacks a scope is 403 insufficient_scope with the scope that is needed")]
    [Theory]
    [InlineData("mail.read")]
    [InlineData("mail.send")]
    [InlineData("mail.readmail.send")]
    public async Task Two_required_scopes_are_both_needed(string scope) =>
        (await App.SendAsync(HttpMethod.Post, "/send", $"Bearer {Token(c => c["scope"] = scope)}"))
            .ShouldBeForbidden("insufficient_scope", "scope=\"mail.read mail.send\"", LacksScope);

    [Fact]
    public async Task Two_required_scopes_are_enough_together() =>
        (await App.SendAsync(HttpMethod.Post, "/send", $"Bearer {Token(c => c["scope"] = "mail.send mail.read")}")).Status.ShouldBe(200);

    [Fact]
    public async Task The_purpose_is_named_before_the_scope() =>
        (await App.GetAsync("/messages", Token(c => (c["purpose"], c["scope"]) = ("other", "other"))))
            .ShouldBeForbidden("insufficient_purpose", "purpose=\"inbox.triage inbox.summary\"", WrongPurpose);

    [Fact]
    public async Task A_bad_token_is_refused_before_purpose_and_scope_are_looked_at() =>
        (await App.GetAsync("/settings", Token(c => c["aud"] = "https://calendar.example"))).ShouldBeRefused("The token is for another resource.");
}
