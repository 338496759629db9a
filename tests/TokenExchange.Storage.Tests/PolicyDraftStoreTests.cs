using TokenExchange.Core.Configuration;
using TokenExchange.Storage.Audit;
using TokenExchange.Storage.Policies;
using TokenExchange.Storage.Tests.Databases;

namespace TokenExchange.Storage.Tests;

/// <summary>Drafts are written over what was seen and on record, and published together with everything else that is configured.</summary>
public abstract class PolicyDraftStoreTests(DatabaseServer server) : StorageTests(server)
{
    private PolicyDraftStore Store => Database.Drafts;

    [Fact]
    public async Task Every_member_is_read_as_it_was_written()
    {
        var draft = Draft();
        await AddAsync(draft);

        Text(await Store.FindAsync(draft.Header.Id, Stop)).ShouldBe(Text(draft));
        Text((await Store.ListAsync(Stop)).Single(d => d.Id == draft.Header.Id)).ShouldBe(Text(draft.Header));
        (await Store.FindAsync(Some.Id(), Stop)).ShouldBeNull();
    }

    [Fact]
    public async Task A_draft_is_replaced_wholly_but_for_who_began_it()
    {
        var draft = Draft();
        await AddAsync(draft);
        var changed = new PolicyDraft(
            draft.Header with { Title = "Other", BasedOn = 9, Version = 2, Editors = ["one", "two"], UpdatedAt = Some.Now.AddHours(1), UpdatedBy = "two" }, [], [draft.Policies[0] with { Name = "other" }]);

        (await Store.ReplaceAsync(changed, Change(), Stop)).ShouldBeTrue();

        Text(await Store.FindAsync(draft.Header.Id, Stop)).ShouldBe(Text(changed));
    }

    [Fact]
    public async Task Of_many_who_write_the_same_version_exactly_one_succeeds_and_is_on_record()
    {
        var draft = Draft();
        await AddAsync(draft);
        var records = await Database.CountRecordsAsync(Stop);

        var won = await AtOnceAsync(8, i => i % 2 == 0
            ? Store.ReplaceAsync(draft with { Header = draft.Header with { Version = 2, Title = $"{i}" } }, Change(), Stop)
            : Store.DeleteAsync(draft.Header.Id, 1, Change(), Stop));

        won.Count(w => w).ShouldBe(1);
        (await Database.CountRecordsAsync(Stop)).ShouldBe(records + 1);
        var left = await Store.FindAsync(draft.Header.Id, Stop);
        (left?.Header.Title ?? "gone").ShouldBe(won.ToList().IndexOf(true) is var winner && winner % 2 == 0 ? $"{winner}" : "gone");
    }

    [Fact]
    public async Task What_a_replay_found_stays_with_the_draft_and_says_which_version_it_was()
    {
        var draft = Draft();
        await AddAsync(draft);
        var found = new DraftReplay(1, Some.Now, "admin:ada", 10, 4, 3, 2, 1, 0);
        (await Store.FindReplayAsync(draft.Header.Id, Stop)).ShouldBeNull();

        await Store.KeepReplayAsync(draft.Header.Id, found, Stop);
        await Store.KeepReplayAsync(draft.Header.Id, found with { Version = 2, Records = 99 }, Stop);
        await Store.KeepReplayAsync(Some.Id(), found, Stop);

        (await Store.FindReplayAsync(draft.Header.Id, Stop)).ShouldBe(found);
        (await Store.ReplaceAsync(draft with { Header = draft.Header with { Version = 2 } }, Change(), Stop)).ShouldBeTrue();
        (await Store.FindReplayAsync(draft.Header.Id, Stop)).ShouldBe(found);
        (await Store.FindReplayAsync(Some.Id(), Stop)).ShouldBeNull();
    }

    [Fact]
    public async Task Where_there_are_as_many_as_may_be_none_is_added()
    {
        await AddAsync(Draft());
        var records = await Database.CountRecordsAsync(Stop);
        var draft = Draft();

        (await Store.AddAsync(draft, 1, Change(), Stop)).ShouldBeFalse();

        (await Store.FindAsync(draft.Header.Id, Stop)).ShouldBeNull();
        (await Database.CountRecordsAsync(Stop)).ShouldBe(records);
    }

    [Fact]
    public async Task A_publication_takes_the_draft_and_says_who_and_why()
    {
        var draft = Draft();
        await AddAsync(draft);
        var seen = await Database.Configuration.ReadAsync(Stop);
        var record = Change() with { ClientId = "publisher" };

        (await Database.Configuration.PublishAsync(seen.Version, With(seen.Content, draft), new DraftPublication(draft.Header.Id, 1, "as agreed"), record, Stop)).ShouldBeTrue();

        (await Store.FindAsync(draft.Header.Id, Stop)).ShouldBeNull();
        var latest = (await Database.PolicySets.ListAsync(null, 1, Stop)).Single();
        (latest.Version, latest.PublishedAt, latest.PublishedBy, latest.Note).ShouldBe((seen.PolicySetVersion + 1, record.At, "publisher", "as agreed"));
        var published = await Database.PolicySets.FindAsync(latest.Version, Stop);
        (Text(published!.Policies), published.Header).ShouldBe((Text(draft.Policies), latest));
        (await Database.PolicySets.ListAsync(latest.Version, 1, Stop)).ShouldAllBe(p => p.Version == latest.Version - 1);
        (await Database.PolicySets.FindAsync(latest.Version + 1, Stop)).ShouldBeNull();
    }

    [Fact]
    public async Task A_publication_over_what_was_not_seen_writes_nothing()
    {
        var draft = Draft();
        await AddAsync(draft);
        var seen = await Database.Configuration.ReadAsync(Stop);
        var records = await Database.CountRecordsAsync(Stop);

        (await Database.Configuration.PublishAsync(seen.Version, With(seen.Content, draft), new DraftPublication(draft.Header.Id, 2, null), Change(), Stop)).ShouldBeFalse("the draft is another");
        (await Database.Configuration.PublishAsync(seen.Version - 1, With(seen.Content, draft), new DraftPublication(draft.Header.Id, 1, null), Change(), Stop)).ShouldBeFalse("the configuration is another");

        Text(await Database.Configuration.ReadAsync(Stop)).ShouldBe(Text(seen));
        Text(await Store.FindAsync(draft.Header.Id, Stop)).ShouldBe(Text(draft));
        (await Database.CountRecordsAsync(Stop)).ShouldBe(records);
    }

    private static ExchangeRecord Change() => Some.Record(RecordKind.Configuration, "draft_changed");

    private static ExchangeConfiguration With(ExchangeConfiguration content, PolicyDraft draft) => content with { Purposes = draft.Purposes, Policies = draft.Policies };

    // Each with a name of its own, so that publishing it changes something.
    private static PolicyDraft Draft() => new(
        new DraftHeader(Some.Id(), "Tidy “Ünï” <b>", 3, 1, ["one"], Some.Now, "one", Some.Now, "one"), Some.Everything().Purposes!, [Some.Everything().Policies![0] with { Name = Some.Id() }]);

    private async Task AddAsync(PolicyDraft draft) => (await Store.AddAsync(draft, int.MaxValue, Change(), Stop)).ShouldBeTrue();
}

[Collection(OnSqlite.Name)]
public sealed class SqlitePolicyDraftStoreTests(SqliteServer server) : PolicyDraftStoreTests(server);

[Collection(OnSqlServer.Name)]
public sealed class SqlServerPolicyDraftStoreTests(SqlServerServer server) : PolicyDraftStoreTests(server);
