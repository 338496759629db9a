using System.Diagnostics.CodeAnalysis;
using TokenExchange.ResourceServer;
using TokenExchange.ResourceServer.Validation;

namespace Microsoft.AspNetCore.Http;

/// <summary>Hands the delegation of a request to its endpoint.</summary>
public static class DelegationHttpContextExtensions
{
    /// <summary>The delegation behind the request.</summary>
    /// <exception cref="InvalidOperationException">The request came without an accepted actor token.</exception>
    public static Delegation GetDelegation(this HttpContext http) => http.TryGetDelegation(out var delegation)
        ? delegation
        : throw new InvalidOperationException(
            "This request came without an accepted actor token. Guard the endpoint with RequirePurpose or RequireScope, or ask with TryGetDelegation.");

    /// <summary>The delegation behind the request; false when it came without an accepted actor token.</summary>
    public static bool TryGetDelegation(this HttpContext http, [NotNullWhen(true)] out Delegation? delegation)
    {
        ArgumentNullException.ThrowIfNull(http);
        delegation = DelegationIdentity.Find(http.User);
        return delegation is not null;
    }
}
