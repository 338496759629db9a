using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace TokenExchange.Storage.Events;

/// <summary>One stream. Meanings: <see cref="EventStream"/>.</summary>
internal sealed class EventStreamRow
{
    public required string Id { get; set; }

    public required string ClientId { get; set; }

    public EventDelivery Delivery { get; set; }

    public string? Endpoint { get; set; }

    public byte[]? ProtectedAuthorization { get; set; }

    public string? Description { get; set; }

    /// <summary>Separated by spaces; null means all.</summary>
    public string? EventsRequested { get; set; }

    public StreamStatus Status { get; set; }

    public string? StatusReason { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset LastSeenAt { get; set; }

    /// <summary>When its receiver last wanted to see that it works.</summary>
    public DateTimeOffset? VerifiedAt { get; set; }

    public long AckedThrough { get; set; }

    /// <summary>Separated by spaces, in order.</summary>
    public required string AckedBeyond { get; set; }

    public long Version { get; set; }

    public static EventStreamRow From(EventStream stream) => new()
    {
        Id = stream.Id, ClientId = stream.ClientId, Delivery = stream.Delivery, Endpoint = stream.Endpoint, ProtectedAuthorization = stream.ProtectedAuthorization?.ToArray(),
        Description = stream.Description, EventsRequested = stream.EventsRequested is { } events ? string.Join(' ', events) : null, Status = stream.Status,
        StatusReason = stream.StatusReason, CreatedAt = stream.CreatedAt, LastSeenAt = stream.LastSeenAt, AckedThrough = stream.AckedThrough,
        AckedBeyond = string.Join(' ', stream.AckedBeyond), Version = stream.Version,
    };

    public EventStream ToStream() => new()
    {
        Id = Id, ClientId = ClientId, Delivery = Delivery, Endpoint = Endpoint, ProtectedAuthorization = ProtectedAuthorization, Description = Description,
        EventsRequested = EventsRequested?.Split(' ', StringSplitOptions.RemoveEmptyEntries), Status = Status, StatusReason = StatusReason, CreatedAt = CreatedAt,
        LastSeenAt = LastSeenAt, AckedThrough = AckedThrough,
        AckedBeyond = [.. AckedBeyond.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(s => long.Parse(s, CultureInfo.InvariantCulture))], Version = Version,
    };
}

internal sealed class EventStreamConfiguration : IEntityTypeConfiguration<EventStreamRow>
{
    public void Configure(EntityTypeBuilder<EventStreamRow> builder)
    {
        builder.ToTable("EventStreams").HasKey(s => s.Id);
        builder.Property(s => s.Id).HasMaxLength(64);
        builder.Property(s => s.ClientId).HasMaxLength(255);
        builder.Property(s => s.Endpoint).HasMaxLength(EventStream.MaxEndpoint);
        builder.Property(s => s.Description).HasMaxLength(EventStream.MaxText);
        builder.Property(s => s.StatusReason).HasMaxLength(EventStream.MaxText);
        builder.HasIndex(s => s.ClientId);
    }
}
