using FluentValidation;

namespace TokenExchange.Server.Simulation;

/// <summary>Which records shall be asked again, and of which policy set.</summary>
public sealed record ReplayInput : PolicyChoice
{
    /// <summary>The most that one replay goes through.</summary>
    public const int Most = 1_000_000;

    /// <summary>How many of the last exchanges that policy was asked about; 1 to 1,000,000, default 10,000.</summary>
    public int Last { get; init; } = 10_000;
}

/// <summary>Judges <see cref="ReplayInput"/>.</summary>
internal sealed class ReplayInputValidator : AbstractValidator<ReplayInput>
{
    public ReplayInputValidator()
    {
        Include(new PolicyChoiceValidator());
        RuleFor(i => i.Last).InclusiveBetween(1, ReplayInput.Most).WithMessage($"write a number from 1 to {ReplayInput.Most}");
    }
}
