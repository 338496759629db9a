using Microsoft.Extensions.Options;
using TokenExchange.Core.Tokens;

namespace TokenExchange.Client;

/// <summary>Checks the options of the bare client.</summary>
internal sealed class TokenExchangeClientOptionsValidator : IValidateOptions<TokenExchangeClientOptions>
{
    private static readonly TimeSpan MaxTimeout = TimeSpan.FromMinutes(5);

    public ValidateOptionsResult Validate(string? name, TokenExchangeClientOptions options) =>
        OptionsMistakes.Result("AddTokenExchangeClient", Mistakes(options));

    /// <summary>One sentence per mistake: which key, and what to write. No value of a secret is ever quoted.</summary>
    public static IEnumerable<string> Mistakes(TokenExchangeClientOptions options)
    {
        if (!Uri.TryCreate(options.Authority, UriKind.Absolute, out var authority) || !Origin.TryOf(authority, out _) || authority.Query.Length + authority.Fragment.Length > 0)
        {
            yield return $"Authority is '{options.Authority}'. Write the server's issuer exactly as it publishes it, an https URL (or http on loopback) without query and fragment, for example https://exchange.example.";
        }

        if (string.IsNullOrWhiteSpace(options.ClientId))
        {
            yield return "ClientId is missing. Write the client id under which the server knows this agent, for example inbox-agent.";
        }

        if (string.IsNullOrEmpty(options.ClientSecret) == string.IsNullOrEmpty(options.ClientKey))
        {
            yield return "Exactly one of ClientSecret and ClientKey is needed. Write the client secret, or the private JWK for private_key_jwt.";
        }
        else if (options.ClientKey is { Length: > 0 } key && ClientAuthentication.ReadKey(key) is null)
        {
            yield return "ClientKey is not a private EC key for ES256. Write the JWK as JSON with kty EC, crv P-256, x, y and d.";
        }

        if (options.Timeout <= TimeSpan.Zero || options.Timeout > MaxTimeout)
        {
            yield return $"Timeout is {options.Timeout}. Write more than zero and at most 00:05:00, for example 00:00:10.";
        }
    }
}

/// <summary>Checks the options of a client with an actor token.</summary>
internal sealed class ActorTokenOptionsValidator : IValidateOptions<ActorTokenOptions>
{
    private const int MaxCapacity = 1_000_000;
    private static readonly TimeSpan MaxRenewBefore = TimeSpan.FromHours(1);

    public ValidateOptionsResult Validate(string? name, ActorTokenOptions options) =>
        OptionsMistakes.Result($"AddActorToken for the HTTP client '{name}'", TokenExchangeClientOptionsValidator.Mistakes(options).Concat(Mistakes(options)));

    private static IEnumerable<string> Mistakes(ActorTokenOptions options)
    {
        if (!ResourceIndicator.TryParse(options.Resource, out _))
        {
            yield return $"Resource is '{options.Resource}'. Write the relying app's registered resource, an absolute URI without query and fragment, for example https://mail.example.";
        }
        else if (options.AllowedOrigins is { Count: 0 } && !Origin.TryOf(new Uri(options.Resource), out _))
        {
            yield return $"Resource is '{options.Resource}', which is no https URL (or http on loopback), so there is nowhere to send requests to. Write the API's origin into AllowedOrigins, for example https://mail.example.";
        }

        if (options.Purpose is not null && string.IsNullOrWhiteSpace(options.Purpose))
        {
            yield return "Purpose is blank. Write the id of a registered purpose, for example inbox.triage, or leave it out.";
        }

        if (options.Scopes is null || !ScopeSet.TryCreate(options.Scopes, out _))
        {
            yield return "Scopes must hold single scopes without spaces. Write for example [\"mail.read\", \"mail.label\"], or leave it empty.";
        }

        foreach (var origin in options.AllowedOrigins ?? [])
        {
            if (!Origin.TryParse(origin, out _))
            {
                yield return $"AllowedOrigins holds '{origin}'. Write https://host or https://host:port without a path (http on loopback only).";
            }
        }

        if (options.RenewBefore < TimeSpan.Zero || options.RenewBefore > MaxRenewBefore)
        {
            yield return $"RenewBefore is {options.RenewBefore}. Write zero to 01:00:00, for example 00:00:30.";
        }

        if (options.MaxCachedTokens is < 1 or > MaxCapacity)
        {
            yield return $"MaxCachedTokens is {options.MaxCachedTokens}. Write 1 to 1000000, for example 1000.";
        }
    }
}

internal static class OptionsMistakes
{
    public static ValidateOptionsResult Result(string where, IEnumerable<string> mistakes)
    {
        string[] sentences = [.. mistakes.Select(m => $"{where}: {m}")];
        return sentences.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(sentences);
    }
}
