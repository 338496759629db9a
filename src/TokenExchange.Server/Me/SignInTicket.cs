using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.AspNetCore.Authentication;
using TokenExchange.Server.Exchange;

namespace TokenExchange.Server.Me;

/// <summary>What a sign-in is known by besides its user: kept in the encrypted cookie, first of the sign-in under way and then of whoever is signed in.</summary>
/// <param name="Id">Which sign-in.</param>
/// <param name="Since">When it began, by our clock. Whatever was revoked at that instant or later is not outlived by it.</param>
/// <param name="IssuerSub">What the issuer calls the user; null while that is not known.</param>
internal sealed record SignInTicket(string Id, DateTimeOffset Since, string? IssuerSub = null)
{
    /// <summary>How long a sign-in lasts at most, however often its user comes.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromHours(8);

    private const string IdItem = "me.id";
    private const string SinceItem = "me.since";
    private const string SubItem = "me.sub";

    public static SignInTicket Begin(DateTimeOffset now) => new(RandomId.New(), now);

    public static bool TryRead(AuthenticationProperties properties, [NotNullWhen(true)] out SignInTicket? ticket)
    {
        ticket = properties.Items.TryGetValue(IdItem, out var id) && id is not null
            && properties.Items.TryGetValue(SinceItem, out var since) && long.TryParse(since, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
            ? new SignInTicket(id, new DateTimeOffset(ticks, TimeSpan.Zero), properties.Items.TryGetValue(SubItem, out var sub) ? sub : null)
            : null;
        return ticket is not null;
    }

    public void WriteTo(AuthenticationProperties properties)
    {
        properties.Items[IdItem] = Id;
        properties.Items[SinceItem] = Since.UtcTicks.ToString(CultureInfo.InvariantCulture);
        if (IssuerSub is not null)
        {
            properties.Items[SubItem] = IssuerSub;
        }
    }
}
