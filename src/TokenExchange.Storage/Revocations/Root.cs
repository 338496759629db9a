using System.Security.Cryptography;
using System.Text;

namespace TokenExchange.Storage.Revocations;

/// <summary>What kind of thing a token can hang below. Stored as a number: new kinds come last.</summary>
public enum RootKind
{
    /// <summary>One token (<c>jti</c>), itself or one it was derived from. Ends for good.</summary>
    Token,

    /// <summary>One delegation (<c>txn</c>). Ends for good.</summary>
    Delegation,

    /// <summary>One session (<c>sid</c>). Ends for good.</summary>
    Session,

    /// <summary>One agent, wherever in a chain it stands.</summary>
    Agent,

    /// <summary>One user, as <c>sub</c> of tokens.</summary>
    Subject,

    /// <summary>All users of one trusted issuer.</summary>
    Issuer,

    /// <summary>All tokens for one resource.</summary>
    Resource,

    /// <summary>All tokens under one purpose.</summary>
    Purpose,
}

/// <summary>
/// Something a token hangs below: itself, a token it was derived from, its delegation, its session, and the parties: the agents of its chain, the user, the
/// issuer that vouched for the user, the resource and the purpose. A token is dead as soon as one of its roots has been revoked; nothing has to be marked
/// below, so a token being issued at that very moment is dead too.
/// </summary>
/// <remarks>
/// A token, a delegation and a session end for good. A party goes on: its revocation ends whatever users had lent by that instant, going by the time the
/// issuer wrote into the assertion, and what is lent afterwards is new. Who must not go on at all is disabled.
/// </remarks>
/// <param name="Kind">What it is.</param>
/// <param name="Id">Which one; a resource by its key.</param>
public sealed record Root(RootKind Kind, string Id)
{
    /// <summary>As it is looked up: by a hash, because databases take two ids for one that differ in trailing spaces only.</summary>
    public string Key => $"{Kind.ToString().ToLowerInvariant()}:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Id)))}";

    /// <summary>As people read it.</summary>
    public string Name => $"{Kind.ToString().ToLowerInvariant()}:{Id}";

    /// <summary>Whether its revocation also holds for what is lent later.</summary>
    public bool EndsForGood => Kind is RootKind.Token or RootKind.Delegation or RootKind.Session;

    /// <summary>One token (<c>jti</c>).</summary>
    public static Root Token(string id) => new(RootKind.Token, id);

    /// <summary>One delegation (<c>txn</c>).</summary>
    public static Root Delegation(string id) => new(RootKind.Delegation, id);

    /// <summary>One session (<c>sid</c>).</summary>
    public static Root Session(string id) => new(RootKind.Session, id);

    /// <inheritdoc />
    public override string ToString() => Name;
}
