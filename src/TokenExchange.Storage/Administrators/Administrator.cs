namespace TokenExchange.Storage.Administrators;

/// <summary>An administrator, without anything secret.</summary>
public sealed record Administrator
{
    /// <summary>Never changes and is never given to another.</summary>
    public required string Id { get; init; }

    /// <summary>Unique, whatever the case of its letters; records say <c>admin:</c> and this name.</summary>
    public required string UserName { get; init; }

    /// <summary>How people call this administrator.</summary>
    public required string DisplayName { get; init; }

    /// <summary>At least one, but for accounts whose identity provider names none any more.</summary>
    public required IReadOnlyList<string> Roles { get; init; }

    /// <summary>Whether this administrator may sign in.</summary>
    public required bool Enabled { get; init; }

    /// <summary>The identity provider that says who this is and which roles it has; null for an account of this server's own.</summary>
    public string? Issuer { get; init; }

    /// <summary>Whether a password is set.</summary>
    public required bool HasPassword { get; init; }

    /// <summary>Whether a one-time code is asked for besides the password.</summary>
    public required bool HasSecondFactor { get; init; }

    /// <summary>Until when a password can be set with the link that was given; null when there is no such link.</summary>
    public DateTimeOffset? InvitedUntil { get; init; }

    /// <summary>Until when nobody can sign in with a password, because too many were wrong; may be in the past.</summary>
    public DateTimeOffset? LockedUntil { get; init; }

    /// <summary>When the account was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The last complete sign-in; null before the first.</summary>
    public DateTimeOffset? LastSignInAt { get; init; }

    /// <summary>Another one after each change of the account; signing in is none.</summary>
    public required string Version { get; init; }

    /// <summary>The account as others may see it.</summary>
    public static Administrator Of(AdministratorAccount account)
    {
        ArgumentNullException.ThrowIfNull(account);
        return new()
        {
            Id = account.Id, UserName = account.UserName!, DisplayName = account.DisplayName, Roles = account.RoleNames, Enabled = account.Enabled, Issuer = account.Issuer,
            HasPassword = account.PasswordHash is not null, HasSecondFactor = account.TwoFactorEnabled, InvitedUntil = account.InvitationExpiresAt, LockedUntil = account.LockoutEnd,
            CreatedAt = account.CreatedAt, LastSignInAt = account.LastSignInAt, Version = account.ConcurrencyStamp!,
        };
    }
}

/// <summary>A sign-in that has not ended, and whose it is at this moment.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="UserName">Its user name.</param>
/// <param name="DisplayName">How people call this administrator.</param>
/// <param name="Roles">The roles the account has now.</param>
/// <param name="SignedInAt">When it began.</param>
public sealed record AdministratorSession(string AccountId, string UserName, string DisplayName, IReadOnlyList<string> Roles, DateTimeOffset SignedInAt);
