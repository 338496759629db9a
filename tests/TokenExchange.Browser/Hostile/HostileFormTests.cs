using AngleSharp.Dom;
using TokenExchange.Browser.Pages;
using TokenExchange.Browser.Population;
using TokenExchange.Browser.Rights;
using TokenExchange.Browser.Running;
using TokenExchange.Server.Administrators;

namespace TokenExchange.Browser.Hostile;

/// <summary>Every form that changes something, filled in with markup and script, and sent: what comes back repeats none of it, nor does any page afterwards.</summary>
[Attack(HostileRows.StoredXss)]
public sealed class HostileFormTests(Sites sites) : IAsyncLifetime
{
    // After these nothing else can be tried: they end the session, or the site.
    private static readonly string[] s_last = ["/admin/sign-out", "/admin/account"];

    private Site _site = null!;

    public async ValueTask InitializeAsync() => _site = await Site.StartAsync(sites.Chromium, HostileSite.Configuration, HostileSite.FillAsync, [Roles.Administrator, Roles.Auditor]);

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task What_is_sent_comes_back_as_text()
    {
        using var administrator = await _site.SignedInAsync(Roles.Administrator);
        var forms = (await Crawler.CrawlAsync(administrator, _site.Address, "/admin")).Where(c => c.Reply is { Status: 200, IsHtml: true })
            .SelectMany(c => c.Reply.Document.QuerySelectorAll("form[method=post] button, form[method=post] input[type=submit]").Select(b => (Page: c.Reply, Button: b)))
            .DistinctBy(f => Shape(f.Page, f.Button), StringComparer.Ordinal).Where(f => !s_last.Any(l => Shape(f.Page, f.Button).StartsWith(l, StringComparison.Ordinal))).ToList();
        var wrong = new List<string>();
        foreach (var (page, button) in forms)
        {
            foreach (var text in new[] { HostileSite.Text, HostileSite.Identifier })
            {
                var fields = Form.FieldsOf(button.Closest("form")!).Where(f => f.IsText).Select(f => (f.Name, text)).ToList();
                button.SetAttribute("data-pressed", "");
                var reply = await administrator.SubmitAsync(page, "[data-pressed]", fields);
                button.RemoveAttribute("data-pressed");

                // What the first one deleted is not there for the second.
                wrong.AddRange(reply.Status is >= 500 or 401 || (reply.Status == 404 && text == HostileSite.Text) ? [$"{reply.Status} {Shape(page, button)}"] : []);
                wrong.AddRange(Injected(reply).Select(e => $"{Shape(page, button)}: {e}"));
            }
        }

        wrong.ShouldBeEmpty();
        forms.Count.ShouldBeGreaterThan(10);
        using var again = await _site.SignedInAsync(Roles.Administrator);
        (await Crawler.CrawlAsync(again, _site.Address, "/admin")).SelectMany(c => Injected(c.Reply).Select(e => $"{c.Path}: {e}")).ShouldBeEmpty();
    }

    // Where it leads, and which button.
    private static string Shape(Reply page, IElement button)
    {
        var target = new Uri(new Uri("http://here"), (button.GetAttribute("formaction") ?? button.Closest("form")!.GetAttribute("action")) is { Length: > 0 } action ? action : page.Asked);
        return $"{target.AbsolutePath} {Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(target.Query).GetValueOrDefault("handler")} {button.GetAttribute("name")}";
    }

    private static IEnumerable<string> Injected(Reply reply) =>
        reply.IsHtml ? reply.Document.QuerySelectorAll($"[{HostileSite.Canary}]").Select(e => e.OuterHtml).Concat(reply.Inline()) : [];
}
