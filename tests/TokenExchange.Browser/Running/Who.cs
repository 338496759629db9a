using Microsoft.Playwright;
using TokenExchange.Server.Administrators;

namespace TokenExchange.Browser.Running;

/// <summary>Who looks at a page: one of <see cref="Roles"/>, or one of these.</summary>
public static class Who
{
    /// <summary>Not signed in.</summary>
    public const string Nobody = "nobody";

    /// <summary>Signed in, without any role.</summary>
    public const string WithoutRole = "without_role";

    /// <summary>A user for whom agents act, at <c>/me</c>.</summary>
    public const string User = Users + "alice";

    /// <summary>Another one.</summary>
    public const string OtherUser = Users + "bob";

    /// <summary>One for whom no agent ever acted.</summary>
    public const string NewUser = Users + "carol";

    private const string Users = "user:";

    /// <summary>Everybody who can sign in to the administration.</summary>
    public static IReadOnlyList<string> Administration { get; } = [.. Roles.All, WithoutRole];

    /// <summary>What somebody may do.</summary>
    public static IReadOnlyList<string> RightsOf(string who) => Roles.RightsOf(who);

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

        (await visitor.GetAsync(SignInPath(who))).Status.ShouldBe(302);
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
        return answer;
    }

    /// <summary>Signs in as a person does.</summary>
    public static async Task SignInAsync(IPage page, string who)
    {
        ArgumentNullException.ThrowIfNull(page);
        await page.GotoAsync(SignInPath(who));
    }

    private static string SignInPath(string who) => $"/dev/sign-in?role={who}";
}
