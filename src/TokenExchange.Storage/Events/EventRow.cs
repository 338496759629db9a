using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TokenExchange.Core.Tokens;
using TokenExchange.Storage.Conventions;
using TokenExchange.Storage.Revocations;

namespace TokenExchange.Storage.Events;

/// <summary>One event. Meanings: <see cref="SecurityEvent"/>. Never changed; deleted when it is old.</summary>
internal sealed class EventRow
{
    public long Sequence { get; set; }

    public DateTimeOffset At { get; set; }

    public EventKind Kind { get; set; }

    public RootKind? RootKind { get; set; }

    public string? RootId { get; set; }

    public required string By { get; set; }

    public long? PolicySetVersion { get; set; }

    public string? StreamId { get; set; }

    public string? State { get; set; }

    public static EventRow From(SecurityEvent told) => new()
    {
        Sequence = told.Sequence, At = told.At, Kind = told.Kind, RootKind = told.Root?.Kind, RootId = told.Root?.Id, By = told.By,
        PolicySetVersion = told.PolicySetVersion, StreamId = told.StreamId, State = told.State,
    };

    public SecurityEvent ToEvent() => new()
    {
        Sequence = Sequence, At = At, Kind = Kind, Root = RootKind is { } kind ? new Root(kind, RootId!) : null, By = By,
        PolicySetVersion = PolicySetVersion, StreamId = StreamId, State = State,
    };
}

/// <summary>The one row that says how many events there have been.</summary>
internal sealed class EventStateRow
{
    public const int OnlyId = 1;

    public int Id { get; set; } = OnlyId;

    /// <summary>Sequence of the latest event; 0 before the first. Whoever raises it keeps others from doing so until what it tells of is committed.</summary>
    public long Last { get; set; }
}

internal sealed class EventConfiguration : IEntityTypeConfiguration<EventRow>, IEntityTypeConfiguration<EventStateRow>
{
    public void Configure(EntityTypeBuilder<EventRow> builder)
    {
        builder.ToTable("Events").HasKey(e => e.Sequence);
        builder.Property(e => e.Sequence).ValueGeneratedNever();
        builder.Property(e => e.RootId).HasMaxLength(ResourceIndicator.MaxLength);
        builder.Property(e => e.By).HasMaxLength(CallerIds.MaxLength);
        builder.Property(e => e.StreamId).HasMaxLength(64);
        builder.Property(e => e.State).HasMaxLength(EventStream.MaxState);
        builder.HasIndex(e => e.At);
    }

    public void Configure(EntityTypeBuilder<EventStateRow> builder)
    {
        builder.ToTable("EventStates").HasKey(s => s.Id);
        builder.Property(s => s.Id).ValueGeneratedNever();
        builder.HasData(new EventStateRow { Last = 0 });
    }
}
