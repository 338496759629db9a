using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.AspNetCore.Authentication;
using TokenExchange.Server.Exchange;

namespace TokenExchange.Server.Me;

/// <summary>What a sign-in is known by besides its user: kept in the encrypted cookie, first of the sign-in under way and then of whoever is signed in.</summary>
/// <param name="Id">Which sign-in.</param>
/// <param name="BeganAt">When it began, by our clock.</param>
/// <param name="Since">Whatever was revoked at this instant or later it does not outlive.</param>
/// <param name="IssuerSub">What the issuer calls the user; null while that is not known.</param>
internal sealed record SignInTicket(string Id, DateTimeOffset BeganAt, DateTimeOffset Since, string? IssuerSub = null)
{
    /// <summary>How long a sign-in lasts at most, however often its user comes.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromHours(8);

    private const string IdItem = "me.id";
    private const string BeganAtItem = "me.began_at";
    private const string SinceItem = "me.since";
    private const string SubItem = "me.sub";

    /// <summary>When it is over in any case.</summary>
    public DateTimeOffset EndsAt => BeganAt + MaxAge;

    public static SignInTicket Begin(DateTimeOffset now) => new(RandomId.New(), now, now);

    /// <summary>The same sign-in under another id, which what was revoked until then does not end. It lasts no longer for that.</summary>
    public SignInTicket GoOn(DateTimeOffset revokedAt) => this with { Id = RandomId.New(), Since = revokedAt + TimeSpan.FromTicks(1) };

    public static bool TryRead(AuthenticationProperties properties, [NotNullWhen(true)] out SignInTicket? ticket)
    {
        ticket = properties.Items.TryGetValue(IdItem, out var id) && id is not null
            && ReadInstant(properties, BeganAtItem) is { } beganAt && ReadInstant(properties, SinceItem) is { } since
            ? new SignInTicket(id, beganAt, since, properties.Items.TryGetValue(SubItem, out var sub) ? sub : null)
            : null;
        return ticket is not null;
    }

    public void WriteTo(AuthenticationProperties properties)
    {
        properties.Items[IdItem] = Id;
        properties.Items[BeganAtItem] = BeganAt.UtcTicks.ToString(CultureInfo.InvariantCulture);
        properties.Items[SinceItem] = Since.UtcTicks.ToString(CultureInfo.InvariantCulture);
        if (IssuerSub is not null)
        {
            properties.Items[SubItem] = IssuerSub;
        }
    }

    private static DateTimeOffset? ReadInstant(AuthenticationProperties properties, string item) =>
        properties.Items.TryGetValue(item, out var text) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;
}
