namespace TokenExchange.Storage.Conventions;

/// <summary>
/// By whom something was done, as rows and records name them all alike: a client by its id, an issuer by its <c>iss</c>, an administrator and a user by a word
/// before their name, a command by a word. Every column that says by whom takes the longest of them.
/// </summary>
public static class CallerIds
{
    /// <summary>The longest, in characters: a <c>sub</c> and an <c>iss</c> may have 255, and a word stands before the former.</summary>
    public const int MaxLength = 300;
}
