using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Primitives;

namespace DemoIdp.SignIn;

/// <summary>What an application asks for: that its user signs in (OpenID Connect Core 1.0 §3.1.2.1).</summary>
/// <param name="Client">Which application.</param>
/// <param name="RedirectUri">Where to send the code; one of its own.</param>
/// <param name="State">Handed back as it is.</param>
/// <param name="Nonce">Stands in the ID token.</param>
/// <param name="CodeChallenge">SHA-256 of the verifier that the code will be presented with, base64url (RFC 7636 §4.2).</param>
/// <param name="Scope">The scopes that are known here; others are left out (OpenID Connect Core 1.0 §3.1.2.1).</param>
/// <param name="Prompt">How the user may be asked.</param>
/// <param name="MaxAge">The oldest sign-in, in seconds, that is good enough; null for any.</param>
public sealed partial record AuthorizationRequest(
    DemoClient Client, string RedirectUri, string? State, string? Nonce, string CodeChallenge, string Scope, Prompt Prompt, long? MaxAge)
{
    private const int MaxLength = 2048;

    /// <summary>The scopes there are.</summary>
    public static IReadOnlyList<string> Scopes { get; } = ["openid", "profile", "email"];

    /// <summary>Whether somebody who signed in then must do so again.</summary>
    public bool NeedsSignInAfter(long authTime, long now) => Prompt == Prompt.Always || MaxAge == 0 || now - authTime > MaxAge;

    /// <summary>Reads a request.</summary>
    /// <param name="parameters">Query or form.</param>
    /// <param name="clients">Who may ask.</param>
    public static AuthorizationReading Read(IReadOnlyDictionary<string, StringValues> parameters, DemoClients clients)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(clients);

        // Until it is known who asks and where their answers go, nobody is sent anywhere (RFC 6749 §4.1.2.1).
        if (clients.Find(One("client_id")) is not { } client)
        {
            return new AuthorizationReading.Untrusted("No application of this client_id is known here.");
        }

        if (One("redirect_uri") is not { } redirectUri || !client.RedirectUris.Contains(redirectUri, StringComparer.Ordinal))
        {
            return new AuthorizationReading.Untrusted("The application did not name a redirect_uri that is registered for it, exactly as it is written.");
        }

        var state = One("state");
        if (parameters.Where(p => p.Value.Count > 1 || p.Value.ToString().Length > MaxLength).Select(p => p.Key).FirstOrDefault() is { } odd)
        {
            return Refused("invalid_request", $"{Printable(odd)} is there twice or too long");
        }

        if (parameters.Keys.FirstOrDefault(k => k is "request" or "request_uri" or "registration") is { } extension)
        {
            return Refused($"{extension}_not_supported", $"{extension} is not supported");
        }

        if (One("response_type") is not "code")
        {
            return One("response_type") is null ? Refused("invalid_request", "response_type is missing") : Refused("unsupported_response_type", "response_type must be code");
        }

        if (One("response_mode") is not (null or "query"))
        {
            return Refused("invalid_request", "response_mode must be query");
        }

        var scopes = Scopes.Intersect(One("scope")?.Split(' ') ?? [], StringComparer.Ordinal).ToList();
        if (!scopes.Contains("openid", StringComparer.Ordinal))
        {
            return Refused("invalid_scope", "scope must hold openid");
        }

        if (One("code_challenge") is not { } challenge || !Challenge().IsMatch(challenge) || One("code_challenge_method") is not "S256")
        {
            return Refused("invalid_request", "code_challenge with code_challenge_method S256 is required");
        }

        if (!TryReadPrompt(One("prompt"), out var prompt))
        {
            return Refused("invalid_request", "prompt must be none, or some of login, consent, select_account");
        }

        long? maxAge = null;
        if (One("max_age") is { } age)
        {
            if (!long.TryParse(age, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            {
                return Refused("invalid_request", "max_age must be a number of seconds");
            }

            maxAge = seconds;
        }

        return new AuthorizationReading.Accepted(new AuthorizationRequest(client, redirectUri, state, One("nonce"), challenge, string.Join(' ', scopes), prompt, maxAge));

        // Empty counts as left out (RFC 6749 §3.1); what is there twice is nothing here and refused above.
        string? One(string name) => parameters.TryGetValue(name, out var values) && values is [{ Length: > 0 } value] ? value : null;

        AuthorizationReading.Refused Refused(string error, string description) => new(redirectUri, state, error, description);
    }

    private static bool TryReadPrompt(string? text, out Prompt prompt)
    {
        var words = text?.Split(' ') ?? [];
        prompt = words is ["none"] ? Prompt.Never : words.Any(w => w is "login" or "select_account") ? Prompt.Always : Prompt.WhereNeeded;
        return words is ["none"] || words.All(w => w is "login" or "consent" or "select_account");
    }

    // error_description knows no quotes, backslashes and line breaks (RFC 6749 §4.1.2.1).
    private static string Printable(string name) => string.Concat(name.Take(40).Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' ? c : '?'));

    [GeneratedRegex("^[A-Za-z0-9_-]{43}$", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex Challenge();
}

/// <summary>How the user may be asked to sign in.</summary>
public enum Prompt
{
    /// <summary>Only where there is no session that will do.</summary>
    WhereNeeded,

    /// <summary>In any case.</summary>
    Always,

    /// <summary>Not at all: the answer comes at once, whatever it is.</summary>
    Never,
}

/// <summary>What became of a request.</summary>
public abstract record AuthorizationReading
{
    /// <summary>It can be answered.</summary>
    public sealed record Accepted(AuthorizationRequest Request) : AuthorizationReading;

    /// <summary>It does not say who asks, or where to: it is told to the person in front of the browser and nobody else.</summary>
    public sealed record Untrusted(string Sentence) : AuthorizationReading;

    /// <summary>It is refused, and the application told so.</summary>
    public sealed record Refused(string RedirectUri, string? State, string Error, string Description) : AuthorizationReading;
}
