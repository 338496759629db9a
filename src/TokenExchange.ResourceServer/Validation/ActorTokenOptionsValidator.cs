using Microsoft.Extensions.Options;
using TokenExchange.Core.Tokens;

namespace TokenExchange.ResourceServer.Validation;

/// <summary>Checks the options at start. Each sentence names the option and says what to write instead.</summary>
internal sealed class ActorTokenOptionsValidator : IValidateOptions<ActorTokenOptions>
{
    // Signatures only: with an HMAC the app could itself make the tokens it accepts, and so could whoever reads its configuration.
    private static readonly string[] KnownAlgorithms = ["ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512"];

    public ValidateOptionsResult Validate(string? name, ActorTokenOptions options)
    {
        string[] problems = [.. FindProblems(options).OfType<string>()];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string?> FindProblems(ActorTokenOptions options)
    {
        yield return AboutAuthority(options);
        yield return string.IsNullOrEmpty(options.Resource)
            ? "ActorTokenOptions.Resource is missing. Write the URI of this API as it is registered at the server, e.g. https://mail.example."
            : ResourceIndicator.TryParse(options.Resource, out _)
                ? null
                : $"ActorTokenOptions.Resource '{options.Resource}' is not a resource (RFC 8707 §2). Write an absolute URI without query and fragment, e.g. https://mail.example.";
        yield return options.Scopes is not null && options.Scopes.All(ScopeSet.IsScopeToken)
            ? null
            : "ActorTokenOptions.Scopes has an entry that is not one scope token (RFC 6749 §3.3). Write one scope per entry, e.g. mail.read.";
        yield return options.Algorithms is { Count: > 0 } algorithms && algorithms.All(KnownAlgorithms.Contains)
            ? null
            : $"ActorTokenOptions.Algorithms must name at least one algorithm out of {string.Join(", ", KnownAlgorithms)}. Leave it out for ES256.";
        yield return AboutRange(nameof(options.ClockSkew), options.ClockSkew, TimeSpan.Zero, TimeSpan.FromSeconds(60));
        yield return AboutRange(nameof(options.KeyRefreshInterval), options.KeyRefreshInterval, TimeSpan.FromSeconds(10), TimeSpan.FromHours(24));
        yield return AboutRange(nameof(options.MaxKeyAge), options.MaxKeyAge, options.KeyRefreshInterval, TimeSpan.FromHours(24));
        yield return AboutRange(nameof(options.BackchannelTimeout), options.BackchannelTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(60));
        yield return options.Introspection is { } introspection && (string.IsNullOrWhiteSpace(introspection.ClientId) || string.IsNullOrWhiteSpace(introspection.ClientSecret))
            ? "ActorTokenOptions.Introspection needs both ClientId and ClientSecret: this app's own client at the server. Leave Introspection out to check tokens offline only."
            : null;
        foreach (var problem in options.Enforcement is { } enforcement ? AboutEnforcement(enforcement) : [])
        {
            yield return problem;
        }
    }

    private static IEnumerable<string?> AboutEnforcement(ActorTokenEnforcement enforcement)
    {
        yield return string.IsNullOrWhiteSpace(enforcement.ClientId) || string.IsNullOrWhiteSpace(enforcement.ClientSecret)
            ? "ActorTokenOptions.Enforcement needs both ClientId and ClientSecret: this app's own client at the server. Leave Enforcement out to go by the token alone."
            : null;
        yield return AboutRange("Enforcement.MaxPolicyAge", enforcement.MaxPolicyAge, TimeSpan.FromMinutes(1), TimeSpan.FromHours(24));
        yield return AboutRange("Enforcement.MaxRevocationAge", enforcement.MaxRevocationAge, TimeSpan.FromSeconds(30), TimeSpan.FromHours(1));
    }

    private static string? AboutAuthority(ActorTokenOptions options)
    {
        const string advice = "Write the issuer exactly as it stands in its tokens, e.g. https://exchange.example.";
        if (string.IsNullOrEmpty(options.Authority))
        {
            return $"ActorTokenOptions.Authority is missing. {advice}";
        }

        // RFC 8414 §2: an https URL without query and fragment.
        if (!Uri.TryCreate(options.Authority, UriKind.Absolute, out var uri)
            || uri.Scheme is not ("https" or "http")
            || uri.UserInfo.Length > 0 || options.Authority.AsSpan().ContainsAny('?', '#', ' '))
        {
            return $"ActorTokenOptions.Authority '{options.Authority}' is not an issuer URL without query and fragment. {advice}";
        }

        return uri.Scheme is "http" && options.RequireHttpsMetadata
            ? $"ActorTokenOptions.Authority '{options.Authority}' is not https. Write an https URL, or for development on one machine set RequireHttpsMetadata to false."
            : null;
    }

    private static string? AboutRange(string option, TimeSpan value, TimeSpan least, TimeSpan most) =>
        value >= least && value <= most ? null : $"ActorTokenOptions.{option} is {value:c}. Write a duration from {least:c} to {most:c}.";
}
