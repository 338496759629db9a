using System.Globalization;

namespace TokenExchange.Server.Web.Parts;

/// <summary>Numbers of things in words.</summary>
public static class Counted
{
    /// <summary><c>1 token</c>, <c>2 tokens</c>.</summary>
    public static string Of(int count, string thing) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {thing}{(count == 1 ? string.Empty : "s")}");
}
