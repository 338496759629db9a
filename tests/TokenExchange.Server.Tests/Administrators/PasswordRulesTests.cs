using TokenExchange.Server.Administrators;

namespace TokenExchange.Server.Tests.Administrators;

public sealed class PasswordRulesTests
{
    private const string Short = "write at least 12 characters; several words are easy to remember";
    private const string Common = "this is one of the first that anybody tries; write something else";
    private const string Name = "leave the user name out of it";

    [Theory]
    [InlineData(null, Short)]
    [InlineData("", Short)]
    [InlineData("elevenchars", Short)]
    [InlineData("password1234", Common)]
    [InlineData("Correct Horse Battery Staple", Common)]
    [InlineData("Administrator", Common)]
    [InlineData("abababababab", Common)]
    [InlineData("            ", Common)]
    [InlineData("alice.green.tree", Name)]
    [InlineData("my ALICE.GREEN password", Name)]
    [InlineData("seven green bottles", null)]
    [InlineData("correct horse battery", null)]
    public void A_password_is_long_and_not_the_first_that_anybody_tries(string? password, string? problem) =>
        PasswordRules.Problems(password, "alice.green").ShouldBe(problem is null ? [] : [problem]);

    [Theory]
    [InlineData("bob", "bobbobbobbob", Common)]
    [InlineData("robert7", "robert7robert7", Name)]
    [InlineData("bob", "a bobbing boat", null)]
    [InlineData("", "seven green bottles", null)]
    public void A_short_user_name_may_be_part_of_a_word(string userName, string password, string? problem) => PasswordRules.Problems(password, userName).ShouldBe(problem is null ? [] : [problem]);

    [Fact]
    public void A_password_has_an_end()
    {
        var longest = string.Concat(Enumerable.Range(0, 32).Select(i => $"{i:x3}-"));

        PasswordRules.Problems(longest, "alice").ShouldBeEmpty();
        PasswordRules.Problems(longest + "x", "alice").ShouldBe(["write at most 128 characters"]);
    }

    [Theory]
    [InlineData("Alice.Green@example.com", "Alice.Green@example.com", "Alice.Green@example.com-2")]
    [InlineData("Ünïcode Person", "n-code-Person", "n-code-Person-2")]
    [InlineData("<script>", "script", "script-2")]
    [InlineData("💥", "administrator", "administrator-2")]
    [InlineData(null, "administrator", "administrator-2")]
    public void What_a_provider_calls_somebody_becomes_a_user_name(string? name, string first, string second)
    {
        UserNames.From(name).Take(2).ShouldBe([first, second]);
        UserNames.From(name).Take(100).ShouldAllBe(n => UserNames.IsWellFormed(n));
    }

    [Fact]
    public void A_user_name_has_an_end()
    {
        UserNames.From(new string('x', 1000)).Take(2).ShouldBe([new string('x', 56), new string('x', 56) + "-2"]);
        UserNames.IsWellFormed(new string('x', 64)).ShouldBeTrue();
        UserNames.IsWellFormed(new string('x', 65)).ShouldBeFalse();
        UserNames.IsWellFormed("").ShouldBeFalse();
        UserNames.IsWellFormed("a b").ShouldBeFalse();
        UserNames.IsWellFormed("aﬁ").ShouldBeFalse();
    }
}
