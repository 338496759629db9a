using TokenExchange.Core.Protocol;
using TokenExchange.Core.Tokens;

namespace TokenExchange.Client;

/// <summary>The parameters of one exchange, parsed once, and how they are written (RFC 8693 §2.1).</summary>
internal sealed class ExchangeForm
{
    private readonly SubjectToken _subjectToken;

    /// <exception cref="ArgumentException">The resource, the purpose or a scope is not one.</exception>
    public ExchangeForm(ExchangeParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(parameters.SubjectToken, nameof(parameters));
        _subjectToken = parameters.SubjectToken;
        Resource = ResourceIndicator.TryParse(parameters.Resource, out var resource)
            ? resource
            : throw new ArgumentException("Resource must be an absolute URI without query and fragment (RFC 8707 §2).", nameof(parameters));
        Scopes = ScopeSet.TryCreate(parameters.Scopes, out var scopes)
            ? scopes
            : throw new ArgumentException("Scopes must hold single scopes without spaces (RFC 6749 §3.3).", nameof(parameters));
        Purpose = parameters.Purpose is null || !string.IsNullOrWhiteSpace(parameters.Purpose)
            ? parameters.Purpose
            : throw new ArgumentException("Purpose must be null or the id of a purpose.", nameof(parameters));
    }

    public ResourceIndicator Resource { get; }

    public ScopeSet Scopes { get; }

    public string? Purpose { get; }

    public List<KeyValuePair<string, string>> ToFields()
    {
        List<KeyValuePair<string, string>> fields =
        [
            new("grant_type", GrantTypes.TokenExchange),
            new("subject_token", _subjectToken.Value),
            new("subject_token_type", _subjectToken.TokenType),
            new("resource", Resource.Value),
        ];
        if (!Scopes.IsEmpty)
        {
            fields.Add(new("scope", Scopes.ToString()));
        }

        if (Purpose is not null)
        {
            fields.Add(new("purpose", Purpose));
        }

        return fields;
    }
}
