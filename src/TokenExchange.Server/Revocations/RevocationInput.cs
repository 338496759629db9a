using FluentValidation;
using TokenExchange.Core.Tokens;
using TokenExchange.Server.Configuration;
using TokenExchange.Storage.Revocations;

namespace TokenExchange.Server.Revocations;

/// <summary>What an administrator wants revoked, as they write it.</summary>
public sealed record RevocationInput
{
    /// <summary>The kind of thing: <c>token</c>, <c>delegation</c>, <c>session</c>, <c>agent</c>, <c>subject</c>, <c>issuer</c>, <c>resource</c> or <c>purpose</c>.</summary>
    public string Kind { get; init; } = string.Empty;

    /// <summary>Which one: <c>jti</c>, <c>txn</c>, <c>sid</c>, client id, <c>sub</c> of tokens, <c>iss</c> of assertions, URI, or purpose.</summary>
    public string Id { get; init; } = string.Empty;

    /// <summary>Why, for the record; null when it needs no words.</summary>
    public string? Reason { get; init; }

    /// <summary>What that names; only for input that was judged right.</summary>
    public Root ToRoot() => new(Enum.Parse<RootKind>(Kind, ignoreCase: true), Kind == "resource" ? ResourceIndicator.Parse(Id).Key : Id);
}

/// <summary>Judges <see cref="RevocationInput"/>.</summary>
public sealed class RevocationInputValidator : AbstractValidator<RevocationInput>
{
    private static readonly string[] s_kinds = [.. Enum.GetNames<RootKind>().Select(n => n.ToLowerInvariant())];

    /// <summary>Rules.</summary>
    public RevocationInputValidator()
    {
        RuleFor(i => i.Kind).Must(k => s_kinds.Contains(k, StringComparer.Ordinal)).WithMessage($"write one of {string.Join(", ", s_kinds)}");
        RuleFor(i => i.Id).Must(JsonClaims.IsIdentifier).When(i => i.Kind != "resource").WithMessage("write the id of what shall be revoked, at most 255 characters");
        RuleFor(i => i.Id).MaximumLength(64).When(i => i.Kind is "token" or "delegation" or "session").WithMessage("write the id as it stands in tokens and records, at most 64 characters");
        RuleFor(i => i.Id).Must(id => ResourceIndicator.TryParse(id, out _)).When(i => i.Kind == "resource").WithMessage("write the absolute URI of the resource");
        RuleFor(i => i.Reason).Must(r => r is null || (ConfigurationValidator.IsText(r, 500) && r.EnumerateRunes().All(JsonClaims.IsVisible))).WithMessage("write a few words in one line, at most 500 characters, or leave it out");
    }
}
