using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using TokenExchange.Storage.Audit;
using TokenExchange.Storage.Conventions;
using TokenExchange.Storage.Delegations;
using TokenExchange.Storage.Revocations;
using TokenExchange.Storage.Tests.Databases;

namespace TokenExchange.Storage.Tests;

/// <summary>What a user's delegations came to, while their tokens are remembered and long after.</summary>
public abstract class DelegationHistoryTests(DatabaseServer server) : StorageTests(server)
{
    private readonly DateTimeOffset _now = Some.Day();
    private readonly string _subject = $"corp|{Some.Id()}";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_ran_out_is_over_with_its_last_token(bool deleted)
    {
        var delegation = await StartAsync();
        var token = await IssueAsync(Token(delegation));
        var last = await IssueAsync(Token(delegation) with { ExpiresAt = _now.AddMinutes(7), Resources = ["https://a.example", token.Resources[0]] });
        await IssueAsync(Token(delegation) with { ExpiresAt = _now.AddMinutes(6), Resources = ["https://b.example"] });
        var later = await DeleteAsync(deleted);

        // Revoked afterwards: that ended nothing any more.
        await RevokeAsync(new Root(RootKind.Subject, _subject), "admin:eve", last.ExpiresAt);

        Text((await ReadAsync(later)).Delegations.Single())
            .ShouldBe(Text(new PastDelegation(delegation, [.. new[] { "https://a.example", "https://b.example", token.Resources[0] }.Order(StringComparer.Ordinal)], new DelegationEnd(_now.AddMinutes(7), null, null))));
    }

    [Theory]
    [InlineData("token", RootKind.Token, false)]
    [InlineData("token", RootKind.Token, true)]
    [InlineData("first ancestor", RootKind.Token, false)]
    [InlineData("first ancestor", RootKind.Token, true)]
    [InlineData("delegation", RootKind.Delegation, false)]
    [InlineData("delegation", RootKind.Delegation, true)]
    [InlineData("session", RootKind.Session, false)]
    [InlineData("session", RootKind.Session, true)]
    [InlineData("agent before", RootKind.Agent, false)]
    [InlineData("agent before", RootKind.Agent, true)]
    [InlineData("subject", RootKind.Subject, false)]
    [InlineData("subject", RootKind.Subject, true)]
    [InlineData("issuer", RootKind.Issuer, false)]
    [InlineData("issuer", RootKind.Issuer, true)]
    [InlineData("resource", RootKind.Resource, false)]
    [InlineData("resource", RootKind.Resource, true)]
    [InlineData("purpose", RootKind.Purpose, false)]
    [InlineData("purpose", RootKind.Purpose, true)]
    public async Task What_was_revoked_is_over_since_then_and_by_whom(string root, RootKind kind, bool deleted)
    {
        var token = await IssueAsync(Token(await StartAsync(), Some.Id()));
        await RevokeAsync(ExchangeLedgerTests.RootOf(token, root), $"user:{_subject}", _now.AddMinutes(1));

        // Later ones end nothing more, not even when they are of the same.
        await RevokeAsync(ExchangeLedgerTests.RootOf(token, root), "admin:eve", _now.AddMinutes(2));
        await RevokeAsync(Root.Session(token.Delegation.Session), "https://idp.example", _now.AddMinutes(3));

        (await ReadAsync(await DeleteAsync(deleted))).Delegations.Single().End.ShouldBe(new DelegationEnd(_now.AddMinutes(1), kind, $"user:{_subject}"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_longest_caller_is_remembered_whole(bool deleted)
    {
        var caller = new string('c', CallerIds.MaxLength);
        await IssueAsync(Token(await StartAsync()));
        await RevokeAsync(new Root(RootKind.Subject, _subject), caller, _now.AddMinutes(1));

        (await ReadAsync(await DeleteAsync(deleted))).Delegations.Single().End.ShouldBe(new DelegationEnd(_now.AddMinutes(1), RootKind.Subject, caller));
        (await Database.Ledger.ReadLatestAsync(1, Stop))[0].ClientId.ShouldBe(caller);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_party_that_was_revoked_and_lent_to_again_ended_by_what_came_last(bool deleted)
    {
        var first = await IssueAsync(Token(await StartAsync()));
        await RevokeAsync(new Root(RootKind.Subject, _subject), "admin:eve", _now.AddMinutes(1));
        await IssueAsync(Token(first.Delegation) with { LentAt = _now.AddMinutes(2), IssuedAt = _now.AddMinutes(2), ExpiresAt = _now.AddMinutes(7) });

        (await ReadAsync(_now.AddMinutes(3))).Delegations.ShouldBeEmpty();
        (await ReadAsync(await DeleteAsync(deleted))).Delegations.Single().End.ShouldBe(new DelegationEnd(_now.AddMinutes(7), null, null));
    }

    [Fact]
    public async Task How_a_token_ended_is_known_for_as_long_as_the_token_is()
    {
        var token = await IssueAsync(Token(await StartAsync()) with { ExpiresAt = _now.AddMinutes(60) });
        await RevokeAsync(Root.Token(token.Id), "inbox-agent", _now.AddMinutes(1));

        // The revocation is older than a day, the expiry is not.
        await Database.Pruning.PruneAsync(_now.AddDays(1).AddMinutes(30), Stop);

        (await Database.Delegations.FindTokenAsync(token.Id, Stop)).ShouldNotBeNull();
        (await ReadAsync(_now.AddDays(1).AddMinutes(30))).Delegations.Single().End.ShouldBe(new DelegationEnd(_now.AddMinutes(1), RootKind.Token, "inbox-agent"));
    }

    [Fact]
    public async Task What_is_deleted_bit_by_bit_is_remembered_whole()
    {
        var delegation = await StartAsync();
        for (var i = 0; i < 3; i++)
        {
            await IssueAsync(Token(delegation) with { Resources = [$"https://r{2 - i}.example", "https://parent.example"], ExpiresAt = _now.AddMinutes(1 + i) });
        }

        for (var i = 0; i < 4; i++)
        {
            await Database.Pruning.PruneAsync(_now.AddDays(1).AddMinutes(1 + i), Stop);
            Text((await ReadAsync(_now.AddDays(1).AddMinutes(1 + i))).Delegations.Single())
                .ShouldBe(Text(new PastDelegation(delegation, ["https://r0.example", "https://r1.example", "https://r2.example"], new DelegationEnd(_now.AddMinutes(3), null, null))));
        }
    }

    [Fact]
    public async Task What_is_alive_is_not_over_and_what_never_got_a_token_never_was()
    {
        await StartAsync();
        var alive = await IssueAsync(Token(await StartAsync()));
        await IssueAsync(Token(alive.Delegation) with { ExpiresAt = _now });

        (await ReadAsync(_now)).Delegations.ShouldBeEmpty();
        (await ReadAsync(alive.ExpiresAt.AddTicks(-1))).Delegations.ShouldBeEmpty();
        (await ReadAsync(alive.ExpiresAt)).Delegations.Single().Delegation.ShouldBe(alive.Delegation);

        // With the next token it goes on, whatever was deleted before.
        await DeleteAsync(deleted: true);
        await IssueAsync(Token(alive.Delegation) with { ExpiresAt = _now.AddDays(4) });
        (await ReadAsync(_now.AddDays(3))).Delegations.ShouldBeEmpty();
        (await Database.Live.OfSubjectAsync(_subject, _now.AddDays(3), Stop)).Delegations.Single().Delegation.ShouldBe(alive.Delegation);
    }

    [Fact]
    public async Task Nobody_sees_anothers_past()
    {
        string[] subjects = [_subject, _subject + " ", _subject + "  ", _subject.ToUpperInvariant()];
        foreach (var subject in subjects)
        {
            await IssueAsync(Token(await Database.Delegations.StartAsync(Some.Delegation() with { Subject = subject, StartedAt = _now }, Stop)));
        }

        foreach (var subject in subjects)
        {
            (await Database.History.OfSubjectAsync(subject, _now.AddHours(1), before: null, 10, Stop)).Delegations.Select(d => d.Delegation.Subject).ShouldBe([subject]);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(9)]
    [InlineData(10)]
    public async Task Pages_lose_nothing_repeat_nothing_and_go_from_the_latest_start_to_the_earliest(int size)
    {
        for (var i = 0; i < 9; i++)
        {
            await IssueAsync(Token(await StartAsync(_now.AddMinutes(-(i % 3)))));
            await IssueAsync(Token(await StartAsync(_now.AddMinutes(-(i % 3)))) with { ExpiresAt = _now.AddHours(2) });
        }

        var (seen, before) = (new List<PastDelegation>(), (DelegationCursor?)null);
        do
        {
            var page = await Database.History.OfSubjectAsync(_subject, _now.AddHours(1), before, size, Stop);
            page.Delegations.Count.ShouldBe(Math.Min(size, 9 - seen.Count));
            seen.AddRange(page.Delegations);
            before = page.Next;
        }
        while (before is not null);

        seen.Select(d => d.Delegation.Id).Distinct(StringComparer.Ordinal).Count().ShouldBe(9);
        seen.Select(d => d.Delegation.StartedAt).ShouldBe(seen.Select(d => d.Delegation.StartedAt).OrderDescending());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    public async Task A_page_takes_four_questions_however_many_delegations_are_on_it(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await IssueAsync(Token(await StartAsync()));
            await IssueAsync(Token(await StartAsync()));
        }

        var questions = new Questions();
        await using var heard = Database.HeardBy(questions);

        (await heard.History.OfSubjectAsync(_subject, _now.AddHours(1), before: null, 2 * count, Stop)).Delegations.Count.ShouldBe(2 * count);

        questions.Asked.ShouldBe(4, "delegations, tokens, and the two tables of revocations");
    }

    private Task<HistoryPage> ReadAsync(DateTimeOffset now) => Database.History.OfSubjectAsync(_subject, now, before: null, 10, Stop);

    // As they are read a little later, or long after.
    private async Task<DateTimeOffset> DeleteAsync(bool deleted)
    {
        if (!deleted)
        {
            return _now.AddMinutes(10);
        }

        (await Database.Pruning.PruneAsync(_now.AddDays(2), Stop)).Tokens.ShouldBeGreaterThan(0);
        return _now.AddDays(2);
    }

    private Task<Delegation> StartAsync(DateTimeOffset? at = null) => Database.Delegations.StartAsync(Some.Delegation() with { Subject = _subject, StartedAt = at ?? _now }, Stop);

    private IssuedToken Token(Delegation delegation, params string[] ancestors) => Some.Token(delegation, ancestors) with { LentAt = _now, IssuedAt = _now, ExpiresAt = _now.AddMinutes(5) };

    private async Task<IssuedToken> IssueAsync(IssuedToken token)
    {
        (await Database.Ledger.CommitAsync(Some.Record(), token, use: null, Stop)).ShouldBe(CommitOutcome.Committed);
        return token;
    }

    private Task<DateTimeOffset?> RevokeAsync(Root root, string by, DateTimeOffset at) => Database.Revocations.RevokeAsync(root, by, Some.Revocation() with { At = at, ClientId = by }, Stop);

    private sealed class Questions : DbCommandInterceptor
    {
        public int Asked { get; private set; }

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
        {
            Asked++;
            return ValueTask.FromResult(result);
        }
    }
}

[Collection(OnSqlite.Name)]
public sealed class SqliteDelegationHistoryTests(SqliteServer server) : DelegationHistoryTests(server);

[Collection(OnSqlServer.Name)]
public sealed class SqlServerDelegationHistoryTests(SqlServerServer server) : DelegationHistoryTests(server);
