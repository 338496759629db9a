using System.Net;
using System.Text.Json;
using FluentValidation;
using TokenExchange.Core.Protocol;
using TokenExchange.Core.Tokens;
using TokenExchange.Server.Configuration;

namespace TokenExchange.Server.Simulation;

/// <summary>An exchange that is only tried, as an administrator writes it.</summary>
public sealed record SimulationInput : PolicyChoice
{
    /// <summary>The agent that would ask, by client id.</summary>
    public string Agent { get; init; } = string.Empty;

    /// <summary>The user it would act for.</summary>
    public SimulatedSubject Subject { get; init; } = new();

    /// <summary>The resource.</summary>
    public string Resource { get; init; } = string.Empty;

    /// <summary>The purpose it would declare; null when none.</summary>
    public string? Purpose { get; init; }

    /// <summary>The scopes it would ask for; null when none are named.</summary>
    public IReadOnlyList<string>? Scopes { get; init; }

    /// <summary>The hops before, first one first: each agent hands on to the next, the last to <see cref="Agent"/>.</summary>
    public IReadOnlyList<SimulatedHop> Earlier { get; init; } = [];

    /// <summary>Where every agent would call from; null when unknown.</summary>
    public string? Source { get; init; }

    /// <summary>When; null means now.</summary>
    public DateTimeOffset? At { get; init; }
}

/// <summary>What the user's assertion would say.</summary>
public sealed record SimulatedSubject
{
    /// <summary>The trusted issuer.</summary>
    public string Issuer { get; init; } = string.Empty;

    /// <summary><c>sub</c> of the assertion, without the issuer's prefix.</summary>
    public string Sub { get; init; } = string.Empty;

    /// <summary>When the user authenticated; null when the assertion would not say.</summary>
    public DateTimeOffset? AuthTime { get; init; }

    /// <summary><c>acr</c>; null when the assertion would not say.</summary>
    public string? Acr { get; init; }

    /// <summary><c>amr</c>.</summary>
    public IReadOnlyList<string> Amr { get; init; } = [];

    /// <summary>When the assertion would expire; null means as late as its issuer may write.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Its other claims, as they would stand in it.</summary>
    public JsonElement? Claims { get; init; }
}

/// <summary>A hop before the one that is tried.</summary>
public sealed record SimulatedHop
{
    /// <summary>The agent, by client id.</summary>
    public string Agent { get; init; } = string.Empty;

    /// <summary>Where it acts; null means at the resource that is tried.</summary>
    public string? Resource { get; init; }

    /// <summary>What it would ask for; null means all it can have.</summary>
    public IReadOnlyList<string>? Scopes { get; init; }
}

/// <summary>Judges <see cref="SimulationInput"/>: whether it can be tried, not how that would end.</summary>
internal sealed class SimulationInputValidator : AbstractValidator<SimulationInput>
{
    // Written by members of their own.
    private static readonly string[] s_own =
        [ClaimNames.Issuer, ClaimNames.Subject, ClaimNames.IssuedAt, ClaimNames.ExpiresAt, ClaimNames.AuthTime, ClaimNames.AuthenticationContext, ClaimNames.AuthenticationMethods];

    public SimulationInputValidator()
    {
        Include(new PolicyChoiceValidator());
        RuleFor(i => i.Agent).Must(ConfigurationValidator.IsIdentifier).WithMessage("write the client id of the agent");
        RuleFor(i => i.Resource).Must(r => ResourceIndicator.TryParse(r, out _)).WithMessage("write the absolute URI of the resource");
        RuleFor(i => i.Purpose).Must(p => p is null || JsonClaims.IsIdentifier(p)).WithMessage("write a purpose, or leave it out");
        RuleFor(i => i.Scopes).Must(AreScopes).WithMessage("write one or more scopes, or leave it out");
        RuleFor(i => i.Source).Must(s => s is null || IPAddress.TryParse(s, out _)).WithMessage("write an IP address, or leave it out");
        RuleFor(i => i.At).Must(IsInTime).WithMessage("write an instant from 1970 to 9000, or leave it out");
        RuleFor(i => i.Earlier).Must(e => e.Count < ActChain.MaxDepth).WithMessage($"a chain holds at most {ActChain.MaxDepth} actors");
        RuleForEach(i => i.Earlier).Must(h => h is not null && ConfigurationValidator.IsIdentifier(h.Agent) && (h.Resource is null || ResourceIndicator.TryParse(h.Resource, out _)) && AreScopes(h.Scopes))
            .WithMessage("write {\"agent\":\"…\"}, and resource and scopes where they differ").When(i => i.Earlier.Count < ActChain.MaxDepth);
        RuleFor(i => i.Subject.Issuer).Must(ConfigurationValidator.IsIdentifier).WithMessage("write the iss of the assertion");
        RuleFor(i => i.Subject.Sub).Must(JsonClaims.IsIdentifier).WithMessage("write the sub of the assertion, at most 255 characters");
        RuleFor(i => i.Subject.AuthTime).Must(IsInTime).WithMessage("write an instant from 1970 to 9000, or leave it out");
        RuleFor(i => i.Subject.ExpiresAt).Must(IsInTime).WithMessage("write an instant from 1970 to 9000, or leave it out");
        RuleFor(i => i.Subject.Acr).Must(a => a is null || JsonClaims.IsIdentifier(a)).WithMessage("write an acr value, or leave it out");
        RuleFor(i => i.Subject.Amr).Must(a => a.All(m => m is not null && JsonClaims.IsIdentifier(m))).WithMessage("write a list of amr values, or leave it out");
        RuleFor(i => i.Subject.Claims).Must(c => c is null || (c.Value.ValueKind == JsonValueKind.Object && JsonClaims.IsReadable(c.Value) && !c.Value.EnumerateObject().Any(m => s_own.Contains(m.Name, StringComparer.Ordinal))))
            .WithMessage($"write an object with the other claims; {string.Join(", ", s_own)} are not among them");
    }

    private static bool AreScopes(IReadOnlyList<string>? scopes) => scopes is null || (scopes.Count > 0 && ScopeSet.TryCreate(scopes, out _));

    // Far enough from the ends that every duration can be added.
    private static bool IsInTime(DateTimeOffset? instant) => instant is null or { Year: >= 1970 and <= 9000 };
}
