namespace TokenExchange.Server.Web.Admin.Access;

/// <summary>Where to go after a sign-in: a page of the administration and nothing else, whatever was asked for.</summary>
internal static class LocalUrl
{
    private const string Home = "/admin";
    private static readonly Uri s_anywhere = new("http://here.invalid");

    /// <summary>What was asked for, if it is below <c>/admin</c> and no way to sign in itself; else the overview.</summary>
    public static string Of(string? asked)
    {
        if (asked is null || asked.Length > 2048 || !asked.StartsWith('/') || asked.Any(c => c == '\\' || char.IsControl(c))
            || !Uri.TryCreate(s_anywhere, asked, out var address) || !string.Equals(address.Authority, s_anywhere.Authority, StringComparison.Ordinal))
        {
            return Home;
        }

        var path = new PathString(address.AbsolutePath);
        return path.StartsWithSegments("/admin", StringComparison.OrdinalIgnoreCase) && !path.StartsWithSegments("/admin/api", StringComparison.OrdinalIgnoreCase)
            && !path.Value!.StartsWith("/admin/sign", StringComparison.OrdinalIgnoreCase)
                ? address.PathAndQuery
                : Home;
    }
}
