using Microsoft.AspNetCore.Authentication;

namespace TokenExchange.Server.Me;

/// <summary>
/// Lets somebody who has just stopped everything that acts for them stay signed in: what they revoked reaches back to their own sign-in, and it was they who came with
/// it this moment. Everything else that was signed in as them is over.
/// </summary>
internal static class SignInRenewal
{
    /// <summary>Takes their sign-in past what was revoked. It ends when it would have ended: who took somebody's cookie gains nothing by stopping everything.</summary>
    public static async Task GoOnAsync(HttpContext http, DateTimeOffset revokedAt)
    {
        var found = await http.AuthenticateAsync(SignedInUser.Scheme);
        if (!found.Succeeded || !SignInTicket.TryRead(found.Properties, out var ticket))
        {
            return;
        }

        var properties = new AuthenticationProperties();
        ticket.GoOn(revokedAt).WriteTo(properties);
        await http.SignInAsync(SignedInUser.Scheme, found.Principal, properties);
    }
}
