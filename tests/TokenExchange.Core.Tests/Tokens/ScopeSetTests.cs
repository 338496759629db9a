using TokenExchange.Core.Tokens;

namespace TokenExchange.Core.Tests.Tokens;

public class ScopeSetTests
{
    [Requirement("RFC 6749", "3.3", "A scope is made of the characters the grammar names, and case counts")]
    [Fact]
    public void A_scope_token_is_made_of_exactly_the_characters_of_RFC_6749()
    {
        var allowed = new string([.. Enumerable.Range(0, char.MaxValue + 1).Select(c => (char)c).Where(c => ScopeSet.IsScopeToken(c.ToString()))]);

        allowed.ShouldBe("!#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~");
    }

    [Requirement("RFC 8693", "2.1", "Several scopes are one parameter, separated by spaces")]
    [Theory]
    [InlineData("mail.read", "mail.read")]
    [InlineData("mail.send mail.label mail.read", "mail.label mail.read mail.send")]
    [InlineData("mail.read mail.read", "mail.read")]
    [InlineData("read Read READ", "READ Read read")]
    [InlineData("https://mail.example/scope!", "https://mail.example/scope!")]
    public void A_scope_parameter_is_read_as_a_set_in_ordinal_order(string text, string expected)
    {
        ScopeSet.TryParse(text, out var scopes).ShouldBeTrue();

        scopes.ToString().ShouldBe(expected);
        scopes.Count.ShouldBe(expected.Split(' ').Length);
        scopes.IsEmpty.ShouldBeFalse();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(" mail.read")]
    [InlineData("mail.read ")]
    [InlineData("mail.read  mail.send")]
    [InlineData("mail.read\tmail.send")]
    [InlineData("mail.read\nmail.send")]
    [InlineData("mail\"read")]
    [InlineData("mail\\read")]
    [InlineData("mail.rëad")]
    [InlineData("mail.read\u007f")]
    public void A_malformed_scope_parameter_is_refused(string? text)
    {
        ScopeSet.TryParse(text, out var scopes).ShouldBeFalse();
        scopes.ShouldBeNull();
    }

    [Fact]
    public void The_longest_scope_parameter_has_4096_characters()
    {
        ScopeSet.TryParse(new string('s', 4096), out _).ShouldBeTrue();
        ScopeSet.TryParse(new string('s', 4097), out _).ShouldBeFalse();
    }

    [Fact]
    public void A_set_of_no_scopes_is_empty_and_not_a_failure()
    {
        ScopeSet.TryCreate([], out var scopes).ShouldBeTrue();

        scopes.ShouldBe(ScopeSet.Empty);
        scopes.IsEmpty.ShouldBeTrue();
        scopes.Count.ShouldBe(0);
        scopes.ToString().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("mail.read mail.send")]
    [InlineData("")]
    [InlineData(null)]
    public void A_single_scope_is_never_split(string? scope)
    {
        ScopeSet.TryCreate(["mail.read", scope!], out var scopes).ShouldBeFalse();
        scopes.ShouldBeNull();
        Should.Throw<ArgumentException>(() => ScopeSet.Of("mail.read", scope!)).ParamName.ShouldBe("scopes");
    }

    [Requirement("RFC 6749", "3.3", "A scope is made of the characters the grammar names, and case counts")]
    [Fact]
    public void Scopes_are_told_apart_by_case()
    {
        var scopes = ScopeSet.Of("mail.read");

        scopes.Contains("mail.read").ShouldBeTrue();
        scopes.Contains("Mail.read").ShouldBeFalse();
        scopes.Contains("mail").ShouldBeFalse();
    }

    [Requirement("RFC 6749", "3.3", "The order of scopes means nothing")]
    [Fact]
    public void Two_sets_are_equal_whatever_the_order_they_were_written_in()
    {
        var one = ScopeSet.Of("a", "b", "c");
        var other = ScopeSet.Of("c", "a", "b", "a");

        other.ShouldBe(one);
        other.GetHashCode().ShouldBe(one.GetHashCode());
        other.Equals((object)one).ShouldBeTrue();
        one.Equals(null).ShouldBeFalse();
        one.Equals((object)"a b c").ShouldBeFalse();
        ScopeSet.Of("a", "b").ShouldNotBe(one);
    }

    [Theory]
    [InlineData("a b c", "b c d", "b c", "a", "a b c d")]
    [InlineData("a b", "c d", "", "a b", "a b c d")]
    [InlineData("a b", "a b", "a b", "", "a b")]
    [InlineData("a", "", "", "a", "a")]
    [InlineData("", "a", "", "", "a")]
    public void Sets_are_intersected_subtracted_and_united(string one, string other, string both, string onlyOne, string either)
    {
        Of(one).Intersect(Of(other)).ShouldBe(Of(both));
        Of(one).Except(Of(other)).ShouldBe(Of(onlyOne));
        Of(one).Union(Of(other)).ShouldBe(Of(either));
    }

    [Theory]
    [InlineData("", "", true)]
    [InlineData("", "a", true)]
    [InlineData("a", "a", true)]
    [InlineData("a", "a b", true)]
    [InlineData("a b", "a", false)]
    [InlineData("a", "", false)]
    [InlineData("a", "A", false)]
    public void A_set_is_within_another_when_all_its_scopes_are(string one, string other, bool expected) =>
        Of(one).IsSubsetOf(Of(other)).ShouldBe(expected);

    [Fact]
    public void A_set_lists_its_scopes_in_order() => ScopeSet.Of("c", "a", "b").ToArray().ShouldBe(["a", "b", "c"]);

    private static ScopeSet Of(string scopes) => ScopeSet.Of(scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
