using TokenExchange.Core.Tokens;

namespace TokenExchange.Client;

/// <summary>An actor token as the server answered it (RFC 8693 §2.2.1).</summary>
/// <param name="Value">The token, to be sent as <c>Authorization: Bearer</c> to the resource and nowhere else.</param>
/// <param name="Lifetime">How long it lives from the moment it was asked for (<c>expires_in</c>); longer than zero.</param>
/// <param name="ExpiresAt">When it ends, by this machine's clock: the instant the request was sent plus <paramref name="Lifetime"/>.</param>
/// <param name="Scopes">The scopes granted; those asked for when the server did not say.</param>
/// <param name="Purpose">The purpose the token is bound to; null when the server did not say.</param>
public sealed record IssuedToken(string Value, TimeSpan Lifetime, DateTimeOffset ExpiresAt, ScopeSet Scopes, string? Purpose)
{
    /// <summary>Everything but the token itself.</summary>
    public override string ToString() =>
        $"IssuedToken {{ Value = (redacted), ExpiresAt = {ExpiresAt:O}, Scopes = {Scopes}, Purpose = {Purpose} }}";
}
