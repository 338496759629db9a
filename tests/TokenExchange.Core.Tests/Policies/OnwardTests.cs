using TokenExchange.Core.Policies;
using TokenExchange.Core.Tokens;
using static TokenExchange.Core.Tests.Policies.Sample;

namespace TokenExchange.Core.Tests.Policies;

/// <summary>The inbox agent holds <c>mail.read mail.label</c> at the mail API and hands on.</summary>
public class OnwardTests
{
    // Entries are "agent@resource:scopes", joined by ";"; resource and scopes may be empty.
    [Theory]
    [InlineData("archive@:", "archive", Mail, "mail.label mail.read")]
    [InlineData("archive@:mail.read", "archive", Mail, "mail.read")]
    [InlineData("archive@:mail.read mail.send", "archive", Mail, "mail.read")]
    [InlineData("archive@:mail.send", "archive", Mail, "")]
    [InlineData("archive@:mail.read;archive@:mail.label", "archive", Mail, "mail.label mail.read")]
    [InlineData("archive@:mail.read;archive@:", "archive", Mail, "mail.label mail.read")]
    [InlineData("archive@https://mail.example/:mail.read", "archive", Mail, "mail.read")]
    [InlineData("archive@https://mail.example:", "archive", Mail, "mail.label mail.read")]
    [InlineData("archive@https://mail.example:mail.send", "archive", Mail, "")]
    public void At_the_same_resource_a_receiver_reaches_no_more_than_the_token_in_hand(string entries, string receiver, string resource, string expected) =>
        Ceiling(entries, receiver, resource).ShouldBe(Scopes(expected));

    [Theory]
    [InlineData("archive@https://files.example:files.write", "archive", Files, "files.write")]
    [InlineData("archive@https://files.example:files.write", "archive", Files + "/", "files.write")]
    [InlineData("archive@https://files.example:files.write mail.read", "archive", Files, "files.write mail.read")]
    [InlineData("archive@https://files.example:files.write;archive@https://files.example:files.read", "archive", Files, "files.read files.write")]
    [InlineData("archive@https://files.example:files.write;archive@:", "archive", Files, "files.write")]
    [InlineData("archive@https://files.example:", "archive", Files, "")]
    public void At_another_resource_a_receiver_reaches_exactly_what_is_listed(string entries, string receiver, string resource, string expected) =>
        Ceiling(entries, receiver, resource).ShouldBe(Scopes(expected));

    [Theory]
    [InlineData("", "archive", Mail)]
    [InlineData("archive@:", "summary", Mail)]
    [InlineData("archive@:", "Archive", Mail)]
    [InlineData("archive@:", "archive", Files)]
    [InlineData("archive@https://files.example:files.write", "archive", Mail)]
    [InlineData("archive@https://files.example:files.write", "summary", Files)]
    [InlineData("archive@https://files.example:files.write;summary@:", "archive", Mail)]
    public void A_receiver_that_is_not_named_for_the_resource_reaches_nothing(string entries, string receiver, string resource) =>
        Ceiling(entries, receiver, resource).ShouldBeNull();

    private static ScopeSet? Ceiling(string entries, string receiver, string resource) =>
        Onward.Ceiling(entries.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(Entry), receiver, ResourceIndicator.Parse(resource), ResourceIndicator.Parse(Mail), Scopes("mail.read mail.label"));

    private static Onward Entry(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        var colon = text.LastIndexOf(':');
        var (resource, scopes) = (text[(at + 1)..colon], text[(colon + 1)..]);
        return new Onward(text[..at], resource.Length == 0 ? null : ResourceIndicator.Parse(resource), scopes.Length == 0 ? null : Scopes(scopes));
    }

    private static ScopeSet Scopes(string text) => ScopeSet.Of(text.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
