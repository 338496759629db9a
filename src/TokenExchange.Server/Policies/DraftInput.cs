using FluentValidation;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Tokens;
using TokenExchange.Server.Configuration;

namespace TokenExchange.Server.Policies;

/// <summary>A draft to begin, as people write it. Without content and version it begins with what is published.</summary>
public sealed record DraftInput
{
    /// <summary>What it is about; one line, at most 200 characters.</summary>
    public string Title { get; init; } = string.Empty;

    /// <summary>An earlier version to go back to.</summary>
    public long? FromVersion { get; init; }

    /// <summary>All purposes there would be; only together with policies.</summary>
    public IReadOnlyList<PurposeDefinition>? Purposes { get; init; }

    /// <summary>All policies there would be; only together with purposes.</summary>
    public IReadOnlyList<PolicyDefinition>? Policies { get; init; }
}

/// <summary>A draft to write anew, as people write it: all of it.</summary>
public sealed record DraftReplacement
{
    /// <summary>What it is about; one line, at most 200 characters.</summary>
    public string Title { get; init; } = string.Empty;

    /// <summary>The version published now, to say that what it changed was looked at; null leaves it as it is.</summary>
    public long? BasedOn { get; init; }

    /// <summary>All purposes there would be.</summary>
    public IReadOnlyList<PurposeDefinition>? Purposes { get; init; }

    /// <summary>All policies there would be.</summary>
    public IReadOnlyList<PolicyDefinition>? Policies { get; init; }
}

/// <summary>A publication, as people write it.</summary>
public sealed record PublicationInput
{
    /// <summary>What to remember about this version; null when it needs no words. One line, at most 500 characters.</summary>
    public string? Note { get; init; }
}

/// <summary>Judges <see cref="DraftInput"/>.</summary>
public sealed class DraftInputValidator : AbstractValidator<DraftInput>
{
    /// <summary>What is said of a title that is none.</summary>
    internal const string TitleExpected = "write a few words in one line, at most 200 characters";

    /// <summary>Rules.</summary>
    public DraftInputValidator()
    {
        RuleFor(i => i.Title).Must(t => IsLine(t, 200)).WithMessage(TitleExpected);
        RuleFor(i => i.FromVersion).Must((i, version) => version is null || (i.Purposes is null && i.Policies is null)).WithMessage("give fromVersion, or purposes and policies, or none of them");
        RuleFor(i => i.Purposes).Must((i, purposes) => purposes is null == i.Policies is null).WithMessage("give purposes and policies, or neither");
    }

    /// <summary>Words in one line.</summary>
    internal static bool IsLine(string text, int longest) => ConfigurationValidator.IsText(text, longest) && text.EnumerateRunes().All(JsonClaims.IsVisible);
}

/// <summary>Judges <see cref="DraftReplacement"/>.</summary>
public sealed class DraftReplacementValidator : AbstractValidator<DraftReplacement>
{
    /// <summary>Rules.</summary>
    public DraftReplacementValidator()
    {
        RuleFor(i => i.Title).Must(t => DraftInputValidator.IsLine(t, 200)).WithMessage(DraftInputValidator.TitleExpected);
        RuleFor(i => i.Purposes).NotNull().WithMessage("write all purposes there would be");
        RuleFor(i => i.Policies).NotNull().WithMessage("write all policies there would be");
    }
}

/// <summary>Judges <see cref="PublicationInput"/>.</summary>
public sealed class PublicationInputValidator : AbstractValidator<PublicationInput>
{
    /// <summary>Rules.</summary>
    public PublicationInputValidator() =>
        RuleFor(i => i.Note).Must(n => n is null || DraftInputValidator.IsLine(n, 500)).WithMessage("write a few words in one line, at most 500 characters, or leave it out");
}
