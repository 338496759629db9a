using AngleSharp.Html.Parser;
using Microsoft.Playwright;
using TokenExchange.Browser.Running;

namespace TokenExchange.Browser.Pages;

/// <summary>What is asked of every page would find something: pages made to break it do.</summary>
public sealed class SeenToFailTests(Sites sites)
{
    [Fact]
    public Task What_reaches_beyond_the_window_is_seen() => WithAsync("<h1>Wide</h1><p class='wide' style='width: 500px'>wide</p>", async page =>
    {
        var overflow = await Inspector.OverflowAsync(page);

        overflow[640].ShouldBeEmpty();
        overflow[320].Count.ShouldBe(2);
        overflow[320][1].ShouldStartWith("<p class=\"wide\"");
    });

    [Fact]
    public Task What_axe_knows_is_seen() => WithAsync(
        "<main><h1>Grey</h1><p style='color: #999'>too grey</p><button style='width:10px;height:10px;padding:0' aria-label='a'></button><button style='width:10px;height:10px;padding:0' aria-label='b'></button><h3>three</h3></main>",
        async page => (await Inspector.ViolationsAsync(page)).Select(v => v.Split(':')[0]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ShouldBe(["color-contrast", "heading-order", "html-has-lang", "target-size"]));

    [Theory]
    [InlineData("<button id='a' style='outline: none'>a</button>", "looks the same with focus")]
    [InlineData("<a href='#' tabindex='0'>a</a><button id='b' onfocus='this.blur()'>b</button>", "is not reached")]
    [InlineData("<button style='position: fixed; top: 9px; left: 9px'>a</button><div style='position: fixed; inset: 0; background: red'></div>", "is hidden behind something while it has the focus")]
    [InlineData("<button style='position: fixed; left: -900px'>a</button>", "has the focus outside the window")]
    public Task What_the_keyboard_does_not_reach_or_does_not_show_is_seen(string html, string problem) => WithAsync(html, async page =>
        (await Keyboard.WalkAsync(page)).Problems.ShouldHaveSingleItem().ShouldEndWith(problem));

    [Fact]
    public Task All_that_can_be_reached_is() => WithAsync(
        "<a href='#'>a</a><input><input type=radio name=r><input type=radio name=r><select><option>1</select><details><summary>more</summary><button>hidden</button></details><textarea></textarea><button disabled>no</button>",
        async page =>
        {
            var (reached, problems) = await Keyboard.WalkAsync(page);
            problems.ShouldBeEmpty();
            reached.ShouldBe(6);
        });

    [Theory]
    [InlineData("<style>p{}</style>")]
    [InlineData("<script>1</script>")]
    [InlineData("<p style='color:red'>a</p>")]
    [InlineData("<p onclick='a()'>a</p>")]
    [InlineData("<a href=' javascript:a()'>a</a>")]
    [InlineData("<p hx-on:click='a()'>a</p>")]
    public void Script_and_style_in_a_page_are_seen(string html) => new HtmlParser().ParseDocument(html).Inline().ShouldHaveSingleItem();

    [Theory]
    [InlineData("console.error('a')", "error: a")]
    [InlineData("console.warn('a')", "warning: a")]
    [InlineData("setTimeout(() => { throw new Error('a') })", "threw: Error: a")]
    [InlineData("setTimeout(() => alert('a'))", "dialog: a")]
    [InlineData("document.body.append(Object.assign(document.createElement('script'), { textContent: '1' }))", "error: Executing inline script violates")]
    [InlineData("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">')", "error: Applying inline style violates")]
    [InlineData("fetch('https://elsewhere.example/').catch(() => 0)", "error: Connecting to 'https://elsewhere.example/' violates")]
    [InlineData("document.body.append(Object.assign(new Image(), { src: '/ui/none.png' }))", "error: Failed to load resource: the server responded with a status of 404")]
    public async Task What_the_browser_complains_of_is_seen(string script, string complaint)
    {
        var site = await sites.EmptyAsync();
        await using var visit = await site.OpenAsync(Who.Nobody);
        await visit.GoAsync("/admin/no-such-page", 404);
        visit.Complaints.ShouldBeEmpty();

        await visit.Page.EvaluateAsync($"() => {{ {script} }}");
        for (var i = 0; i < 100 && visit.Complaints.Count == 0; i++)
        {
            await visit.SettleAsync();
        }

        visit.Complaints[0].ShouldStartWith(complaint);
    }

    private async Task WithAsync(string html, Func<IPage, Task> look)
    {
        var site = await sites.EmptyAsync();
        await using var visit = await site.OpenAsync(Who.Nobody, new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 1000, Height = 700 } });
        await visit.Page.SetContentAsync($"<!DOCTYPE html><title>A page</title>{html}");
        await look(visit.Page);
    }
}
