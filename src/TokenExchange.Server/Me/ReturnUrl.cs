namespace TokenExchange.Server.Me;

/// <summary>Where to go once somebody is signed in: below <c>/me</c> and nowhere else, whatever was asked for.</summary>
public static class ReturnUrl
{
    /// <summary>The parameter it is asked for with.</summary>
    public const string Parameter = "returnUrl";

    /// <summary>The user's page, where everything else leads to.</summary>
    public const string Home = "/me";

    private static readonly Uri Anywhere = new("http://here.invalid");

    /// <summary>What was asked for, if it is an address below <c>/me</c>; else <see cref="Home"/>.</summary>
    public static string Local(string? asked)
    {
        // Taken apart as a browser would and put together again: what .. and the like mean is then settled. Back slashes and control characters are read
        // differently by different browsers.
        if (asked is null || asked.Length > 1024 || !asked.StartsWith('/') || asked.Any(c => c == '\\' || char.IsControl(c))
            || !Uri.TryCreate(Anywhere, asked, out var address) || !string.Equals(address.Authority, Anywhere.Authority, StringComparison.Ordinal))
        {
            return Home;
        }

        var path = address.AbsolutePath;
        return (IsBelow(path, Home) && !IsBelow(path, SignInEndpoints.SignIn) && !IsBelow(path, SignInEndpoints.SignedIn) && !IsBelow(path, SignInEndpoints.SignOut))
            ? address.PathAndQuery
            : Home;
    }

    private static bool IsBelow(string path, string folder) => new PathString(path).StartsWithSegments(folder, StringComparison.OrdinalIgnoreCase);
}
