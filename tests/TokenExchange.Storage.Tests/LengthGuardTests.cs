using TokenExchange.Storage.Tests.Databases;

namespace TokenExchange.Storage.Tests;

/// <summary>That the tests on SQLite notice what SQL Server would refuse.</summary>
[Collection(OnSqlite.Name)]
public sealed class LengthGuardTests(SqliteServer server) : StorageTests(server)
{
    [Fact]
    public async Task What_is_longer_than_its_column_is_not_saved()
    {
        var name = Some.Id() + Some.Id();

        (await Database.Leases.TryTakeAsync(name, "a", Some.Now, TimeSpan.FromMinutes(1), Stop)).ShouldBeTrue("64 characters fit");
        (await Should.ThrowAsync<InvalidOperationException>(() => Database.Leases.TryTakeAsync(name + "x", "a", Some.Now, TimeSpan.FromMinutes(1), Stop)))
            .Message.ShouldBe("LeaseRow.Name holds 64, and 65 were to be written.");
    }
}
