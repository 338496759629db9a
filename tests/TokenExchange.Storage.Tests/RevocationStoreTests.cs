using TokenExchange.Storage.Audit;
using TokenExchange.Storage.Delegations;
using TokenExchange.Storage.Revocations;
using TokenExchange.Storage.Tests.Databases;

namespace TokenExchange.Storage.Tests;

/// <summary>Dead root, dead tree: a token has ended as soon as anything it hangs below has.</summary>
public abstract class RevocationStoreTests(DatabaseServer server) : StorageTests(server)
{
    private RevocationStore Store => Database.Revocations;

    [Requirement("RFC 7009", "2.1", "What was derived from a token ends with it")]
    [Theory]
    [MemberData(nameof(ExchangeLedgerTests.RootNames), MemberType = typeof(ExchangeLedgerTests))]
    public async Task A_token_ends_with_each_of_its_roots(string root)
    {
        var token = Token();
        (await Store.AnyAsync(token.Roots, token.LentAt, Stop)).ShouldBeFalse();

        await Store.RevokeAsync(ExchangeLedgerTests.RootOf(token, root), "admin", Some.Revocation(), Stop);

        (await Store.AnyAsync(token.Roots, token.LentAt, Stop)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_token_outlives_what_it_does_not_hang_below()
    {
        var token = Token();
        var child = Some.Token(token.Delegation, [.. token.Ancestors, token.Id]);

        await Store.RevokeAsync(Root.Token(child.Id), "admin", Some.Revocation(), Stop);
        await Store.RevokeAsync(Root.Token(Some.Id()), "admin", Some.Revocation(), Stop);
        await Store.RevokeAsync(Root.Delegation(Some.Id()), "admin", Some.Revocation(), Stop);
        await Store.RevokeAsync(Root.Session(Some.Id()), "admin", Some.Revocation(), Stop);

        (await Store.AnyAsync(token.Roots, token.LentAt, Stop)).ShouldBeFalse();
        (await Store.AnyAsync(child.Roots, child.LentAt, Stop)).ShouldBeTrue();
    }

    [Fact]
    public async Task Kinds_of_roots_do_not_mix_and_case_counts()
    {
        var token = Token();

        await Store.RevokeAsync(Root.Session(token.Id), "admin", Some.Revocation(), Stop);
        await Store.RevokeAsync(Root.Token(token.Delegation.Id), "admin", Some.Revocation(), Stop);
        await Store.RevokeAsync(Root.Delegation(token.Delegation.Session), "admin", Some.Revocation(), Stop);
        await Store.RevokeAsync(Root.Token(token.Id.ToUpperInvariant() + "A"), "admin", Some.Revocation(), Stop);

        (await Store.AnyAsync(token.Roots, token.LentAt, Stop)).ShouldBeFalse();
        (await Store.AnyAsync([Root.Token(token.Id.ToUpperInvariant() + "a")], Some.Now, Stop)).ShouldBeFalse();
    }

    [Fact]
    public async Task Nothing_has_not_been_revoked() => (await Store.AnyAsync([], Some.Now, Stop)).ShouldBeFalse();

    [Fact]
    public async Task A_token_with_the_longest_line_of_descent_ends_with_its_first_ancestor()
    {
        var token = Some.Token(Some.Delegation(), Enumerable.Range(0, IssuedToken.MaxAncestors).Select(_ => Some.Id()).ToArray());
        (await Store.AnyAsync(token.Roots, token.LentAt, Stop)).ShouldBeFalse();

        await Store.RevokeAsync(Root.Token(token.Ancestors[0]), "admin", Some.Revocation(), Stop);

        (await Store.AnyAsync(token.Roots, token.LentAt, Stop)).ShouldBeTrue();
    }

    [Requirement("RFC 7662", "4", "Revoked tokens are not active, at once")]
    [Requirement("RFC 7009", "2.1", "A revocation holds at once")]
    [Fact]
    public async Task A_revocation_is_seen_by_other_nodes_at_once_and_by_those_that_start_later()
    {
        var token = Token();
        await using var running = Database.OtherNode();
        (await running.Revocations.AnyAsync(token.Roots, token.LentAt, Stop)).ShouldBeFalse();

        await Store.RevokeAsync(Root.Session(token.Delegation.Session), "admin", Some.Revocation(), Stop);

        (await running.Revocations.AnyAsync(token.Roots, token.LentAt, Stop)).ShouldBeTrue();
        await using var started = Database.OtherNode();
        (await started.Revocations.AnyAsync(token.Roots, token.LentAt, Stop)).ShouldBeTrue();
    }

    [Fact]
    public async Task Revoking_again_is_recorded_again()
    {
        var root = Root.Session(Some.Id());
        ExchangeRecord[] records = [Some.Revocation() with { ClientId = "first" }, Some.Revocation() with { ClientId = "second" }];
        var before = await Database.CountRecordsAsync(Stop);

        await Store.RevokeAsync(root, "first", records[0], Stop);
        await Store.RevokeAsync(root, "second", records[1], Stop);

        (await Store.AnyAsync([root], Some.Now, Stop)).ShouldBeTrue();
        (await Database.CountRecordsAsync(Stop)).ShouldBe(before + 2);
        (await Database.Ledger.ReadLatestAsync(2, Stop)).ShouldBe([records[1], records[0]]);
    }

    [Fact]
    public async Task Twenty_revocations_of_one_root_at_once_all_succeed_and_all_are_recorded()
    {
        var root = Root.Delegation(Some.Id());
        var before = await Database.CountRecordsAsync(Stop);

        var seen = await AtOnceAsync(20, async i =>
        {
            await Store.RevokeAsync(root, $"admin-{i}", Some.Revocation() with { ClientId = $"admin-{i}" }, Stop);
            return await Store.AnyAsync([root], Some.Now, Stop);
        });

        seen.ShouldAllBe(s => s);
        (await Database.CountRecordsAsync(Stop)).ShouldBe(before + 20);
        (await Database.Ledger.ReadLatestAsync(20, Stop)).Select(r => r.ClientId).ShouldBe(Enumerable.Range(0, 20).Select(i => $"admin-{i}"), ignoreOrder: true);
    }

    [Theory]
    [InlineData("agent")]
    [InlineData("agent before")]
    [InlineData("subject")]
    [InlineData("issuer")]
    [InlineData("resource")]
    [InlineData("purpose")]
    public async Task Of_a_party_ends_what_was_lent_until_then_and_nothing_that_is_lent_later(string root)
    {
        var token = Token();
        var later = token with { LentAt = Some.Now.AddTicks(1) };

        await Store.RevokeAsync(ExchangeLedgerTests.RootOf(token, root), "admin", Some.Revocation(), Stop);

        (await Store.AnyAsync(token.Roots, token.LentAt, Stop)).ShouldBeTrue();
        (await Store.AnyAsync(token.Roots, token.LentAt.AddDays(-30), Stop)).ShouldBeTrue();
        (await Store.AnyAsync(later.Roots, later.LentAt, Stop)).ShouldBeFalse();

        await Store.RevokeAsync(ExchangeLedgerTests.RootOf(token, root), "admin", Some.Revocation() with { At = Some.Now.AddSeconds(1) }, Stop);
        (await Store.AnyAsync(later.Roots, later.LentAt, Stop)).ShouldBeTrue();

        // Revoked again by a node whose clock is behind: what was ended stays so.
        await Store.RevokeAsync(ExchangeLedgerTests.RootOf(token, root), "admin", Some.Revocation() with { At = Some.Now.AddDays(-1) }, Stop);
        (await Store.AnyAsync(later.Roots, later.LentAt, Stop)).ShouldBeTrue();
    }

    [Theory]
    [InlineData("token")]
    [InlineData("parent")]
    [InlineData("delegation")]
    [InlineData("session")]
    public async Task What_ends_for_good_also_ends_what_is_lent_later(string root)
    {
        var token = Token() with { LentAt = Some.Now.AddYears(1) };

        await Store.RevokeAsync(ExchangeLedgerTests.RootOf(token, root), "admin", Some.Revocation(), Stop);

        (await Store.AnyAsync(token.Roots, token.LentAt, Stop)).ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(ExchangeLedgerTests.RootNames), MemberType = typeof(ExchangeLedgerTests))]
    public async Task What_hangs_below_a_root_and_lives_is_found(string root)
    {
        var delegation = await Database.Delegations.StartAsync(Some.Delegation(), Stop);
        var (token, expired, other) = (Some.Token(delegation, Some.Id(), Some.Id()), Some.Token(delegation) with { ExpiresAt = Some.Now }, Token());
        expired = expired with { Agents = token.Agents, Resources = token.Resources, Ancestors = token.Ancestors };
        await Database.Delegations.StartAsync(other.Delegation, Stop);
        foreach (var issued in new[] { token, expired, other })
        {
            (await Database.Ledger.CommitAsync(Some.Record(), issued, use: null, Stop)).ShouldBe(CommitOutcome.Committed);
        }

        (await Database.Delegations.LiveBelowAsync(ExchangeLedgerTests.RootOf(token, root), Some.Now, Stop)).Select(t => t.Id).ShouldBe([token.Id]);

        await Store.RevokeAsync(Root.Session(delegation.Session), "admin", Some.Revocation(), Stop);
        (await Database.Delegations.LiveBelowAsync(ExchangeLedgerTests.RootOf(token, root), Some.Now, Stop)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(" ")]
    [InlineData("  ")]
    public async Task A_space_at_the_end_makes_another_id(string spaces)
    {
        var token = Token();
        var subject = new Root(RootKind.Subject, token.Delegation.Subject);

        await Store.RevokeAsync(subject with { Id = subject.Id + spaces }, "admin", Some.Revocation(), Stop);
        (await Store.AnyAsync(token.Roots, token.LentAt, Stop)).ShouldBeFalse();

        await Store.RevokeAsync(subject, "admin", Some.Revocation(), Stop);
        (await Store.AnyAsync(token.Roots, token.LentAt, Stop)).ShouldBeTrue();
    }

    [Fact]
    public async Task What_a_revocation_ended_is_counted_once()
    {
        var delegation = await Database.Delegations.StartAsync(Some.Delegation(), Stop);
        var token = Some.Token(delegation);
        await Database.Ledger.CommitAsync(Some.Record(), token, use: null, Stop);
        var agent = new Root(RootKind.Agent, token.Agents[0]);

        var before = await Store.RevokeAsync(agent, "admin", Some.Revocation(), Stop);
        before.ShouldBeNull();
        (await Database.Delegations.EndedAsync(agent, before, Some.Now, Stop)).Select(t => t.Id).ShouldBe([token.Id]);

        before = await Store.RevokeAsync(agent, "admin", Some.Revocation() with { At = Some.Now.AddSeconds(1) }, Stop);
        before.ShouldBe(Some.Now);
        (await Database.Delegations.EndedAsync(agent, before, Some.Now, Stop)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_very_long_resource_is_one_root()
    {
        var token = Token() with { Resources = [$"https://{Some.Id()}.example/{new string('a', 440)}"] };
        var neighbour = token with { Resources = [token.Resources[0] + "b"] };

        await Store.RevokeAsync(new Root(RootKind.Resource, token.Resources[0]), "admin", Some.Revocation(), Stop);

        (await Store.AnyAsync(token.Roots, token.LentAt, Stop)).ShouldBeTrue();
        (await Store.AnyAsync(neighbour.Roots, neighbour.LentAt, Stop)).ShouldBeFalse();
    }

    private static IssuedToken Token() => Some.Token(Some.Delegation(), Some.Id(), Some.Id());
}

[Collection(OnSqlite.Name)]
public sealed class SqliteRevocationStoreTests(SqliteServer server) : RevocationStoreTests(server);

[Collection(OnSqlServer.Name)]
public sealed class SqlServerRevocationStoreTests(SqlServerServer server) : RevocationStoreTests(server);
