using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Metadata;

namespace TokenExchange.Shared;

/// <summary>
/// Refuses to save what is longer than its column: SQLite, on which most tests run, takes a text of any length, and SQL Server fails with an error (2628) in
/// production. It sees what is saved as rows; statements that update without reading pass it by.
/// </summary>
internal sealed class LengthGuard : SaveChangesInterceptor
{
    public static LengthGuard Instance { get; } = new();

    public override InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
    {
        Check(eventData.Context!);
        return result;
    }

    public override ValueTask<InterceptionResult<int>> SavingChangesAsync(DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        Check(eventData.Context!);
        return ValueTask.FromResult(result);
    }

    private static void Check(DbContext db)
    {
        foreach (var value in db.ChangeTracker.Entries().Where(e => e.State is EntityState.Added or EntityState.Modified).SelectMany(e => e.Properties))
        {
            if (value.Metadata.GetMaxLength() is { } most && LengthOf(value.Metadata, value.CurrentValue) is var length && length > most)
            {
                // Never the value: it may be a secret, and this stands in the output of tests.
                throw new InvalidOperationException($"{value.Metadata.DeclaringType.DisplayName()}.{value.Metadata.Name} holds {most}, and {length} were to be written.");
            }
        }
    }

    // As it is stored. SQL Server counts UTF-16, as .NET does.
    private static int LengthOf(IProperty property, object? value) => (property.GetTypeMapping().Converter is { } converter ? converter.ConvertToProvider(value) : value) switch
    {
        string text => text.Length,
        byte[] bytes => bytes.Length,
        _ => 0,
    };
}
