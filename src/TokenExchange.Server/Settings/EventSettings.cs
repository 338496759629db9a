using FluentValidation;

namespace TokenExchange.Server.Settings;

/// <summary>The section <c>Events</c>.</summary>
public sealed class EventSettings
{
    /// <summary>Section name.</summary>
    public const string Section = "Events";

    /// <summary>How long events are kept.</summary>
    [Setting("How long events are kept for receivers that have not taken them. A stream that falls further behind is deleted; its receiver makes a new one. `d.hh:mm:ss`, 2 hours to 30 days.",
        Default = "`1.00:00:00`")]
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How long a stream stays that nobody polls.</summary>
    [Setting("How long a stream of events stays that is polled and of whose receiver nothing is heard. `hh:mm:ss`, 1 minute to `Events:Retention`.", Default = "`01:00:00`")]
    public TimeSpan InactivityTimeout { get; set; } = TimeSpan.FromHours(1);
}

/// <summary>Judges <see cref="EventSettings"/>.</summary>
public sealed class EventSettingsValidator : AbstractValidator<EventSettings>
{
    /// <summary>Rules.</summary>
    public EventSettingsValidator()
    {
        // More than the hour a token lives at most: what is still in force is always there for a new stream.
        RuleFor(s => s.Retention).InclusiveBetween(TimeSpan.FromHours(2), TimeSpan.FromDays(30))
            .WithMessage("Events:Retention is '{PropertyValue}': write a duration from 02:00:00 to 30.00:00:00.");
        RuleFor(s => s.InactivityTimeout).Must((s, timeout) => timeout >= TimeSpan.FromMinutes(1) && timeout <= s.Retention)
            .WithMessage("Events:InactivityTimeout is '{PropertyValue}': write a duration from 00:01:00 to that of Events:Retention.");
    }
}
