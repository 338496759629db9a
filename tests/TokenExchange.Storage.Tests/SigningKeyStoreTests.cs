using Microsoft.EntityFrameworkCore;
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
            (await Store.TryAddAsync(key, Stop)).ShouldBeTrue();
        }

        Text((await Store.ReadAsync(Stop)).Take(3)).ShouldBe(Text(new[] { keys[2], keys[0], keys[1] }));
    }

    [Fact]
    public async Task A_generation_is_added_once()
    {
        var first = Key(await NextGenerationAsync());
        (await Store.TryAddAsync(first, Stop)).ShouldBeTrue();
        var count = (await Store.ReadAsync(Stop)).Count;

        (await Store.TryAddAsync(Key(first.Generation), Stop)).ShouldBeFalse();

        var keys = await Store.ReadAsync(Stop);
        keys.Count.ShouldBe(count);
        keys[0].KeyId.ShouldBe(first.KeyId);
    }

    [Fact]
    public async Task Of_ten_nodes_that_add_a_generation_at_once_one_succeeds()
    {
        var next = await NextGenerationAsync();

        var added = await AtOnceAsync(10, _ => Store.TryAddAsync(Key(next), Stop));

        added.Count(a => a).ShouldBe(1);
        (await Store.ReadAsync(Stop)).Count(k => k.Generation == next).ShouldBe(1);
    }

    [Fact]
    public async Task A_key_id_given_to_two_generations_is_a_fault()
    {
        var first = Key(await NextGenerationAsync());
        await Store.TryAddAsync(first, Stop);

        await Should.ThrowAsync<DbUpdateException>(() => Store.TryAddAsync(first with { Generation = first.Generation + 1 }, Stop));
    }

    private static StoredSigningKey Key(int generation) =>
        new(Some.Id(), generation, "ES256", [0, .. Enumerable.Range(0, 10_000).Select(i => (byte)i)], Some.Now.AddDays(generation));

    private async Task<int> NextGenerationAsync() => (await Store.ReadAsync(Stop)).Select(k => k.Generation).FirstOrDefault() + 1;
}

[Collection(OnSqlite.Name)]
public sealed class SqliteSigningKeyStoreTests(SqliteServer server) : SigningKeyStoreTests(server);

[Collection(OnSqlServer.Name)]
public sealed class SqlServerSigningKeyStoreTests(SqlServerServer server) : SigningKeyStoreTests(server);
