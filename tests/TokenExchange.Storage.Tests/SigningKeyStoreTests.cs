using Microsoft.EntityFrameworkCore;
using TokenExchange.Storage.Audit;
using TokenExchange.Storage.Events;
using TokenExchange.Storage.Keys;
using TokenExchange.Storage.Tests.Databases;

namespace TokenExchange.Storage.Tests;

/// <summary>Nodes that need a key at the same time end up with the same one.</summary>
public abstract class SigningKeyStoreTests(DatabaseServer server) : StorageTests(server)
{
    private SigningKeyStore Store => Database.Keys;

    [Fact]
    public async Task Keys_are_read_newest_first_as_they_were_written()
    {
        var next = await NextGenerationAsync();
        StoredSigningKey[] keys = [Key(next + 1), Key(next), Key(next + 2)];
        foreach (var key in keys)
        {
            (await Store.TryAddAsync(key, null, Stop)).ShouldBeTrue();
        }

        Text((await Store.ReadAsync(Stop)).Take(3)).ShouldBe(Text(new[] { keys[2], keys[0], keys[1] }));
    }

    [Fact]
    public async Task A_generation_is_added_once()
    {
        var first = Key(await NextGenerationAsync());
        (await Store.TryAddAsync(first, null, Stop)).ShouldBeTrue();
        var (count, records) = ((await Store.ReadAsync(Stop)).Count, await Database.CountRecordsAsync(Stop));

        (await Store.TryAddAsync(Key(first.Generation), Some.Change(), Stop)).ShouldBeFalse();

        var keys = await Store.ReadAsync(Stop);
        keys.Count.ShouldBe(count);
        keys[0].KeyId.ShouldBe(first.KeyId);
        (await Database.CountRecordsAsync(Stop)).ShouldBe(records);
        (await Store.NewestAsync(Stop)).ShouldBe(first.Generation);
    }

    [Fact]
    public async Task The_newest_generation_of_no_keys_is_zero()
    {
        await using var empty = await EmptyAsync();

        (await empty.Keys.NewestAsync(Stop)).ShouldBe(0);
    }

    [Fact]
    public async Task A_key_comes_with_its_record()
    {
        var key = Key(await NextGenerationAsync());

        (await Store.TryAddAsync(key, Some.Record(RecordKind.Configuration, "key_rotated") with { Detail = key.KeyId }, Stop)).ShouldBeTrue();

        var record = (await Database.Ledger.ReadLatestAsync(1, Stop)).Single();
        (record.Kind, record.Reason, record.Detail).ShouldBe((RecordKind.Configuration, "key_rotated", key.KeyId));
    }

    [Fact]
    public async Task A_replacement_withdraws_all_earlier_keys_once_and_tells_relying_apps()
    {
        await using var database = await EmptyAsync();
        var (first, second, third) = (Key(1), Key(2), Key(3));
        await database.Keys.TryAddAsync(first, null, Stop);
        (await database.Keys.TryReplaceAsync(second, Some.Change() with { At = Some.Now.AddDays(7) }, Stop)).ShouldBeTrue();
        (await database.Keys.TryReplaceAsync(third, Some.Change() with { At = Some.Now.AddDays(8), ClientId = "ops" }, Stop)).ShouldBeTrue();

        Text(await database.Keys.ReadAsync(Stop)).ShouldBe(Text(new[] { third, second with { WithdrawnAt = Some.Now.AddDays(8) }, first with { WithdrawnAt = Some.Now.AddDays(7) } }));
        var told = (await database.Events.ReadAfterAsync(0, 10, Stop))[^1];
        (told.Sequence, told.Kind, told.At, told.By, told.PolicySetVersion).ShouldBe((2, EventKind.PoliciesChanged, Some.Now.AddDays(8), "ops", 0));
        (await database.CountRecordsAsync(Stop)).ShouldBe(2);
    }

    [Fact]
    public async Task A_replacement_that_comes_second_changes_nothing()
    {
        await using var database = await EmptyAsync();
        await database.Keys.TryAddAsync(Key(1), null, Stop);
        await database.Keys.TryAddAsync(Key(2), null, Stop);

        (await database.Keys.TryReplaceAsync(Key(2), Some.Change(), Stop)).ShouldBeFalse();

        (await database.Keys.ReadAsync(Stop)).Select(k => (k.Generation, k.WithdrawnAt)).ShouldBe([(2, null), (1, null)]);
        (await database.CountRecordsAsync(Stop)).ShouldBe(0);
        (await database.Events.LastAsync(Stop)).ShouldBe(0);
    }

    [Fact]
    public async Task Of_ten_replacements_at_once_one_succeeds()
    {
        await using var database = await EmptyAsync();
        await database.Keys.TryAddAsync(Key(1), null, Stop);

        (await AtOnceAsync(10, _ => database.Keys.TryReplaceAsync(Key(2), Some.Change(), Stop))).Count(done => done).ShouldBe(1);

        (await database.Keys.ReadAsync(Stop)).Select(k => (k.Generation, k.WithdrawnAt is null)).ShouldBe([(2, true), (1, false)]);
        (await database.CountRecordsAsync(Stop)).ShouldBe(1);
    }

    [Fact]
    public async Task Exactly_the_named_keys_are_deleted()
    {
        await using var database = await EmptyAsync();
        StoredSigningKey[] keys = [Key(1), Key(2), Key(3)];
        foreach (var key in keys)
        {
            await database.Keys.TryAddAsync(key, null, Stop);
        }

        (await database.Keys.DeleteAsync([keys[0].KeyId, keys[1].KeyId, Some.Id()], Stop)).ShouldBe(2);
        (await database.Keys.DeleteAsync([], Stop)).ShouldBe(0);

        (await database.Keys.ReadAsync(Stop)).Single().KeyId.ShouldBe(keys[2].KeyId);
    }

    [Fact]
    public async Task Of_ten_nodes_that_add_a_generation_at_once_one_succeeds()
    {
        var next = await NextGenerationAsync();

        var added = await AtOnceAsync(10, _ => Store.TryAddAsync(Key(next), null, Stop));

        added.Count(a => a).ShouldBe(1);
        (await Store.ReadAsync(Stop)).Count(k => k.Generation == next).ShouldBe(1);
    }

    [Fact]
    public async Task A_key_id_given_to_two_generations_is_a_fault()
    {
        var first = Key(await NextGenerationAsync());
        await Store.TryAddAsync(first, null, Stop);

        await Should.ThrowAsync<DbUpdateException>(() => Store.TryAddAsync(first with { Generation = first.Generation + 1 }, null, Stop));
    }

    private static StoredSigningKey Key(int generation) =>
        new(Some.Id(), generation, "ES256", [0, .. Enumerable.Range(0, 10_000).Select(i => (byte)i)], Some.Now.AddDays(generation), Some.Now.AddDays(generation).AddMinutes(10));

    private async Task<TestDatabase> EmptyAsync()
    {
        var database = await Server.CreateEmptyAsync();
        await database.Schema.MigrateAsync(Stop);
        return database;
    }

    private async Task<int> NextGenerationAsync() => (await Store.ReadAsync(Stop)).Select(k => k.Generation).FirstOrDefault() + 1;
}

[Collection(OnSqlite.Name)]
public sealed class SqliteSigningKeyStoreTests(SqliteServer server) : SigningKeyStoreTests(server);

[Collection(OnSqlServer.Name)]
public sealed class SqlServerSigningKeyStoreTests(SqlServerServer server) : SigningKeyStoreTests(server);
