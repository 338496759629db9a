using Microsoft.EntityFrameworkCore;
using TokenExchange.Storage.Audit;
using TokenExchange.Storage.Delegations;
using TokenExchange.Storage.Tests.Databases;

namespace TokenExchange.Storage.Tests;

/// <summary>One agent acting for one session under one purpose is one delegation, however many requests start it.</summary>
public abstract class DelegationStoreTests(DatabaseServer server) : StorageTests(server)
{
    private DelegationStore Store => Database.Delegations;

    [Fact]
    public async Task A_delegation_is_found_by_its_key_as_it_was_started()
    {
        var delegation = Some.Delegation();

        (await Store.StartAsync(delegation, Stop)).ShouldBe(delegation);

        (await Store.FindAsync(delegation.Key, Stop)).ShouldBe(delegation);
    }

    [Fact]
    public async Task A_key_that_differs_only_in_case_is_another_delegation()
    {
        var key = Some.Id();
        var lower = await Store.StartAsync(Some.Delegation("k" + key), Stop);
        var upper = await Store.StartAsync(Some.Delegation("K" + key), Stop);

        upper.Id.ShouldNotBe(lower.Id, StringComparer.Ordinal);
        (await Store.FindAsync("K" + key, Stop)).ShouldBe(upper);
    }

    [Fact]
    public async Task Started_again_it_is_the_one_that_was_there()
    {
        var first = await Store.StartAsync(Some.Delegation(), Stop);

        (await Store.StartAsync(Some.Delegation(first.Key) with { StartedAt = Some.Now.AddHours(1) }, Stop)).ShouldBe(first);
    }

    [Fact]
    public async Task Twenty_started_at_once_with_one_key_are_one()
    {
        var key = Some.Id();

        var started = await AtOnceAsync(20, _ => Store.StartAsync(Some.Delegation(key), Stop));

        started.Distinct().ShouldBe([(await Store.FindAsync(key, Stop))!]);
    }

    [Fact]
    public async Task An_id_given_to_two_delegations_is_a_fault()
    {
        var first = await Store.StartAsync(Some.Delegation(), Stop);

        await Should.ThrowAsync<DbUpdateException>(() => Store.StartAsync(Some.Delegation() with { Id = first.Id }, Stop));
    }

    [Fact]
    public async Task Every_member_of_a_token_is_read_as_it_was_written()
    {
        var delegation = await Store.StartAsync(Some.Delegation(), Stop);
        var token = Some.Token(delegation, Enumerable.Range(0, IssuedToken.MaxAncestors).Select(_ => Some.Id()).ToArray());

        await Database.Ledger.CommitAsync(Some.Record(), token, use: null, Stop);

        var found = (await Store.FindTokenAsync(token.Id, Stop)).ShouldNotBeNull();
        Text(found).ShouldBe(Text(token));
        found.Roots.ShouldBe(token.Roots);
        found.SubjectClaims["roles"].ShouldBeEmpty("a claim that was there without a value is not a claim that was not there");
        found.SubjectClaims.ContainsKey("Roles").ShouldBeFalse();
    }

    [Fact]
    public async Task A_token_of_the_first_hop_without_claims_has_neither_ancestors_nor_claims()
    {
        var token = Some.Token(await Store.StartAsync(Some.Delegation(), Stop)) with { SubjectClaims = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) };

        await Database.Ledger.CommitAsync(Some.Record(), token, use: null, Stop);

        var found = (await Store.FindTokenAsync(token.Id, Stop)).ShouldNotBeNull();
        found.Ancestors.ShouldBeEmpty();
        found.SubjectClaims.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_was_never_stored_is_not_found()
    {
        (await Store.FindAsync(Some.Id(), Stop)).ShouldBeNull();
        (await Store.FindTokenAsync(Some.Id(), Stop)).ShouldBeNull();
        (await Store.FindTokenAsync("'; --", Stop)).ShouldBeNull();
        (await Store.FindTokenAsync(string.Empty, Stop)).ShouldBeNull();
        (await Store.FindTokenAsync(new string('x', 10_000), Stop)).ShouldBeNull();
    }
}

[Collection(OnSqlite.Name)]
public sealed class SqliteDelegationStoreTests(SqliteServer server) : DelegationStoreTests(server);

[Collection(OnSqlServer.Name)]
public sealed class SqlServerDelegationStoreTests(SqlServerServer server) : DelegationStoreTests(server);
