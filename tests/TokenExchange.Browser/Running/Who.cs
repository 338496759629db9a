using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using TokenExchange.Server.Administrators;

namespace TokenExchange.Browser.Running;

/// <summary>Who looks at a page: one of <see cref="Roles"/>, each of which somebody of that name has, or one of these.</summary>
public static class Who
{
    /// <summary>Not signed in.</summary>
    public const string Nobody = "nobody";

    /// <summary>A user for whom agents act, at <c>/me</c>.</summary>
    public const string User = Users + "alice";

    /// <summary>Another one.</summary>
    public const string OtherUser = Users + "bob";

    /// <summary>One for whom no agent ever acted.</summary>
    public const string NewUser = Users + "carol";

    /// <summary>Of every administrator.</summary>
    public const string Password = "seven green bottles";

    private const string Users = "user:";

    private static readonly Dictionary<string, string> s_names = new(StringComparer.Ordinal)
    {
        [Roles.Administrator] = "Ada Adeyemi", [Roles.PolicyAuthor] = "Paul Petersen", [Roles.Approver] = "Vera Vogel", [Roles.Auditor] = "Otto Okafor",
    };

    /// <summary>Appoints somebody, who then sets a password with the link.</summary>
    public static async Task AppointAsync(Site site, string role)
    {
        using var invited = new PlainVisitor(site.Address);
        (await invited.PostAsync(await InviteAsync(site, role, role), ("Password", Password))).Status.ShouldBe(302);
    }

    /// <summary>Appoints somebody, and returns the link to set a password with.</summary>
    public static async Task<string> InviteAsync(Site site, string userName, params string[] roles)
    {
        ArgumentNullException.ThrowIfNull(site);
        await using var scope = site.Server.Services.CreateAsyncScope();
        var outcome = await scope.ServiceProvider.GetRequiredService<AdministratorEditor>().InviteAsync(new NewAdministrator(userName, s_names.GetValueOrDefault(userName), roles), AdministratorEditor.Command, default);
        var invited = outcome.ShouldBeOfType<AdministratorOutcome.Invited>();
        site.Known[userName] = invited.Administrator.Id;
        return new Uri(invited.Link).PathAndQuery;
    }

    /// <summary>Signs in without a browser.</summary>
    public static async Task SignInAsync(PlainVisitor visitor, string who)
    {
        ArgumentNullException.ThrowIfNull(visitor);
        if (who is Nobody)
        {
            return;
        }

        if (who.StartsWith(Users, StringComparison.Ordinal))
        {
            await SignInAtProviderAsync(visitor, who[Users.Length..]);
            return;
        }

        (await visitor.PostAsync("/admin/sign-in", ("UserName", who), ("Password", Password))).Target.ShouldNotBeNull().AbsolutePath.ShouldBe("/admin");
        visitor.ForgetToken();
    }

    /// <summary>The same at the demo identity provider, where one says who one is; returns where that ends.</summary>
    public static async Task<Reply> SignInAtProviderAsync(PlainVisitor visitor, string user, string begin = "/me/sign-in/0")
    {
        ArgumentNullException.ThrowIfNull(visitor);
        var asked = (await visitor.GetAsync(begin)).Target.ShouldNotBeNull();
        var page = await visitor.GetAsync(asked.ToString());
        var form = page.Document.QuerySelector("form").ShouldNotBeNull();
        var hidden = form.QuerySelector("input[type=hidden]").ShouldNotBeNull();
        var back = await visitor.PostRawAsync(new Uri(asked, form.GetAttribute("action")).ToString(), (hidden.GetAttribute("name")!, hidden.GetAttribute("value")!), ("user", user));
        var answer = await visitor.GetAsync(back.Target.ShouldNotBeNull().ToString());
        answer.Status.ShouldBe(302);
        visitor.ForgetToken();
        return answer;
    }

    /// <summary>Signs in as a person does.</summary>
    public static async Task SignInAsync(IPage page, string role)
    {
        ArgumentNullException.ThrowIfNull(page);
        await page.GotoAsync("/admin/sign-in");
        await page.GetByLabel("User name").FillAsync(role);
        await page.GetByLabel("Password").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Sign in", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = "Overview", Level = 1 }).WaitForAsync();
    }
}
