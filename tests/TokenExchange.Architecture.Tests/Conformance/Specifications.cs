using System.Text.RegularExpressions;

namespace TokenExchange.Architecture.Tests.Conformance;

/// <summary>A specification the page has a table for.</summary>
/// <param name="Name">How attributes call it.</param>
/// <param name="Title">What it is about.</param>
/// <param name="Sections">What its sections look like.</param>
internal sealed record Specification(string Name, string Title, Regex Sections);

/// <summary>The specifications, in the order of the page.</summary>
internal static partial class Specifications
{
    public static IReadOnlyList<Specification> All { get; } =
    [
        new("RFC 8693", "OAuth 2.0 Token Exchange", Numbers()),
        new("RFC 6749", "The OAuth 2.0 Authorization Framework", Numbers()),
        new("RFC 8707", "Resource Indicators for OAuth 2.0", Numbers()),
        new("RFC 9068", "JWT Profile for OAuth 2.0 Access Tokens", Numbers()),
        new("RFC 7662", "OAuth 2.0 Token Introspection", Numbers()),
        new("RFC 9701", "JWT Response for OAuth Token Introspection", Numbers()),
        new("RFC 7009", "OAuth 2.0 Token Revocation", Numbers()),
        new("RFC 8414", "OAuth 2.0 Authorization Server Metadata", Numbers()),
        new("RFC 9728", "OAuth 2.0 Protected Resource Metadata", Numbers()),
        new("RFC 7523", "JWT Profile for OAuth 2.0 Client Authentication (private_key_jwt)", Numbers()),
        new("RFC 7521", "Assertion Framework for OAuth 2.0 Client Authentication", Numbers()),
        new("RFC 8705", "OAuth 2.0 Mutual-TLS Client Authentication (tls_client_auth)", Numbers()),
        new("RFC 6750", "OAuth 2.0 Bearer Token Usage", Numbers()),
        new("RFC 9470", "OAuth 2.0 Step Up Authentication Challenge", Numbers()),
        new("RFC 9700", "Best Current Practice for OAuth 2.0 Security", Numbers()),
        new("RFC 8725", "JSON Web Token Best Current Practices", Numbers()),
        new("ASVS 5.0", "OWASP Application Security Verification Standard, chapters V9 and V10", AsvsIds()),
    ];

    /// <summary>The position in the page's order; null for one the page does not know.</summary>
    public static int? IndexOf(string name)
    {
        for (var i = 0; i < All.Count; i++)
        {
            if (string.Equals(All[i].Name, name, StringComparison.Ordinal))
            {
                return i;
            }
        }

        return null;
    }

    /// <summary>Orders sections as numbers: 2.10 comes after 2.9.</summary>
    public static string SortKey(string section) =>
        string.Join('.', section.TrimStart('V').Split('.').Select(part => part.PadLeft(3, '0')));

    [GeneratedRegex(@"^[1-9]\d?(\.[1-9]\d?)*$", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Numbers();

    [GeneratedRegex(@"^V(9|10)\.\d\.\d\d?$", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex AsvsIds();
}
