using Microsoft.AspNetCore.Identity;

namespace TokenExchange.Storage.Administrators;

/// <summary>
/// An administrator as ASP.NET Core Identity keeps one. What signing in writes (<see cref="IdentityUser{TKey}.AccessFailedCount"/>, <see cref="IdentityUser{TKey}.LockoutEnd"/>,
/// <see cref="LastSignInAt"/>, <see cref="LastCodeStep"/>) is written by statements of its own, so that a change of the account never puts back what a sign-in counted.
/// </summary>
public sealed class AdministratorAccount : IdentityUser
{
    /// <summary>Longest user name, in characters.</summary>
    public const int MaxUserName = 64;

    /// <summary>Longest display name, in characters.</summary>
    public const int MaxDisplayName = 200;

    /// <summary>Longest issuer of an account that comes from an identity provider, in characters.</summary>
    public const int MaxIssuer = 190;

    /// <summary>Longest <c>sub</c> of such an account, in characters (OpenID Connect Core §2).</summary>
    public const int MaxSubject = 255;

    /// <summary>How people call this administrator.</summary>
    public string DisplayName { get; set; } = string.Empty;

    /// <summary>Roles, separated by a space each. Empty only where an identity provider names none any more.</summary>
    public string Roles { get; set; } = string.Empty;

    /// <summary>Whether this administrator may sign in.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>The identity provider that says who this is; null for an account of this server's own.</summary>
    public string? Issuer { get; set; }

    /// <summary>When the account was made.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>The last complete sign-in; null before the first.</summary>
    public DateTimeOffset? LastSignInAt { get; set; }

    /// <summary>The time step of the last one-time code that was used; none is used twice (RFC 6238 §5.2).</summary>
    public long? LastCodeStep { get; set; }

    /// <summary>base64url SHA-256 of the code with which a password can be set once; null when there is none.</summary>
    public string? InvitationHash { get; set; }

    /// <summary>From this instant on that code is no longer good.</summary>
    public DateTimeOffset? InvitationExpiresAt { get; set; }

    /// <summary>The roles.</summary>
    public IReadOnlyList<string> RoleNames => Roles.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
