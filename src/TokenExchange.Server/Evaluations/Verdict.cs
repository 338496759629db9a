using System.Text.Json.Nodes;
using TokenExchange.Core.Policies;

namespace TokenExchange.Server.Evaluations;

/// <summary>What a relying app is told: yes or no, and the reason code. Never more about policies than that.</summary>
/// <param name="Permitted">Yes or no.</param>
/// <param name="Reason"><see cref="Yes"/>, a code of <see cref="Exchange.RefusalWire"/>, or one of those below.</param>
public sealed record Verdict(bool Permitted, string Reason)
{
    /// <summary>The reason of every yes.</summary>
    public const string Yes = "permitted";

    /// <summary>The token is for another resource; whether it is still good is not told.</summary>
    public const string AnotherResource = "token_of_another_resource";

    /// <summary>The token is another user's.</summary>
    public const string AnotherSubject = "token_of_another_subject";

    /// <summary>Version of the policy set that answered; null where it was not asked.</summary>
    public long? PolicySetVersion { get; init; }

    /// <summary>What authentication of the user would help.</summary>
    public StepUp? StepUp { get; init; }

    /// <summary>Whether the scope is marked sensitive, so that no answer about it should be kept.</summary>
    public bool Sensitive { get; init; }

    /// <summary>What is wrong with the question, where it could not be asked.</summary>
    public string? Mistake { get; init; }

    /// <summary>The answer (AuthZEN 1.0 §6.2).</summary>
    public JsonObject ToJson() => new() { ["decision"] = Permitted, ["context"] = Context() };

    private JsonObject Context()
    {
        if (Mistake is not null)
        {
            return new JsonObject { ["error"] = new JsonObject { ["status"] = StatusCodes.Status400BadRequest, ["message"] = Mistake } };
        }

        var context = new JsonObject { ["reason"] = Reason };
        if (PolicySetVersion is { } version)
        {
            context["policy_set_version"] = version;
        }

        if (Sensitive)
        {
            context["sensitive"] = true;
        }

        // Named as in RFC 9470 §3, so that the relying app can hand them on in its challenge.
        if (StepUp is { AcrValues.Count: > 0 })
        {
            context["acr_values"] = string.Join(' ', StepUp.AcrValues);
        }

        if (StepUp?.MaxAge is { } age)
        {
            context["max_age"] = (long)age.TotalSeconds;
        }

        return context;
    }
}
