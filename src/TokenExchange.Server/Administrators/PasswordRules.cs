namespace TokenExchange.Server.Administrators;

/// <summary>
/// What a password must be: long. Which characters it is made of is nobody's business (NIST SP 800-63B §5.1.1.2). Lists of what was stolen elsewhere cannot be
/// asked, so a few of the commonest are refused, and what is easily guessed of this very account.
/// </summary>
public static class PasswordRules
{
    /// <summary>Fewest characters.</summary>
    public const int Shortest = 12;

    /// <summary>Most characters.</summary>
    public const int Longest = 128;

    private const int FewestDifferent = 5;

    // What common lists hold of twelve characters and more, and what everybody makes of the rule that it be long; without spaces, in lower case.
    private static readonly string[] Common =
    [
        "123456789012", "1234567890123", "12345678901234", "123456789abc", "0123456789ab", "012345678910", "password1234", "password12345", "password123456", "passwordpassword", "passw0rd1234",
        "qwertyuiop12", "qwertyuiop123", "qwertyuiopasdf", "qwertyuiop[]", "qwerty123456", "qwertyqwerty", "1q2w3e4r5t6y", "1qaz2wsx3edc", "zaq12wsxcde3", "asdfghjkl123", "abcdefghijkl", "abc123abc123",
        "abcd12345678", "iloveyou1234", "letmein12345", "letmeinletmein", "welcome12345", "welcome123456", "adminadmin12", "admin1234567", "admin12345678", "adminadminadmin", "administrator",
        "administrator1", "administrator123", "changeme1234", "changemechangeme", "correcthorsebatterystaple", "monkey123456", "dragon123456", "football1234", "baseball1234", "superman1234",
        "trustno1trustno1", "sunshine1234", "princess1234", "tokenexchange", "tokenexchange1",
    ];

    /// <summary>What is wrong with it, in sentences; none when it will do.</summary>
    public static IReadOnlyList<string> Problems(string? password, string userName)
    {
        ArgumentNullException.ThrowIfNull(userName);
        if (password is null || password.Length < Shortest)
        {
            return [$"write at least {Shortest} characters; several words are easy to remember"];
        }

        if (password.Length > Longest)
        {
            return [$"write at most {Longest} characters"];
        }

        var plain = password.Replace(" ", string.Empty, StringComparison.Ordinal).ToLowerInvariant();
        return Common.Contains(plain, StringComparer.Ordinal) || plain.Distinct().Count() < FewestDifferent ? ["this is one of the first that anybody tries; write something else"]
            : userName.Length > 0 && IsMadeOf(plain, userName.ToLowerInvariant()) ? ["leave the user name out of it"]
            : [];
    }

    // A short name is found in many a word by chance; as the password itself, however often repeated, it is none.
    private static bool IsMadeOf(string password, string userName) =>
        (userName.Length >= 4 && password.Contains(userName, StringComparison.Ordinal)) || password.Replace(userName, string.Empty, StringComparison.Ordinal).Length < 4;
}
