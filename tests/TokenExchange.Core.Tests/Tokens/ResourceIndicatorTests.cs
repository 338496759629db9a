using TokenExchange.Core.Tokens;

namespace TokenExchange.Core.Tests.Tokens;

public class ResourceIndicatorTests
{
    [Theory]
    [InlineData("https://mail.example")]
    [InlineData("https://mail.example/")]
    [InlineData("HTTPS://Mail.Example:443/API/v1")]
    [InlineData("http://127.0.0.1:5080/api")]
    [InlineData("https://[2001:db8::1]:8080/api")]
    [InlineData("https://mail.example/a%20b")]
    [InlineData("urn:example:mail")]
    [InlineData("spiffe://trust.example/mail")]
    public void An_indicator_is_kept_exactly_as_it_was_written(string text)
    {
        ResourceIndicator.TryParse(text, out var resource).ShouldBeTrue();

        resource.Value.ShouldBe(text);
        resource.ToString().ShouldBe(text);
    }

    [Requirement("RFC 8693", "2.1", "The target is named by resource, an absolute URI without fragment")]
    [Requirement("RFC 8707", "2", "A resource is an absolute URI without fragment, and here without query")]
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("mail.example")]
    [InlineData("/api")]
    [InlineData("//mail.example/api")]
    [InlineData("https://")]
    [InlineData("https:///api")]
    [InlineData("https:mail.example")]
    [InlineData("custom:///api")]
    [InlineData("file:///etc/passwd")]
    [InlineData("file://files.example/share")]
    [InlineData("https://mail.example#fragment")]
    [InlineData("https://mail.example#")]
    [InlineData("https://mail.example?tenant=1")]
    [InlineData("https://mail.example?")]
    [InlineData("https://user@mail.example")]
    [InlineData("https://user:secret@mail.example")]
    [InlineData("https://@mail.example")]
    [InlineData("mailto:someone@mail.example")]
    [InlineData("https://mail.example:99999")]
    [InlineData("https://mail.example/a b")]
    [InlineData(" https://mail.example")]
    [InlineData("https://mail.example\n")]
    [InlineData("https://mail.example\\api")]
    [InlineData("https://mail.example/\"")]
    [InlineData("https://mail.example/<script>")]
    [InlineData("https://mail.example/{id}")]
    [InlineData("https://mail.example/a|b")]
    [InlineData("https://mail.example/a^b")]
    [InlineData("https://mail.example/a`b")]
    [InlineData("https://mäil.example")]
    [InlineData("https://mail.example/%")]
    [InlineData("https://mail.example/%2")]
    [InlineData("https://mail.example/%zz")]
    [InlineData("urn:example:%zz")]
    [InlineData("https://mail.example/\u007f")]
    public void What_is_not_an_absolute_URI_of_the_allowed_form_is_refused(string? text)
    {
        ResourceIndicator.TryParse(text, out var resource).ShouldBeFalse();
        resource.ShouldBeNull();
    }

    [Theory]
    [InlineData("https://mail.example", "https://mail.example/")]
    [InlineData("https://mail.example/api", "https://mail.example/api/")]
    [InlineData("https://mail.example", "HTTPS://MAIL.EXAMPLE")]
    [InlineData("https://mail.example", "https://mail.example:443")]
    [InlineData("https://mail.example", "https://mail.example:")]
    [InlineData("http://mail.example", "http://mail.example:80/")]
    [InlineData("https://mail.example/a", "https://mail.example/%61")]
    [InlineData("https://mail.example/b", "https://mail.example/a/../b")]
    [InlineData("https://[2001:db8::1]", "https://[2001:DB8:0::1]:443/")]
    [InlineData("urn:example:mail", "URN:example:mail")]
    public void One_resource_written_in_two_ways_is_one_resource(string one, string other)
    {
        var first = ResourceIndicator.Parse(one);
        var second = ResourceIndicator.Parse(other);

        second.ShouldBe(first);
        second.Key.ShouldBe(first.Key);
        second.GetHashCode().ShouldBe(first.GetHashCode());
        second.Equals((object)first).ShouldBeTrue();
    }

    [Theory]
    [InlineData("https://mail.example", "http://mail.example")]
    [InlineData("https://mail.example", "https://files.example")]
    [InlineData("https://mail.example", "https://mail.example.evil.example")]
    [InlineData("https://mail.example", "https://mail.example:8443")]
    [InlineData("https://mail.example", "https://mail.example:80")]
    [InlineData("https://mail.example", "https://mail.example/api")]
    [InlineData("https://mail.example/api", "https://mail.example/API")]
    [InlineData("https://mail.example/a/b", "https://mail.example/a%2Fb")]
    [InlineData("https://mail.example/a", "https://mail.example/a%2F")]
    [InlineData("https://[2001:db8::1]:8080", "https://[2001:db8::1:8080]")]
    [InlineData("urn:example:mail", "urn:example:Mail")]
    [InlineData("urn:example:mail", "urn:example:mail/")]
    public void Two_resources_are_two(string one, string other)
    {
        ResourceIndicator.Parse(other).ShouldNotBe(ResourceIndicator.Parse(one));
        ResourceIndicator.Parse(other).Key.ShouldNotBe(ResourceIndicator.Parse(one).Key, StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("HTTPS://Mail.Example:443/API/", "https://mail.example/API")]
    [InlineData("https://mail.example:8443/", "https://mail.example:8443")]
    [InlineData("https://[2001:db8::1]:8080/", "https://[2001:db8::1]:8080")]
    [InlineData("custom://Host/x", "custom://host/x")]
    [InlineData("URN:example:Mail", "urn:example:Mail")]
    public void The_key_is_the_canonical_form(string text, string key) => ResourceIndicator.Parse(text).Key.ShouldBe(key);

    [Fact]
    public void An_indicator_equals_nothing_that_is_not_one()
    {
        var resource = ResourceIndicator.Parse("https://mail.example");

        resource.Equals(null).ShouldBeFalse();
        resource.Equals((object)"https://mail.example").ShouldBeFalse();
    }

    [Fact]
    public void The_longest_indicator_has_512_characters()
    {
        const string start = "https://mail.example/";

        ResourceIndicator.TryParse(start + new string('a', 512 - start.Length), out _).ShouldBeTrue();
        ResourceIndicator.TryParse(start + new string('a', 513 - start.Length), out _).ShouldBeFalse();
    }

    [Fact]
    public void Parsing_what_is_known_to_be_right_throws_when_it_is_not() =>
        Should.Throw<FormatException>(() => ResourceIndicator.Parse("mail.example")).Message.ShouldBe("'mail.example' is not a resource indicator (RFC 8707 §2).");
}
