using TokenExchange.Core.Configuration;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Web.Configure;

/// <summary>The pages of resources: rows come and go without a script, and nothing that policies rely on goes unseen.</summary>
public sealed class ResourcePagesTests
{
    private const string Path = "/admin/resources/edit?id=https%3A%2F%2Fmail.example";

    [Fact]
    public async Task A_scope_is_added_and_one_removed_without_a_script_and_what_was_typed_stays()
    {
        await using var desk = await Desk.OpenAsync();

        var added = await desk.SendAsync(Path, "Add a scope", ("Input.Name", "Post"), ("Input.Scopes[1].Description", "Put labels on your mail"));
        var removed = await desk.SendAsync(Path, added.Body, "Remove scope 3", ("Input.Scopes[3].Name", "mail.delete"), ("Input.Scopes[3].Description", "Delete your mail"), ("Input.Scopes[3].Sensitive", "true"));

        Desk.ValueOf(removed.Body, "Save", "Input.Scopes[2].Name").ShouldBe("mail.delete");
        (await MailAsync(desk)).Name.ShouldBe("Mail", "nothing is saved by a row that comes or goes");
        var refused = await desk.SendAsync(Path, removed.Body, "Save");
        refused.Body.ShouldContain("policy answer-by-inbox-agent");
        Desk.ValueOf(refused.Body, "Save", "Input.Scopes[2].Name").ShouldBe("mail.delete");
        (await desk.SendAsync(Path, added.Body, "Save", ("Input.Scopes[3].Name", "mail.delete"), ("Input.Scopes[3].Description", "Delete your mail"), ("Input.Scopes[3].Sensitive", "true"))).Status.ShouldBe(302);

        var saved = await MailAsync(desk);
        saved.Name.ShouldBe("Post");
        saved.Scopes.Select(s => (s.Name, s.Description, s.Sensitive)).ShouldBe(
            [("mail.read", "Read your mail", false), ("mail.label", "Put labels on your mail", false), ("mail.send", "Send mail as you", true), ("mail.delete", "Delete your mail", true)]);
        saved.Clients.ShouldBe([World.MailApi]);
    }

    [Fact]
    public async Task What_is_wrong_with_a_scope_stands_beside_its_field()
    {
        await using var desk = await Desk.OpenAsync();

        var answer = await desk.SendAsync(Path, "Save", ("Input.Scopes[1].Name", "two words"));

        answer.Body.ShouldContain("id=\"Input_Scopes_1__Name-error\"");
        Desk.ValueOf(answer.Body, "Save", "Input.Scopes[1].Name").ShouldBe("two words");
    }

    [Fact]
    public async Task A_resource_is_found_with_and_without_a_slash_and_says_which_policies_use_a_scope()
    {
        await using var desk = await Desk.OpenAsync();

        var page = await desk.ReadAsync(Path + "%2F");

        page.ShouldContain("triage-by-inbox-agent");
        (await desk.SendAsync(Path + "%2F", page, "Disable it")).Status.ShouldBe(302);
        (await MailAsync(desk)).Enabled.ShouldBeFalse();
    }

    private static async Task<ResourceDefinition> MailAsync(Desk desk) => (await desk.Server.Editor.ExportAsync(default)).Resources!.Single(r => r.Resource == World.Mail);
}
