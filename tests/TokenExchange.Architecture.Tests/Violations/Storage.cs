using Microsoft.EntityFrameworkCore;

namespace TokenExchange.Architecture.Tests.Violations.Storage;

internal sealed class ExchangeRow
{
    public long Id { get; init; }
}

internal sealed class SomeAccount
{
    public string? PasswordHash { get; init; }
}

internal sealed class Store(DbContext context)
{
    public IQueryable<ExchangeRow> Rows => context.Set<ExchangeRow>();
}

internal static class RowProcessor;
