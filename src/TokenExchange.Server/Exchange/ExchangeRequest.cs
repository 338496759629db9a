using System.Text.Json;
using TokenExchange.Core.Protocol;
using TokenExchange.Core.Tokens;

namespace TokenExchange.Server.Exchange;

/// <summary>The parameters of an exchange (RFC 8693 §2.1), read once into types that cannot be wrong.</summary>
public sealed record ExchangeRequest
{
    /// <summary>The subject token as presented.</summary>
    public required string SubjectToken { get; init; }

    /// <summary>One of <see cref="TokenTypes.Jwt"/>, <see cref="TokenTypes.IdToken"/>, <see cref="TokenTypes.AccessToken"/>.</summary>
    public required string SubjectTokenType { get; init; }

    /// <summary>The actor token as presented, a JWT; null when there is none.</summary>
    public string? ActorToken { get; init; }

    /// <summary>The resource asked for, from <c>resource</c> or <c>audience</c>.</summary>
    public required ResourceIndicator Resource { get; init; }

    /// <summary>The scopes asked for; null when <c>scope</c> is absent.</summary>
    public ScopeSet? Scopes { get; init; }

    /// <summary>The purpose declared; null when absent.</summary>
    public string? Purpose { get; init; }

    /// <summary>Reads the form. Parameters are judged in a fixed order; unknown ones are ignored.</summary>
    public static Checked<ExchangeRequest> Read(ExchangeForm form)
    {
        ArgumentNullException.ThrowIfNull(form);
        foreach (var name in SingleValued)
        {
            if (form.Values(name).Count > 1)
            {
                return new Refusal(RefusalReason.ParameterRepeated, name);
            }
        }

        if (form.Value("subject_token") is not { Length: > 0 } subjectToken)
        {
            return new Refusal(RefusalReason.ParameterMissing, "subject_token");
        }

        if (form.Value("subject_token_type") is not { Length: > 0 } subjectTokenType)
        {
            return new Refusal(RefusalReason.ParameterMissing, "subject_token_type");
        }

        if (form.Value("actor_token") is not null != form.Value("actor_token_type") is not null)
        {
            return new Refusal(RefusalReason.ParameterMissing, "actor_token and actor_token_type go together");
        }

        if (subjectTokenType is not (TokenTypes.Jwt or TokenTypes.IdToken or TokenTypes.AccessToken))
        {
            return new Refusal(RefusalReason.TokenTypeUnsupported, "subject_token_type");
        }

        if (form.Value("actor_token_type") is not (null or TokenTypes.Jwt))
        {
            return new Refusal(RefusalReason.TokenTypeUnsupported, "actor_token_type");
        }

        if (form.Value("requested_token_type") is { Length: > 0 } requested and not TokenTypes.AccessToken)
        {
            return new Refusal(RefusalReason.TokenTypeUnsupported, $"requested_token_type {requested}");
        }

        if (!ReadResource(form).Passed(out var resource, out var refusal) || !ReadPurpose(form).Passed(out var purpose, out refusal))
        {
            return refusal;
        }

        ScopeSet? scopes = null;
        if (form.Value("scope") is { Length: > 0 } scope && !ScopeSet.TryParse(scope, out scopes))
        {
            return new Refusal(RefusalReason.ParameterMalformed, "scope");
        }

        return new ExchangeRequest
        {
            SubjectToken = subjectToken, SubjectTokenType = subjectTokenType, ActorToken = form.Value("actor_token"), Resource = resource, Scopes = scopes, Purpose = purpose.Value,
        };
    }

    private static readonly string[] SingleValued =
        ["subject_token", "subject_token_type", "actor_token", "actor_token_type", "requested_token_type", "scope", "purpose", "authorization_details"];

    private static Checked<ResourceIndicator> ReadResource(ExchangeForm form)
    {
        string[] named = [.. form.Values("resource"), .. form.Values("audience")];
        if (named.Length == 0)
        {
            return new Refusal(RefusalReason.ParameterMissing, "resource");
        }

        var parsed = named.Select(n => ResourceIndicator.TryParse(n, out var resource) ? resource : null).ToList();
        return parsed[0] is { } first && parsed.TrueForAll(p => first.Equals(p))
            ? first
            : new Refusal(RefusalReason.ResourceNotPermitted, parsed.Contains(null) ? "not a resource indicator" : "more than one resource");
    }

    private static Checked<Declared> ReadPurpose(ExchangeForm form)
    {
        var plain = form.Value("purpose") is { Length: > 0 } p ? p : null;
        if (form.Value("authorization_details") is not { Length: > 0 } details)
        {
            return plain?.Length > JsonClaims.MaxIdentifierLength ? new Refusal(RefusalReason.ParameterMalformed, "purpose") : new Declared(plain);
        }

        return TryReadDetails(details, out var detailed) && (plain is null || string.Equals(plain, detailed, StringComparison.Ordinal))
            ? new Declared(detailed)
            : new Refusal(RefusalReason.ParameterMalformed, "authorization_details");
    }

    // RFC 9396 §2: an array of objects, each with a type. Ours has one entry, of type purpose.
    private static bool TryReadDetails(string details, out string? purpose)
    {
        purpose = null;
        try
        {
            using var document = JsonDocument.Parse(details, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 4 });
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Array && root.GetArrayLength() == 1 && root[0].ValueKind == JsonValueKind.Object
                && root[0].EnumerateObject().Count() == 2
                && JsonClaims.TryGetString(root[0], "type", out var type) && type == "purpose"
                && JsonClaims.TryGetString(root[0], "purpose", out purpose);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            return false;
        }
    }

    private sealed record Declared(string? Value);
}
