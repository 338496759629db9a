using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace TokenExchange.Storage.Conventions;

/// <summary>What holds for every table: instants are UTC ticks, and text compares by code point on every provider.</summary>
internal static class StorageConventions
{
    private const string SqlServerProvider = "Microsoft.EntityFrameworkCore.SqlServer";

    // SQL Server's usual default ignores case: two client ids differing in case would be one.
    private const string SqlServerCollation = "Latin1_General_100_BIN2";

    public static void UseUtcTicks(this ModelConfigurationBuilder builder)
    {
        builder.Properties<DateTimeOffset>().HaveConversion<InstantConverter>();
        builder.Properties<DateTime>().HaveConversion<DateTimeConverter>();
    }

    public static void UseOrdinalText(this ModelBuilder builder, string? provider)
    {
        if (provider is not SqlServerProvider)
        {
            return;
        }

        foreach (var property in builder.Model.GetEntityTypes().SelectMany(e => e.GetProperties()).Where(p => p.ClrType == typeof(string)))
        {
            property.SetCollation(SqlServerCollation);
        }
    }

    private sealed class InstantConverter() : ValueConverter<DateTimeOffset, long>(i => i.UtcTicks, t => new DateTimeOffset(t, TimeSpan.Zero));

    private sealed class DateTimeConverter() : ValueConverter<DateTime, long>(d => d.ToUniversalTime().Ticks, t => new DateTime(t, DateTimeKind.Utc));
}
