using TokenExchange.Server.Hosting;

namespace TokenExchange.Server.Me;

/// <summary>Where to go once somebody is signed in: below <c>/me</c> and nowhere else, whatever was asked for.</summary>
public static class ReturnUrl
{
    /// <summary>The parameter it is asked for with.</summary>
    public const string Parameter = "returnUrl";

    /// <summary>The user's page, where everything else leads to.</summary>
    public const string Home = "/me";

    private static readonly LocalAddress s_pages = new(Home, 1024, SignInEndpoints.SignIn, SignInEndpoints.SignedIn, SignInEndpoints.SignOut);

    /// <summary>What was asked for, if it is an address below <c>/me</c>; else <see cref="Home"/>.</summary>
    public static string Local(string? asked) => s_pages.Of(asked);
}
