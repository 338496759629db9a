using Microsoft.AspNetCore.Authentication;

namespace TokenExchange.Server.Me;

/// <summary>
/// Lets somebody who has just stopped everything that acts for them stay signed in: what they revoked reaches back to their own sign-in, and it was they who came with
/// it this moment. Everything else that was signed in as them is over.
/// </summary>
internal static class SignInRenewal
{
    /// <summary>Begins their sign-in anew, right after what was revoked.</summary>
    public static async Task GoOnAsync(HttpContext http, DateTimeOffset revokedAt)
    {
        var found = await http.AuthenticateAsync(SignedInUser.Scheme);
        if (!found.Succeeded || !SignInTicket.TryRead(found.Properties, out var ticket))
        {
            return;
        }

        var properties = new AuthenticationProperties();
        (SignInTicket.Begin(revokedAt + TimeSpan.FromTicks(1)) with { IssuerSub = ticket.IssuerSub }).WriteTo(properties);
        await http.SignInAsync(SignedInUser.Scheme, found.Principal, properties);
    }
}
