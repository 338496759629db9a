using System.Diagnostics.CodeAnalysis;
using TokenExchange.Storage.Administrators;

namespace TokenExchange.Server.Administrators;

/// <summary>User names: 1 to 64 of letters, digits and <c>. _ - @ +</c>, unique whatever the case of their letters.</summary>
internal static class UserNames
{
    /// <summary>What Identity, too, is told to accept.</summary>
    public const string Characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-@+";

    private const string Fallback = "administrator";

    // Room for a number behind it.
    private const int LongestBeginning = AdministratorAccount.MaxUserName - 8;

    /// <summary>Whether it can be one.</summary>
    public static bool IsWellFormed([NotNullWhen(true)] string? name) =>
        name is { Length: > 0 and <= AdministratorAccount.MaxUserName } && name.All(c => Characters.Contains(c, StringComparison.Ordinal));

    /// <summary>What an identity provider calls somebody, as a user name, and further ones should that be taken.</summary>
    public static IEnumerable<string> From(string? name)
    {
        var letters = string.Concat((name ?? string.Empty).Select(c => Characters.Contains(c, StringComparison.Ordinal) ? c : '-')).Trim('-');
        var beginning = letters.Length == 0 ? Fallback : letters.Length <= LongestBeginning ? letters : letters[..LongestBeginning];
        yield return beginning;
        for (var number = 2; ; number++)
        {
            yield return $"{beginning}-{number}";
        }
    }
}
