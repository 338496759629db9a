using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;
using TokenExchange.Core.Tokens;
using TokenExchange.Migrations.Sqlite;
using TokenExchange.Migrations.SqlServer;
using TokenExchange.Storage.Conventions;

namespace TokenExchange.Storage.Tests;

/// <summary>What holds for every table of each provider. The model alone is looked at: no database is needed.</summary>
public abstract class ModelTests(string instantType)
{
    protected abstract ExchangeDbContext CreateContext();

    [Fact]
    public void The_migrations_are_those_of_the_model()
    {
        using var db = CreateContext();

        db.Database.GetMigrations().ShouldNotBeEmpty();
        db.Database.HasPendingModelChanges().ShouldBeFalse();
    }

    [Fact]
    public void Instants_are_whole_numbers()
    {
        using var db = CreateContext();
        var instants = Columns(db).Where(p => (Nullable.GetUnderlyingType(p.ClrType) ?? p.ClrType) is var t && (t == typeof(DateTimeOffset) || t == typeof(DateTime))).ToList();

        instants.ShouldContain(p => p.ClrType == typeof(DateTimeOffset));
        instants.ShouldContain(p => p.ClrType == typeof(DateTimeOffset?));
        instants.ShouldContain(p => p.ClrType == typeof(DateTime?), "OpenIddict's");
        instants.Where(p => !string.Equals(p.GetColumnType(), instantType, StringComparison.Ordinal)).Select(Name).ShouldBeEmpty();
    }

    [Fact]
    public void Every_column_that_says_by_whom_holds_the_longest_caller()
    {
        using var db = CreateContext();
        var columns = Columns(db).Where(p => p.Name.EndsWith("By", StringComparison.Ordinal) || string.Equals(Name(p), "ExchangeRecordRow.ClientId", StringComparison.Ordinal)).ToList();

        columns.Select(Name).Order(StringComparer.Ordinal).ShouldBe(
        [
            "DelegationRow.EndedBy", "EventRow.By", "ExchangeRecordRow.ClientId", "PartyRevocationRow.RevokedBy", "PolicyDraftRow.CreatedBy", "PolicyDraftRow.UpdatedBy", "PolicySetRow.PublishedBy",
            "RevocationRow.RevokedBy",
        ]);
        columns.Where(p => p.GetMaxLength() != CallerIds.MaxLength).Select(Name).ShouldBeEmpty();
    }

    protected static IReadOnlyList<IProperty> Columns(ExchangeDbContext db) =>
        [.. db.GetService<IDesignTimeModel>().Model.GetEntityTypes().SelectMany(e => e.GetProperties())];

    protected static string Name(IProperty property) => $"{property.DeclaringType.DisplayName()}.{property.Name}";
}

public sealed class SqliteModelTests() : ModelTests("INTEGER")
{
    protected override ExchangeDbContext CreateContext()
    {
        var options = new DbContextOptionsBuilder<ExchangeDbContext>();
        options.UseSqliteStorage("Data Source=never-opened.db");
        return new ExchangeDbContext(options.Options);
    }
}

public sealed partial class SqlServerModelTests() : ModelTests("bigint")
{
    private const string Collation = "Latin1_General_100_BIN2";

    /// <summary>EF's own table, which it creates without our conventions: migration names are its business.</summary>
    private const string HistoryTable = "__EFMigrationsHistory";

    [Fact]
    public void Text_compares_by_code_point()
    {
        using var db = CreateContext();
        var texts = Columns(db).Where(p => p.GetColumnType().Contains("char", StringComparison.Ordinal)).ToList();

        texts.Count.ShouldBeGreaterThan(50);
        texts.Where(p => !string.Equals(p.GetCollation(), Collation, StringComparison.Ordinal)).Select(Name).ShouldBeEmpty();
    }

    [Fact]
    public void The_longest_resource_indicator_fits_where_resources_are_stored()
    {
        using var db = CreateContext();

        Columns(db).Single(p => string.Equals(Name(p), "ResourceRow.Key", StringComparison.Ordinal)).GetMaxLength().ShouldBe(ResourceIndicator.MaxLength);
        Columns(db).Single(p => string.Equals(Name(p), "ExchangeRecordRow.Resource", StringComparison.Ordinal)).GetMaxLength().ShouldBe(ResourceIndicator.MaxLength);
    }

    [Fact]
    public void Every_key_fits_into_an_index()
    {
        // SQL Server: 900 bytes for a clustered key, 1700 for another; what is longer fails when it is inserted, not before.
        using var db = CreateContext();
        var entities = db.GetService<IDesignTimeModel>().Model.GetEntityTypes().ToList();

        entities.Select(e => e.FindPrimaryKey()!).Where(k => Bytes(k.Properties) > 900).Select(k => k.GetName()).ShouldBeEmpty();
        entities.SelectMany(e => e.GetIndexes()).Where(i => Bytes(i.Properties) > 1700).Select(i => i.GetDatabaseName()).ShouldBeEmpty();

        static int Bytes(IEnumerable<IProperty> columns) => columns.Sum(c => c.ClrType != typeof(string) ? 8 : (c.GetMaxLength() ?? 450) * (c.IsUnicode() is false ? 1 : 2));
    }

    [Fact]
    public void The_script_creates_every_table_with_text_that_compares_by_code_point_and_without_merge()
    {
        using var db = CreateContext();

        var script = db.GetService<IMigrator>().GenerateScript(options: MigrationsSqlGenerationOptions.Idempotent);

        foreach (var entity in db.Model.GetEntityTypes())
        {
            script.ShouldContain($"CREATE TABLE [{entity.GetTableName()}]", Case.Sensitive);
        }

        // Some servers that speak TDS lack it.
        script.ShouldNotContain("MERGE", Case.Insensitive);
        var texts = TextColumn().Matches(script[(script.IndexOf($"CREATE TABLE [{HistoryTable}]", StringComparison.Ordinal) + HistoryTable.Length)..])
            .Select(m => m.Value)
            .Where(c => !c.StartsWith("[MigrationId]", StringComparison.Ordinal) && !c.StartsWith("[ProductVersion]", StringComparison.Ordinal))
            .ToList();
        texts.Count.ShouldBeGreaterThan(50);
        texts.Where(c => !c.Contains("COLLATE " + Collation, StringComparison.Ordinal)).ShouldBeEmpty();
    }

    protected override ExchangeDbContext CreateContext()
    {
        var options = new DbContextOptionsBuilder<ExchangeDbContext>();
        options.UseSqlServerStorage("Server=never-opened;Database=never-opened");
        return new ExchangeDbContext(options.Options);
    }

    [GeneratedRegex(@"\[\w+\] n?(?:var)?char\b[^\r\n]*", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TextColumn();
}
