using System.Text.Json.Nodes;
using TokenExchange.Core.Policies;
using TokenExchange.Server.Exchange;

namespace TokenExchange.Server.Simulation;

/// <summary>A simulation as it is answered.</summary>
internal sealed record SimulationAnswer(bool Issued, string Agent, long? PolicySetVersion, JsonObject? Decision, JsonObject? Refusal, IReadOnlyList<JsonObject>? Policies, JsonObject? Token)
{
    public static SimulationAnswer Of(SimulatedExchange simulation, long? version, string issuer) => new(
        simulation.Token is not null,
        simulation.Agent,
        version,
        simulation.Trace is null ? null : Write(simulation.Trace.Decision),
        simulation.Refusal is null ? null : Write(simulation.Refusal, issuer),
        simulation.Trace is null ? null : [.. simulation.Trace.Policies.Select(Write)],
        simulation.Token?.ToClaims());

    private static JsonObject Write(Decision decision)
    {
        switch (decision)
        {
            case Decision.Permit permit:
                return new JsonObject
                {
                    ["effect"] = "permit", ["purpose"] = permit.Purpose, ["granted"] = Texts(permit.Granted), ["policy"] = permit.Policy.Name, ["limits"] = Write(permit.Policy.Limits),
                };
            case Decision.Deny deny:
                var json = new JsonObject { ["effect"] = "deny", ["reason"] = DenyReasons.NameOf(deny.Reason) };
                if (deny.StepUp is { } stepUp)
                {
                    json["stepUp"] = Authentication(stepUp.MaxAge, stepUp.AcrValues);
                }

                return json;
            default:
                throw new InvalidOperationException("Unknown decision.");
        }
    }

    // As they stand in the configuration file; what limits nothing is left out.
    private static JsonObject Write(PolicyLimits limits)
    {
        var json = new JsonObject { ["maxLifetime"] = $"{limits.MaxLifetime:c}", ["maxDelegationAge"] = $"{limits.MaxDelegationAge:c}", ["maxChainDepth"] = limits.MaxChainDepth };
        if (limits.MaxSessionAge is { } age)
        {
            json["maxSessionAge"] = $"{age:c}";
        }

        foreach (var (name, value) in Authentication(limits.Authentication.MaxAge, limits.Authentication.AcrValues).ToList())
        {
            json[name] = value?.DeepClone();
        }

        if (limits.PerScope.Count > 0)
        {
            json["perScope"] = new JsonObject(limits.PerScope.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => KeyValuePair.Create(p.Key, (JsonNode?)Authentication(p.Value.MaxAge, p.Value.AcrValues))));
        }

        if (limits.OnwardTo.Count > 0)
        {
            json["onwardTo"] = new JsonArray([.. limits.OnwardTo.Select(Write)]);
        }

        return json;
    }

    private static JsonObject Write(Onward onward)
    {
        var json = new JsonObject { ["agent"] = onward.Agent };
        if (onward.Resource is not null)
        {
            json["resource"] = onward.Resource.Value;
        }

        if (onward.Scopes is not null)
        {
            json["scopes"] = Texts(onward.Scopes);
        }

        return json;
    }

    private static JsonObject Authentication(TimeSpan? maxAge, IReadOnlyList<string> acrValues)
    {
        var json = new JsonObject();
        if (maxAge is { } age)
        {
            json["maxAuthAge"] = $"{age:c}";
        }

        if (acrValues.Count > 0)
        {
            json["acrValues"] = Texts(acrValues);
        }

        return json;
    }

    // The members of the answer that /token would give, and the detail that only the record would have.
    private static JsonObject Write(Refusal refusal, string issuer)
    {
        var wire = RefusalWire.For(refusal.Reason);
        var json = new JsonObject { ["status"] = wire.Status, ["error"] = wire.Error, ["error_description"] = wire.Description, ["error_uri"] = $"{issuer}/errors/{wire.Code}" };
        if (refusal.StepUp is { AcrValues.Count: > 0 } strength)
        {
            json["acr_values"] = string.Join(' ', strength.AcrValues);
        }

        if (refusal.StepUp?.MaxAge is { } age)
        {
            json["max_age"] = (long)age.TotalSeconds;
        }

        if (refusal.Detail is not null)
        {
            json["detail"] = refusal.Detail;
        }

        return json;
    }

    private static JsonObject Write(TracedPolicy policy) => new()
    {
        ["policy"] = policy.Policy,
        ["purpose"] = policy.Purpose,
        ["effect"] = Name(policy.Effect),
        ["selected"] = policy.IsSelected,
        ["applies"] = policy.Applies,
        ["determines"] = policy.IsDetermining,
        ["checks"] = new JsonArray([.. policy.Checks.Select(c => new JsonObject { ["check"] = Name(c.Kind), ["outcome"] = Name(c.Outcome), ["detail"] = c.Detail })]),
    };

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(t => JsonValue.Create(t))]);

    private static string Name<T>(T value)
        where T : struct, Enum => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
