using FluentValidation;

namespace TokenExchange.Server.Settings;

/// <summary>The section <c>Exchange</c>.</summary>
public sealed class ExchangeSettings
{
    /// <summary>Section name.</summary>
    public const string Section = "Exchange";

    /// <summary>This server's issuer.</summary>
    [Setting("This server's issuer identifier, an exact string: scheme, host and port, without path and without trailing slash. https only, except in Development.",
        Default = "`http://localhost:5080` in Development; otherwise it must be set")]
    public string Issuer { get; set; } = string.Empty;

    /// <summary>A configuration file applied at start.</summary>
    [Setting("Path of a configuration file to apply at start, as `apply` does.")]
    public string? Apply { get; set; }

    /// <summary>How far clocks may differ.</summary>
    [Setting("How far the clocks of issuers and clients may run ahead of ours when `iat` and `nbf` are judged. `hh:mm:ss`, 0 to 1 minute. Expiry knows no leniency.",
        Default = "`00:00:05`")]
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(5);
}

/// <summary>Judges <see cref="ExchangeSettings"/>.</summary>
public sealed class ExchangeSettingsValidator : AbstractValidator<ExchangeSettings>
{
    /// <summary>Rules.</summary>
    public ExchangeSettingsValidator(IHostEnvironment environment)
    {
        RuleFor(s => s.Issuer).Cascade(CascadeMode.Stop)
            .NotEmpty().WithMessage("Exchange:Issuer is not set: write the https address under which this server is reached, e.g. https://exchange.example.")
            .Must(IsOrigin).WithMessage("Exchange:Issuer is '{PropertyValue}': write scheme, host and port only, e.g. https://exchange.example, in lower case, without path and trailing slash.")
            .Must(i => environment.IsDevelopment() || i.StartsWith("https://", StringComparison.Ordinal))
            .WithMessage("Exchange:Issuer is '{PropertyValue}': outside Development it must be an https address.");
        RuleFor(s => s.ClockSkew).InclusiveBetween(TimeSpan.Zero, TimeSpan.FromMinutes(1))
            .WithMessage("Exchange:ClockSkew is '{PropertyValue}': write a duration from 00:00:00 to 00:01:00.");
        RuleFor(s => s.Apply).Must(path => path is null || File.Exists(path))
            .WithMessage("Exchange:Apply is '{PropertyValue}': there is no such file; write the path of a configuration file or leave it out.");
    }

    private static bool IsOrigin(string issuer) =>
        Uri.TryCreate(issuer, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http"
        && string.Equals(uri.GetLeftPart(UriPartial.Authority), issuer, StringComparison.Ordinal);
}
