using System.Security.Claims;

namespace TokenExchange.ResourceServer.Validation;

/// <summary>
/// The user of a request with an accepted actor token. Only this package can make one, so that whoever finds a delegation on it knows that the
/// token behind it was checked; a principal that another scheme or a claims transformation put together carries none.
/// </summary>
internal sealed class DelegationIdentity : ClaimsIdentity
{
    public DelegationIdentity(ClaimsIdentity identity, Delegation delegation)
        : base(identity) => Delegation = delegation;

    public Delegation Delegation { get; }

    public static Delegation? Find(ClaimsPrincipal user) => user.Identities.OfType<DelegationIdentity>().FirstOrDefault()?.Delegation;

    public override ClaimsIdentity Clone() => new DelegationIdentity(this, Delegation);
}
