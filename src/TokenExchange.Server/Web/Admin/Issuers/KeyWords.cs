using TokenExchange.Server.Assertions;

namespace TokenExchange.Server.Web.Admin.Issuers;

/// <summary>What is known of an issuer's keys, in words.</summary>
public static class KeyWords
{
    /// <summary>Whether they are at hand, and its pill.</summary>
    public static (string Kind, string Word) StateOf(PublishedKeyStatus keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return keys.State switch
        {
            PublishedKeyState.NotFetched => ("idle", "not asked for yet"),
            PublishedKeyState.Fresh when keys.Keys.Count == 0 => ("bad", "no key among them"),
            PublishedKeyState.Fresh => keys.Problem is null ? ("good", "at hand") : ("warn", "at hand"),
            PublishedKeyState.Old => keys.Problem is null ? ("good", "at hand") : ("warn", "at hand, but old"),
            PublishedKeyState.Unavailable => ("bad", "not to be had"),
        };
    }

    /// <summary>Where they come from.</summary>
    public static string Of(KeyOrigin origin) => origin switch
    {
        KeyOrigin.Inline => "pasted here",
        KeyOrigin.JwksUri => "an address",
        KeyOrigin.Discovery => "its discovery document",
    };
}
