using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Exchange;
using TokenExchange.Server.Policies;
using TokenExchange.Server.Tests.Fixtures;
using TokenExchange.Storage.Policies;

namespace TokenExchange.Server.Tests.Policies;

/// <summary>Policies are written one at a time, by authors who share a draft.</summary>
public sealed class DraftPartsTests : IAsyncLifetime
{
    private const string Inbox = "triage-by-inbox-agent";
    private const string Key = "triage-by-key-agent";

    private static readonly Caller Alice = new("admin:alice", null);
    private static readonly Caller Bob = new("admin:bob", null);

    private RunningServer _server = null!;

    private DraftParts Parts => _server.Services.GetRequiredService<DraftParts>();

    private PolicyDrafts Drafts => _server.Services.GetRequiredService<PolicyDrafts>();

    public async ValueTask InitializeAsync() => _server = await PolicyWorld.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task One_policy_is_written_and_the_rest_of_the_draft_stays()
    {
        var id = await BeginAsync();
        var seen = await FindAsync(id, Inbox);

        var saved = (await Parts.ReplaceAsync(id, ItemKinds.Policies, Inbox, seen.Tag, Shorter(seen.Definition), Alice, default)).ShouldBeOfType<PartOutcome<PolicyDefinition>.Saved>();

        (saved.Draft.Header.Version, saved.Draft.Header.UpdatedBy, saved.Problems.IsEmpty).ShouldBe((2, "admin:alice", true));
        saved.Current!.Tag.ShouldBe((await FindAsync(id, Inbox)).Tag);
        (await Drafts.DifferenceAsync(id, default))!.Changes.SelectMany(c => c.Lines).ShouldBe([$"~ policy {Inbox}", "    limits.maxLifetime: 00:05:00 -> 00:01:00"]);
        var record = await _server.LastRecordAsync();
        (record.Reason, record.ClientId, record.Detail).ShouldBe(("draft_changed", "admin:alice", $"draft {id}: Tidy up\n~ policy {Inbox}\n    limits.maxLifetime: 00:05:00 -> 00:01:00"));
        saved.Draft.Policies.Select(p => p.Name).ShouldBe(World.Configuration.Policies!.Select(p => p.Name), "in the order it had");
    }

    [Fact]
    public async Task Authors_of_different_parts_do_not_meet_and_nothing_is_lost()
    {
        var id = await BeginAsync();
        var (inbox, key) = (await FindAsync(id, Inbox), await FindAsync(id, Key));
        var purpose = (await Parts.FindAsync(id, ItemKinds.Purposes, "mail.digest", default))!.Part;

        var saved = await Task.WhenAll(
            Saves(Parts.ReplaceAsync(id, ItemKinds.Policies, Inbox, inbox.Tag, Shorter(inbox.Definition), Alice, default)),
            Saves(Parts.ReplaceAsync(id, ItemKinds.Policies, Key, key.Tag, Shorter(key.Definition), Bob, default)),
            Saves(Parts.ReplaceAsync(id, ItemKinds.Purposes, "mail.digest", purpose.Tag, purpose.Definition with { Title = "Digest" }, Alice, default)),
            Saves(Parts.AddAsync(id, ItemKinds.Purposes, new PurposeDefinition { Purpose = "new.one", Title = "New", Description = "New" }, Bob, default)));

        saved.ShouldAllBe(s => s);
        (await Drafts.DifferenceAsync(id, default))!.Changes.Select(c => c.Headline).ShouldBe(["~ purpose mail.digest", "+ purpose new.one", $"~ policy {Inbox}", $"~ policy {Key}"]);
        (await Drafts.FindAsync(id, default))!.Header.Editors.ShouldBe(["admin:alice", "admin:bob"], ignoreOrder: true);

        static async Task<bool> Saves<T>(Task<PartOutcome<T>> outcome) => await outcome is PartOutcome<T>.Saved;
    }

    [Fact]
    public async Task Of_two_authors_of_one_part_the_second_is_shown_both()
    {
        var id = await BeginAsync();
        var seen = await FindAsync(id, Inbox);
        await Parts.ReplaceAsync(id, ItemKinds.Policies, Inbox, seen.Tag, Shorter(seen.Definition), Bob, default);
        var mine = seen.Definition with { Scopes = ["mail.read"] };

        var conflict = (await Parts.ReplaceAsync(id, ItemKinds.Policies, Inbox, seen.Tag, mine, Alice, default)).ShouldBeOfType<PartOutcome<PolicyDefinition>.Conflict>();

        (conflict.By, conflict.Current!.Definition.Limits.MaxLifetime, conflict.Submitted!.Limits.MaxLifetime).ShouldBe(("admin:bob", TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5)));
        SideBySide.Of(conflict.Current.Definition, conflict.Submitted).Where(m => m.Changed).Select(m => m.Member).ShouldBe(["scopes", "limits.maxLifetime"]);
        (await Parts.DeleteAsync(id, ItemKinds.Policies, Inbox, seen.Tag, Alice, default)).ShouldBeOfType<PartOutcome<PolicyDefinition>.Conflict>().Submitted.ShouldBeNull();
        (await Drafts.FindAsync(id, default))!.Header.Version.ShouldBe(2);
        await Parts.DeleteAsync(id, ItemKinds.Policies, Inbox, conflict.Current.Tag, Bob, default);
        (await Parts.ReplaceAsync(id, ItemKinds.Policies, Inbox, conflict.Current.Tag, mine, Alice, default)).ShouldBeOfType<PartOutcome<PolicyDefinition>.Conflict>().Current.ShouldBeNull();
        (await Parts.DeleteAsync(id, ItemKinds.Policies, Inbox, conflict.Current.Tag, Alice, default)).ShouldBeOfType<PartOutcome<PolicyDefinition>.NotFound>();
    }

    [Fact]
    public async Task What_is_wrong_is_kept_and_named_by_members_of_the_part()
    {
        var id = await BeginAsync();
        var seen = await FindAsync(id, Inbox);
        var wrong = seen.Definition with { Scopes = ["mail.read", "mail.burn"], Limits = new LimitsDefinition { MaxLifetime = TimeSpan.FromHours(2) }, Conditions = [new ConditionDefinition()] };

        var saved = (await Parts.ReplaceAsync(id, ItemKinds.Policies, Inbox, seen.Tag, wrong, Alice, default)).ShouldBeOfType<PartOutcome<PolicyDefinition>.Saved>();

        saved.Problems.Own.Select(p => p.ToString()).ShouldBe(
        [
            "scopes[1]: 'mail.burn' is not a scope of the resource", "limits.maxLifetime: write a duration from 00:00:01 to 01:00:00",
            "conditions[0].timeWindow: give exactly one of timeWindow, sourceNetwork, claimEquals and claimContains",
        ]);
        saved.Problems.Others.ShouldBeEmpty();
        var other = (await Parts.FindAsync(id, ItemKinds.Policies, Key, default))!;
        other.Problems.Own.ShouldBeEmpty();
        other.Problems.Others.Select(o => (o.Kind, o.Name, o.Member)).ShouldBe([("policy", Inbox, "scopes[1]"), ("policy", Inbox, "limits.maxLifetime"), ("policy", Inbox, "conditions[0].timeWindow")]);
    }

    [Fact]
    public async Task A_purpose_takes_its_policies_along_to_its_new_name()
    {
        var id = await BeginAsync();
        var seen = (await Parts.FindAsync(id, ItemKinds.Purposes, World.Triage, default))!.Part;

        var saved = (await Parts.ReplaceAsync(id, ItemKinds.Purposes, World.Triage, seen.Tag, seen.Definition with { Purpose = "inbox.sort" }, Alice, default)).ShouldBeOfType<PartOutcome<PurposeDefinition>.Saved>();

        saved.Problems.IsEmpty.ShouldBeTrue();
        saved.Draft.Policies.Count(p => p.Purpose == "inbox.sort").ShouldBe(World.Configuration.Policies!.Count(p => p.Purpose == World.Triage));
        saved.Draft.Policies.ShouldNotContain(p => p.Purpose == World.Triage);
    }

    [Fact]
    public async Task A_policy_can_be_renamed_and_not_to_a_name_that_is_taken()
    {
        var id = await BeginAsync();
        var seen = await FindAsync(id, Inbox);

        (await Parts.ReplaceAsync(id, ItemKinds.Policies, Inbox, seen.Tag, seen.Definition with { Name = Key }, Alice, default)).ShouldBeOfType<PartOutcome<PolicyDefinition>.AlreadyExists>().Current.Definition.Agents.ShouldBe([World.KeyAgent]);
        (await Parts.AddAsync(id, ItemKinds.Policies, seen.Definition, Alice, default)).ShouldBeOfType<PartOutcome<PolicyDefinition>.AlreadyExists>();
        (await Parts.ReplaceAsync(id, ItemKinds.Policies, Inbox, seen.Tag, seen.Definition with { Name = "triage" }, Alice, default)).ShouldBeOfType<PartOutcome<PolicyDefinition>.Saved>();

        (await Drafts.DifferenceAsync(id, default))!.Changes.Select(c => c.Headline).ShouldBe(["+ policy triage", $"- policy {Inbox}"]);
    }

    [Fact]
    public async Task A_purpose_that_policies_need_is_deleted_and_they_are_named()
    {
        var id = await BeginAsync();
        var seen = (await Parts.FindAsync(id, ItemKinds.Purposes, "mail.answer", default))!.Part;

        var saved = (await Parts.DeleteAsync(id, ItemKinds.Purposes, "mail.answer", seen.Tag, Alice, default)).ShouldBeOfType<PartOutcome<PurposeDefinition>.Saved>();

        saved.Current.ShouldBeNull();
        saved.Problems.Others.ShouldBe([new OtherProblem("policy", "answer-by-inbox-agent", "purpose", "'mail.answer' is not a purpose")]);
    }

    [Fact]
    public async Task To_save_without_a_change_writes_nothing_and_makes_nobody_an_author()
    {
        var id = await BeginAsync();
        var seen = await FindAsync(id, Inbox);

        (await Parts.ReplaceAsync(id, ItemKinds.Policies, Inbox, seen.Tag, seen.Definition with { }, Bob, default)).ShouldBeOfType<PartOutcome<PolicyDefinition>.Unchanged>();

        var header = (await Drafts.FindAsync(id, default))!.Header;
        (header.Version, header.Editors.Count).ShouldBe((1, 1));
    }

    [Fact]
    public async Task There_is_no_part_of_no_draft()
    {
        (await Parts.FindAsync("nothing", ItemKinds.Policies, Inbox, default)).ShouldBeNull();
        (await Parts.FindAsync(await BeginAsync(), ItemKinds.Policies, "nothing", default)).ShouldBeNull();
        (await Parts.AddAsync("nothing", ItemKinds.Purposes, new PurposeDefinition(), Alice, default)).ShouldBeOfType<PartOutcome<PurposeDefinition>.NotFound>();
    }

    [Fact]
    public async Task A_draft_gets_another_title()
    {
        var id = await BeginAsync();

        (await Parts.RetitleAsync(id, 1, "Better words", Bob, default)).ShouldBeOfType<DraftOutcome.Written>().Draft.Header.Title.ShouldBe("Better words");
        (await Parts.RetitleAsync(id, 1, "Late words", Alice, default)).ShouldBeOfType<DraftOutcome.Stale>();
        (await Parts.RetitleAsync(id, 2, "two\nlines", Alice, default)).ShouldBeOfType<DraftOutcome.Invalid>().Problems.ShouldBe([new MemberProblem("title", "write a few words in one line, at most 200 characters")]);
        (await Parts.RetitleAsync("nothing", 1, "x", Alice, default)).ShouldBeOfType<DraftOutcome.NotFound>();
    }

    [Fact]
    public async Task A_part_that_is_too_much_for_a_draft_is_not_kept()
    {
        var id = await BeginAsync();

        (await Parts.AddAsync(id, ItemKinds.Purposes, new PurposeDefinition { Purpose = "big", Description = new string('x', PolicyDrafts.MaxContent) }, Alice, default))
            .ShouldBeOfType<PartOutcome<PurposeDefinition>.Invalid>().Problems.Single().Message.ShouldBe("purposes and policies are larger than 1 MiB together, with every member written out");
        (await Parts.AddAsync(id, ItemKinds.Policies, new PolicyDefinition { Agents = [null!] }, Alice, default)).ShouldBeOfType<PartOutcome<PolicyDefinition>.Invalid>().Problems.ShouldBe([new MemberProblem("agents[0]", "write text")]);
    }

    private static PolicyDefinition Shorter(PolicyDefinition policy) => policy with { Limits = policy.Limits with { MaxLifetime = TimeSpan.FromMinutes(1) } };

    private async Task<string> BeginAsync() => (await Drafts.CreateAsync(new DraftInput { Title = "Tidy up" }, Alice, default)).ShouldBeOfType<DraftOutcome.Written>().Draft.Header.Id;

    private async Task<Item<PolicyDefinition>> FindAsync(string id, string name) => (await Parts.FindAsync(id, ItemKinds.Policies, name, default))!.Part;
}
