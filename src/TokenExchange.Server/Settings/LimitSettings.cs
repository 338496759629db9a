using FluentValidation;

namespace TokenExchange.Server.Settings;

/// <summary>The section <c>Limits</c>.</summary>
public sealed class LimitSettings
{
    /// <summary>Section name.</summary>
    public const string Section = "Limits";

    /// <summary>For one address.</summary>
    [Setting("Requests per second that one address (of IPv6: one /64 network) may send in the long run; for a moment twice as many. Beyond, 429 with `Retry-After`. 0 to 1000000; 0: no limit.",
        Default = "`200`")]
    public int RequestsPerSecondPerAddress { get; set; } = 200;

    /// <summary>For one client.</summary>
    [Setting("The same for one authenticated client, on each node.", Default = "`200`")]
    public int RequestsPerSecondPerClient { get; set; } = 200;
}

/// <summary>Judges <see cref="LimitSettings"/>.</summary>
public sealed class LimitSettingsValidator : AbstractValidator<LimitSettings>
{
    /// <summary>Rules.</summary>
    public LimitSettingsValidator()
    {
        RuleFor(s => s.RequestsPerSecondPerAddress).InclusiveBetween(0, 1_000_000)
            .WithMessage("Limits:RequestsPerSecondPerAddress is '{PropertyValue}': write a number from 0 to 1000000; 0 means no limit.");
        RuleFor(s => s.RequestsPerSecondPerClient).InclusiveBetween(0, 1_000_000)
            .WithMessage("Limits:RequestsPerSecondPerClient is '{PropertyValue}': write a number from 0 to 1000000; 0 means no limit.");
    }
}
