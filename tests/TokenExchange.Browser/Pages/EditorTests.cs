using TokenExchange.Browser.Running;
using TokenExchange.Server.Administrators;

namespace TokenExchange.Browser.Pages;

/// <summary>Long forms, of which a part is drawn anew while somebody is at it.</summary>
public sealed class EditorTests(Sites sites)
{
    [Fact]
    public async Task What_somebody_does_while_the_form_is_drawn_anew_is_not_lost()
    {
        var site = await sites.PopulatedAsync();
        await site.VisitAsync(Roles.Administrator, async visit =>
        {
            var page = visit.Page;
            await visit.GoAsync(Examples.At("/admin/policies/draft/policy", ("id", site.Known["draft"]), ("purpose", site.Known["purpose"])));
            await page.RouteAsync("**/admin/policies/draft/policy**", async route =>
            {
                await Task.Delay(500);
                await route.ContinueAsync();
            });

            await page.Locator("#Input_Resource").SelectOptionAsync("https://mail.example");
            await page.Locator("input[name='Input.Agents'][value='summary-agent']").SetCheckedAsync(true);
            await page.Locator("input[name='Input.Scopes'][value='mail.read']").SetCheckedAsync(true);

            (await page.Locator("input[name='Input.Agents'][value='summary-agent']").IsCheckedAsync()).ShouldBeTrue();
            (await page.Locator("#Input_Resource").InputValueAsync()).ShouldBe("https://mail.example");
        });
    }
}
