using TokenExchange.Core.Policies;

namespace TokenExchange.Core.Tests;

/// <summary>A decision as one line with everything in it, so that two can be compared and a failing test shows what was decided.</summary>
internal static class DecisionWords
{
    public static string Of(Decision decision) => decision switch
    {
        Decision.Permit p => $"v{p.PolicySetVersion} permit {p.Purpose} [{p.Granted}] by {p.Policy.Name}",
        Decision.Deny d => $"v{d.PolicySetVersion} deny {d.Reason}{Of(d.StepUp)}{string.Concat(d.Closest.Select(c => $"; {c.Policy}: {c.Reason}, {c.Detail}"))}",
        _ => throw new ArgumentOutOfRangeException(nameof(decision)),
    };

    private static string Of(StepUp? stepUp) => stepUp is null ? string.Empty : $" (acr {string.Join('|', stepUp.AcrValues)}, max age {stepUp.MaxAge})";
}
