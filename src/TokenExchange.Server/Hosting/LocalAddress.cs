namespace TokenExchange.Server.Hosting;

/// <summary>Where to go once somebody is signed in: a page below one folder of this server and nowhere else, whatever was asked for.</summary>
/// <param name="home">The folder, and the page where everything else leads to, e.g. <c>/me</c>.</param>
/// <param name="longest">The most characters that are looked at.</param>
/// <param name="closed">What below it is never gone to: ways to sign in and out themselves, and what is no page.</param>
internal sealed class LocalAddress(string home, int longest, params string[] closed)
{
    private static readonly Uri s_anywhere = new("http://here.invalid");

    /// <summary>What was asked for, if it is such a page; else the home.</summary>
    public string Of(string? asked)
    {
        // Taken apart as a browser would and put together again: what .. and the like mean is then settled. Back slashes and control characters are read
        // differently by different browsers.
        if (asked is null || asked.Length > longest || !asked.StartsWith('/') || asked.Any(c => c == '\\' || char.IsControl(c))
            || !Uri.TryCreate(s_anywhere, asked, out var address) || !string.Equals(address.Authority, s_anywhere.Authority, StringComparison.Ordinal))
        {
            return home;
        }

        var path = new PathString(address.AbsolutePath);
        return IsBelow(path, home) && !closed.Any(c => IsBelow(path, c)) ? address.PathAndQuery : home;
    }

    private static bool IsBelow(PathString path, string folder) => path.StartsWithSegments(folder, StringComparison.OrdinalIgnoreCase);
}
