using TokenExchange.Storage.Tests.Databases;

namespace TokenExchange.Storage.Tests;

/// <summary>A node can tell whether the database fits it, and make it fit.</summary>
public abstract class SchemaTests(DatabaseServer server) : StorageTests(server)
{
    [Fact]
    public async Task An_empty_database_lacks_migrations_and_a_migrated_one_lacks_none()
    {
        await using var database = await Server.CreateEmptyAsync();
        (await database.Schema.PendingAsync(Stop)).ShouldNotBeEmpty();

        await database.Schema.MigrateAsync(Stop);

        (await database.Schema.PendingAsync(Stop)).ShouldBeEmpty();
        (await database.Configuration.VersionAsync(Stop)).ShouldBe(0);
        var stored = await database.Configuration.ReadAsync(Stop);
        stored.PolicySetVersion.ShouldBe(0);
        Text(stored.Content).ShouldBe(Text(Some.Nothing()));
        (await database.Ledger.ReadLatestAsync(1, Stop)).ShouldBeEmpty();
        (await database.Keys.ReadAsync(Stop)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Migrating_again_changes_nothing()
    {
        await using var database = await Server.CreateEmptyAsync();
        await database.Schema.MigrateAsync(Stop);
        await database.Configuration.ReplaceAsync(0, Some.Everything(), Some.Change(), Stop);

        await database.Schema.MigrateAsync(Stop);

        (await database.Schema.PendingAsync(Stop)).ShouldBeEmpty();
        Text((await database.Configuration.ReadAsync(Stop)).Content).ShouldBe(Text(Some.Everything()));
    }

    [Fact]
    public async Task Nodes_that_migrate_at_once_do_not_stand_in_each_others_way()
    {
        await using var database = await Server.CreateEmptyAsync();

        await AtOnceAsync(4, async _ =>
        {
            await database.Schema.MigrateAsync(Stop);
            return true;
        });

        (await database.Schema.PendingAsync(Stop)).ShouldBeEmpty();
        (await database.Configuration.VersionAsync(Stop)).ShouldBe(0);
    }
}

[Collection(OnSqlite.Name)]
public sealed class SqliteSchemaTests(SqliteServer server) : SchemaTests(server);

[Collection(OnSqlServer.Name)]
public sealed class SqlServerSchemaTests(SqlServerServer server) : SchemaTests(server);
