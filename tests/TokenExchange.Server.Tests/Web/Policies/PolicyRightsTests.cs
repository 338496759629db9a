using TokenExchange.Server.Administrators;
using TokenExchange.Server.Tests.Administrators;
using TokenExchange.Server.Tests.Fixtures;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Server.Tests.Web.Policies;

/// <summary>What a role may not do about policies it is not shown, and is refused when it is sent anyway.</summary>
public sealed class PolicyRightsTests : IAsyncLifetime
{
    private RunningServer _server = null!;
    private Browser _ada = null!;
    private string _draft = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await PolicyPages.StartAsync();
        _ada = await _server.SignInAsync("ada");
        _draft = await _ada.BeginAsync();
        await _ada.ShortenAsync(_draft, 2);
    }

    public ValueTask DisposeAsync()
    {
        _ada.Dispose();
        return _server.DisposeAsync();
    }

    [Theory]
    [InlineData(Roles.Auditor, "policies policies/versions policies/versions/1 policies/purpose policies/policy draft draft/changes draft/json")]
    [InlineData(Roles.Approver, "policies policies/versions policies/versions/1 policies/purpose policies/policy draft draft/changes draft/json draft/replay draft/publish")]
    [InlineData(Roles.PolicyAuthor, "policies policies/versions policies/versions/1 policies/purpose policies/policy policies/new policies/change draft draft/changes draft/json draft/replay draft/delete draft/purpose draft/policy draft/remove")]
    public async Task Each_role_opens_its_pages_and_no_others(string role, string opens)
    {
        using var somebody = await _server.SignInAsync(role, role);
        var opened = new List<string>();
        foreach (var (name, path) in Pages())
        {
            var answer = await somebody.GetAsync(path);
            if (answer.Status == 200)
            {
                opened.Add(name);
            }
            else
            {
                (answer.Status, answer.To()?.Split('?')[0].Replace(_server.Issuer, string.Empty, StringComparison.Ordinal)).ShouldBe((302, "/admin/forbidden"), path);
            }
        }

        string.Join(' ', opened).ShouldBe(opens);
    }

    [Theory]
    [InlineData(Roles.Auditor)]
    [InlineData(Roles.Approver)]
    [InlineData(Roles.PolicyAuthor)]
    public async Task What_is_not_for_a_role_is_refused_when_it_is_sent_anyway(string role)
    {
        using var somebody = await _server.SignInAsync(role, role);
        var token = PageForm.In(await somebody.PageAsync("/admin/account"), "_csrf")["_csrf"]!;
        string[] rights = [.. Roles.RightsOf(role)];
        (string Path, string Right)[] acts =
        [
            ("/admin/policies/new", Rights.Author), ("/admin/policies/change?policy=triage-by-inbox-agent", Rights.Author), ("/admin/policies/versions/1", Rights.Author),
            (PolicyPages.At("", _draft) + "&handler=Title", Rights.Author), (PolicyPages.At("changes", _draft) + "&handler=Rebase", Rights.Author), (PolicyPages.At("json", _draft), Rights.Author),
            (PolicyPages.Policy(_draft, PolicyPages.Inbox), Rights.Author), (PolicyPages.At("purpose", _draft), Rights.Author), (PolicyPages.At("remove", _draft) + "&policy=" + PolicyPages.Inbox, Rights.Author),
            (PolicyPages.At("delete", _draft), Rights.Author), (PolicyPages.At("replay", _draft), Rights.Try), (PolicyPages.At("replay", _draft) + "&handler=Stream", Rights.Try),
            (PolicyPages.At("publish", _draft), Rights.Publish),
        ];
        foreach (var (path, right) in acts.Where(a => !rights.Contains(a.Right, StringComparer.Ordinal)))
        {
            var answer = await somebody.PostAsync(path, ("_csrf", token), ("Seen", "2"), ("BasedOn", "1"), ("Title", "x"), ("NewTitle", "x"), ("Text", """{"purposes":[],"policies":[]}"""), ("do", "save"));
            (answer.Status is 403 || (answer.Status is 302 && answer.To()!.Contains("/admin/forbidden", StringComparison.Ordinal))).ShouldBeTrue($"{path}: {answer.Status} {answer.To()}");
        }

        var draft = (await _server.DraftAsync(_draft))!;
        (draft.Header.Version, draft.Header.Title).ShouldBe((2, "Shorter tokens"));
        (await _server.RecordsAsync()).Where(r => r.ClientId == $"admin:{role}" && r.Kind == RecordKind.Configuration).Select(r => r.Reason).ShouldBe(["administrator_changed"], "the password that was set");
    }

    [Fact]
    public async Task Without_the_token_of_its_form_nothing_is_done()
    {
        var answer = await _ada.PostAsync(PolicyPages.At("delete", _draft), ("Seen", "2"));

        answer.Status.ShouldBe(400);
        (await _server.DraftAsync(_draft)).ShouldNotBeNull();
    }

    [Fact]
    public async Task An_auditor_is_shown_no_way_to_change_anything()
    {
        using var auditor = await _server.SignInAsync("audra", Roles.Auditor);
        foreach (var path in new[] { "/admin/policies", "/admin/policies/versions/1", $"/admin/policies/policy?id={PolicyPages.Inbox}", PolicyPages.At("", _draft), PolicyPages.At("changes", _draft), PolicyPages.At("json", _draft) })
        {
            var page = await auditor.PageAsync(path);
            var main = page[page.IndexOf("<main", StringComparison.Ordinal)..];
            main.ShouldNotContain("method=\"post\"", customMessage: path);
            PolicyPages.Links(main).ShouldNotContain(l => l.Contains("/new", StringComparison.Ordinal) || l.Contains("/draft/policy", StringComparison.Ordinal) || l.Contains("/draft/delete", StringComparison.Ordinal) || l.Contains("/draft/publish", StringComparison.Ordinal) || l.Contains("/simulator", StringComparison.Ordinal), path);
        }
    }

    private IEnumerable<(string Name, string Path)> Pages() =>
    [
        ("policies", "/admin/policies"), ("policies/versions", "/admin/policies/versions"), ("policies/versions/1", "/admin/policies/versions/1"), ("policies/purpose", $"/admin/policies/purpose?id={World.Triage}"),
        ("policies/policy", $"/admin/policies/policy?id={PolicyPages.Inbox}"), ("policies/new", "/admin/policies/new"), ("policies/change", $"/admin/policies/change?policy={PolicyPages.Inbox}"),
        .. new[] { string.Empty, "changes", "json", "replay", "publish", "delete", "purpose", "policy" }.Select(p => (p.Length == 0 ? "draft" : $"draft/{p}", PolicyPages.At(p, _draft))),
        ("draft/remove", $"{PolicyPages.At("remove", _draft)}&policy={PolicyPages.Inbox}"),
    ];
}
