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

    /// <summary>A user of agents, at <c>/me</c>.</summary>
    public const string User = "user";

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

        (await visitor.GetAsync(SignInPath(who))).Status.ShouldBe(302);
    }

    /// <summary>Signs in as a person does.</summary>
    public static async Task SignInAsync(IPage page, string who)
    {
        ArgumentNullException.ThrowIfNull(page);
        await page.GotoAsync(SignInPath(who));
    }

    private static string SignInPath(string who) => $"/dev/sign-in?role={who}";
}
