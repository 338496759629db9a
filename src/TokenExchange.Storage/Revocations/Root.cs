namespace TokenExchange.Storage.Revocations;

/// <summary>
/// Something a token hangs below: itself, a token it was derived from, its delegation, its session. A token is dead as soon as one of its roots has been
/// revoked; nothing has to be marked below, so a token being issued at that very moment is dead too.
/// </summary>
public readonly record struct Root
{
    private Root(string value) => Value = value;

    /// <summary>The kind and id, as stored.</summary>
    public string Value { get; }

    /// <summary>One token (<c>jti</c>).</summary>
    public static Root Token(string id) => new("token:" + id);

    /// <summary>One delegation (<c>txn</c>).</summary>
    public static Root Delegation(string id) => new("delegation:" + id);

    /// <summary>One session (<c>sid</c>).</summary>
    public static Root Session(string id) => new("session:" + id);

    /// <inheritdoc />
    public override string ToString() => Value;
}
