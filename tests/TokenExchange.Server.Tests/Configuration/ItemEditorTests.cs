using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Exchange;
using TokenExchange.Server.Tests.Fixtures;
using TokenExchange.Server.Tests.Policies;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Server.Tests.Configuration;

/// <summary>One issuer, client or resource at a time, by administrators who know nothing of each other.</summary>
public sealed class ItemEditorTests : IAsyncLifetime
{
    private static readonly Editing Alice = new(new Caller("admin:alice", IPAddress.Parse("192.0.2.7")), MayPublish: false);
    private static readonly Editing Bob = new(new Caller("admin:bob", null), MayPublish: true);

    private RunningServer _server = null!;

    private ItemEditor Editor => _server.Services.GetRequiredService<ItemEditor>();

    public async ValueTask InitializeAsync() => _server = await PolicyWorld.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task What_is_changed_holds_and_is_on_record_with_who_and_what()
    {
        var seen = await FindAsync(ItemKinds.Clients, World.InboxAgent);

        var outcome = await Editor.EditAsync(ItemKinds.Clients, World.InboxAgent, seen.Tag, c => c with { Owner = "mail team", Tags = ["internal", "beta"] }, Alice, default);

        var saved = outcome.ShouldBeOfType<ItemOutcome<ClientDefinition>.Saved>();
        saved.Changes.SelectMany(c => c.Lines).ShouldBe(["~ client inbox-agent", "    owner: none -> mail team", "    tags: + beta"]);
        saved.Current.ShouldBe(await FindAsync(ItemKinds.Clients, World.InboxAgent), TagsAndContent);
        var record = await _server.LastRecordAsync();
        (record.Kind, record.Reason, record.ClientId, record.Source, record.At).ShouldBe((RecordKind.Configuration, "applied", "admin:alice", "192.0.2.7", _server.Now));
        record.Detail.ShouldBe("~ client inbox-agent\n    owner: none -> mail team\n    tags: + beta");
    }

    [Fact]
    public async Task Who_edits_different_items_at_once_never_meets()
    {
        var (client, resource, issuer) = (await FindAsync(ItemKinds.Clients, World.InboxAgent), await FindAsync(ItemKinds.Resources, World.Mail), await FindAsync(ItemKinds.Issuers, World.Idp));

        var outcomes = await Task.WhenAll(
            Saves(Editor.EditAsync(ItemKinds.Clients, World.InboxAgent, client.Tag, c => c with { Owner = "one" }, Alice, default)),
            Saves(Editor.EditAsync(ItemKinds.Resources, World.Mail, resource.Tag, r => r with { Owner = "two" }, Bob, default)),
            Saves(Editor.EditAsync(ItemKinds.Issuers, World.Idp, issuer.Tag, i => i with { SingleUse = true }, Alice, default)),
            Saves(Editor.DisableAsync(ItemKinds.Clients, World.SummaryAgent, Bob, default)),
            Saves(Editor.CreateAsync(ItemKinds.Clients, NewAgent("fifth"), Alice, default)));

        outcomes.ShouldAllBe(saved => saved);
        var now = (await _server.StoredAsync()).Content;
        (now.Clients!.Single(c => c.ClientId == World.InboxAgent).Owner, now.Resources!.Single(r => r.Resource == World.Mail).Owner, now.Issuers![0].SingleUse).ShouldBe(("one", "two", true));
        (now.Clients!.Single(c => c.ClientId == World.SummaryAgent).Enabled, now.Clients!.Count(c => c.ClientId == "fifth")).ShouldBe((false, 1));
        (await _server.StoredAsync()).Version.ShouldBe(6);

        static async Task<bool> Saves<T>(Task<ItemOutcome<T>> outcome) => await outcome is ItemOutcome<T>.Saved;
    }

    [Fact]
    public async Task Of_two_who_edit_one_item_the_second_is_shown_both_and_nothing_is_lost()
    {
        var seen = await FindAsync(ItemKinds.Resources, World.Mail);
        (await Editor.EditAsync(ItemKinds.Resources, World.Mail, seen.Tag, r => r with { Name = "Post" }, Alice, default)).ShouldBeOfType<ItemOutcome<ResourceDefinition>.Saved>();

        var second = await Editor.EditAsync(ItemKinds.Resources, World.Mail, seen.Tag, r => r with { Owner = "bob" }, Bob, default);

        var conflict = second.ShouldBeOfType<ItemOutcome<ResourceDefinition>.Conflict>();
        (conflict.Current!.Definition.Name, conflict.Current.Definition.Owner).ShouldBe(("Post", null));
        (conflict.Submitted!.Name, conflict.Submitted.Owner).ShouldBe(("Post", "bob"));
        (await Editor.EditAsync(ItemKinds.Resources, World.Mail, conflict.Current.Tag, _ => conflict.Submitted, Bob, default)).ShouldBeOfType<ItemOutcome<ResourceDefinition>.Saved>();
        var now = (await FindAsync(ItemKinds.Resources, World.Mail)).Definition;
        (now.Name, now.Owner).ShouldBe(("Post", "bob"));
    }

    [Fact]
    public async Task Of_many_who_edit_one_item_at_once_one_succeeds()
    {
        var seen = await FindAsync(ItemKinds.Clients, World.InboxAgent);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Editor.EditAsync(ItemKinds.Clients, World.InboxAgent, seen.Tag, c => c with { Owner = $"owner {i}" }, Alice, default)));

        outcomes.Count(o => o is ItemOutcome<ClientDefinition>.Saved).ShouldBe(1);
        outcomes.Count(o => o is ItemOutcome<ClientDefinition>.Conflict).ShouldBe(7);
    }

    [Fact]
    public async Task What_was_deleted_meanwhile_is_shown_as_that()
    {
        (await Editor.CreateAsync(ItemKinds.Clients, NewAgent("short-lived"), Alice, default)).ShouldBeOfType<ItemOutcome<ClientDefinition>.Saved>();
        var seen = await FindAsync(ItemKinds.Clients, "short-lived");
        (await Editor.DeleteAsync(ItemKinds.Clients, "short-lived", seen.Tag, Alice, default)).ShouldBeOfType<ItemOutcome<ClientDefinition>.Saved>().Current.ShouldBeNull();

        var conflict = (await Editor.EditAsync(ItemKinds.Clients, "short-lived", seen.Tag, _ => seen.Definition with { Owner = "me" }, Bob, default)).ShouldBeOfType<ItemOutcome<ClientDefinition>.Conflict>();

        (conflict.Current, conflict.Submitted!.Owner).ShouldBe((null, "me"));
        (await Editor.DeleteAsync(ItemKinds.Clients, "short-lived", seen.Tag, Bob, default)).ShouldBeOfType<ItemOutcome<ClientDefinition>.NotFound>();
        (await Editor.DisableAsync(ItemKinds.Clients, "short-lived", Bob, default)).ShouldBeOfType<ItemOutcome<ClientDefinition>.NotFound>();
    }

    [Fact]
    public async Task Mistakes_are_named_by_members_of_the_item()
    {
        var seen = await FindAsync(ItemKinds.Resources, World.Calendar);

        var outcome = await Editor.EditAsync(
            ItemKinds.Resources, World.Calendar, seen.Tag, r => r with { Name = null!, Clients = [World.InboxAgent], Scopes = [r.Scopes[0], new ScopeDefinition { Name = "a b", Description = "x" }] }, Alice, default);

        outcome.ShouldBeOfType<ItemOutcome<ResourceDefinition>.Invalid>().Problems.Own.Select(p => p.ToString()).ShouldBe(
        [
            "name: write a name of 1 to 200 characters", "clients[0]: 'inbox-agent' is not a client of kind resource", "scopes[1].name: the name of a scope is printable ASCII without space, \" and \\",
        ]);
        (await _server.StoredAsync()).Version.ShouldBe(1);
    }

    [Fact]
    public async Task What_an_edit_would_break_elsewhere_is_named_with_the_item_it_is_in()
    {
        var seen = await FindAsync(ItemKinds.Resources, World.Calendar);

        var outcome = await Editor.EditAsync(ItemKinds.Resources, World.Calendar, seen.Tag, r => r with { Scopes = [new ScopeDefinition { Name = "events.read", Description = "Read events" }] }, Alice, default);

        var problems = outcome.ShouldBeOfType<ItemOutcome<ResourceDefinition>.Invalid>().Problems;
        problems.Own.ShouldBeEmpty();
        problems.Others.ShouldBe(
        [
            new OtherProblem("policy", "triage-by-inbox-agent", "limits.onwardTo[1].scopes", "a scope is not one of the resource"),
            new OtherProblem("policy", "calendar-by-archive-agent", "scopes[0]", "'calendar.read' is not a scope of the resource"),
        ], ignoreOrder: true);
    }

    [Fact]
    public async Task What_something_refers_to_is_not_deleted()
    {
        var seen = await FindAsync(ItemKinds.Clients, World.MailApi);
        OtherProblem[] references = [new("resource", World.Mail, "clients[0]", "'mail-api' is not a client of kind resource")];

        var outcome = await Editor.DeleteAsync(ItemKinds.Clients, World.MailApi, seen.Tag, Alice, default);

        outcome.ShouldBeOfType<ItemOutcome<ClientDefinition>.Invalid>().Problems.Others.ShouldBe(references);
        (await Editor.ReferencesAsync(ItemKinds.Clients, World.MailApi, default)).ShouldBe(references);
        (await Editor.ReferencesAsync(ItemKinds.Clients, "disabled-agent", default)).ShouldBeEmpty();
        (await Editor.ReferencesAsync(ItemKinds.Clients, "nobody", default)).ShouldBeNull();
        (await Editor.ReferencesAsync(ItemKinds.Issuers, World.Idp, default))!.Select(r => r.Name).ShouldBe(World.Configuration.Policies!.Select(p => p.Name), ignoreOrder: true);
    }

    [Fact]
    public async Task Two_issuers_whose_users_could_meet_are_told_of_the_member_that_keeps_them_apart()
    {
        var outcome = await Editor.CreateAsync(ItemKinds.Issuers, new IssuerDefinition { Issuer = "https://second.example", Jwks = World.IdpKey.Jwks, Audiences = ["x"] }, Alice, default);

        outcome.ShouldBeOfType<ItemOutcome<IssuerDefinition>.Invalid>().Problems.Own.Select(p => p.ToString()).ShouldBe(
            ["subjectPrefix: two issuers have the same subjectPrefix, or two have none; give each its own, e.g. \"corp|\", so that their users cannot meet"]);
    }

    [Fact]
    public async Task One_of_the_same_name_is_not_added_again()
    {
        (await Editor.CreateAsync(ItemKinds.Clients, NewAgent(World.InboxAgent), Alice, default)).ShouldBeOfType<ItemOutcome<ClientDefinition>.AlreadyExists>().Current.Definition.Tags.ShouldBe(["internal"]);
        (await Editor.CreateAsync(ItemKinds.Resources, World.Configuration.Resources![1] with { Resource = "https://calendar.example/" }, Alice, default)).ShouldBeOfType<ItemOutcome<ResourceDefinition>.AlreadyExists>();
    }

    [Fact]
    public async Task An_item_keeps_its_name()
    {
        var seen = await FindAsync(ItemKinds.Clients, "disabled-agent");

        var outcome = await Editor.EditAsync(ItemKinds.Clients, "disabled-agent", seen.Tag, c => c with { ClientId = "renamed" }, Alice, default);

        outcome.ShouldBeOfType<ItemOutcome<ClientDefinition>.Invalid>().Problems.Own.ShouldBe([new MemberProblem("clientId", "this keeps the clientId by which records and others know it; add another client instead")]);
        var resource = await FindAsync(ItemKinds.Resources, World.Mail + "/");
        (await Editor.EditAsync(ItemKinds.Resources, World.Mail + "/", resource.Tag, r => r with { Resource = World.Mail + "/" }, Alice, default)).ShouldBeOfType<ItemOutcome<ResourceDefinition>.Saved>("with and without trailing slash is one");
    }

    [Fact]
    public async Task To_save_without_a_change_changes_and_records_nothing()
    {
        var seen = await FindAsync(ItemKinds.Issuers, World.Idp);
        var before = (await _server.RecordsAsync()).Count;

        var outcome = await Editor.EditAsync(ItemKinds.Issuers, World.Idp, seen.Tag, i => i with { }, Alice, default);

        outcome.ShouldBeOfType<ItemOutcome<IssuerDefinition>.Unchanged>().Current.Tag.ShouldBe(seen.Tag);
        ((await _server.StoredAsync()).Version, (await _server.RecordsAsync()).Count).ShouldBe((1, before));
    }

    [Fact]
    public async Task To_disable_needs_no_latest_look_and_to_enable_does()
    {
        var seen = await FindAsync(ItemKinds.Clients, World.InboxAgent);
        await Editor.EditAsync(ItemKinds.Clients, World.InboxAgent, seen.Tag, c => c with { Owner = "somebody" }, Alice, default);

        (await Editor.DisableAsync(ItemKinds.Clients, World.InboxAgent, Bob, default)).ShouldBeOfType<ItemOutcome<ClientDefinition>.Saved>();

        (await _server.FirstHopAsync()).Status.ShouldBe(401);
        (await FindAsync(ItemKinds.Clients, World.InboxAgent)).Definition.Owner.ShouldBe("somebody");
        (await Editor.DisableAsync(ItemKinds.Clients, World.InboxAgent, Bob, default)).ShouldBeOfType<ItemOutcome<ClientDefinition>.Unchanged>();
        (await Editor.EnableAsync(ItemKinds.Clients, World.InboxAgent, seen.Tag, Bob, default)).ShouldBeOfType<ItemOutcome<ClientDefinition>.Conflict>();
        (await Editor.EnableAsync(ItemKinds.Clients, World.InboxAgent, (await FindAsync(ItemKinds.Clients, World.InboxAgent)).Tag, Bob, default)).ShouldBeOfType<ItemOutcome<ClientDefinition>.Saved>();
        (await _server.FirstHopAsync()).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Who_may_not_publish_does_not_change_who_administers()
    {
        var seen = await FindAsync(ItemKinds.Clients, PolicyWorld.Second);

        var outcome = await Editor.EditAsync(ItemKinds.Clients, PolicyWorld.Second, seen.Tag, c => c with { Owner = "me" }, Alice, default);

        outcome.ShouldBeOfType<ItemOutcome<ClientDefinition>.Forbidden>().Why.ShouldBe(ForbiddenChange.NeedsPublish);
        var record = await _server.LastRecordAsync();
        (record.Reason, record.ClientId).ShouldBe(("publish_refused", "admin:alice"));
        (await Editor.EditAsync(ItemKinds.Clients, PolicyWorld.Second, seen.Tag, c => c with { Owner = "me" }, Bob, default)).ShouldBeOfType<ItemOutcome<ClientDefinition>.Saved>();
    }

    [Fact]
    public async Task With_four_eyes_who_administers_is_stopped_here_and_otherwise_not_changed()
    {
        await using var server = await PolicyWorld.StartAsync(fourEyes: true);
        var editor = server.Services.GetRequiredService<ItemEditor>();
        var seen = (await editor.FindAsync(ItemKinds.Clients, PolicyWorld.Second, default))!;

        (await editor.EditAsync(ItemKinds.Clients, PolicyWorld.Second, seen.Tag, c => c with { Owner = "me" }, Bob, default)).ShouldBeOfType<ItemOutcome<ClientDefinition>.Forbidden>().Why.ShouldBe(ForbiddenChange.NeedsHost);
        (await editor.DisableAsync(ItemKinds.Clients, PolicyWorld.Second, Alice, default)).ShouldBeOfType<ItemOutcome<ClientDefinition>.Saved>();
    }

    [Fact]
    public async Task What_a_form_left_empty_is_left_out_and_what_makes_no_sense_is_named()
    {
        var empty = NewAgent("formed") with { Name = null!, Owner = null, Tags = null!, AllowPrivateHosts = null! };

        (await Editor.CreateAsync(ItemKinds.Clients, empty, Alice, default)).ShouldBeOfType<ItemOutcome<ClientDefinition>.Invalid>().Problems.Own.ShouldBe([new MemberProblem("name", "write a name of 1 to 200 characters")]);
        (await Editor.CreateAsync(ItemKinds.Clients, empty with { Name = "Formed", Tags = [null!] }, Alice, default)).ShouldBeOfType<ItemOutcome<ClientDefinition>.Invalid>().Problems.Own.ShouldBe([new MemberProblem("tags[0]", "write text")]);
        (await Editor.CreateAsync(ItemKinds.Clients, empty with { Name = "Formed" }, Alice, default)).ShouldBeOfType<ItemOutcome<ClientDefinition>.Saved>().Current!.Definition.Tags.ShouldBeEmpty();
        (await Editor.CreateAsync(ItemKinds.Clients, NewAgent("x") with { ClientId = null! }, Alice, default)).ShouldBeOfType<ItemOutcome<ClientDefinition>.Invalid>().Problems.Own.Select(p => p.Member).ShouldBe(["clientId"]);
    }

    [Fact]
    public async Task All_of_a_kind_are_listed_with_the_tags_they_are_edited_by()
    {
        var items = await Editor.ListAsync(ItemKinds.Clients, default);

        items.Select(i => i.Definition.ClientId).ShouldBe(PolicyWorld.Configuration.Clients!.Select(c => c.ClientId), ignoreOrder: true);
        items.Select(i => i.Tag).Distinct(StringComparer.Ordinal).Count().ShouldBe(items.Count);
        items.Single(i => i.Definition.ClientId == World.InboxAgent).Tag.ShouldBe((await FindAsync(ItemKinds.Clients, World.InboxAgent)).Tag);
    }

    private static ClientDefinition NewAgent(string id) => new() { ClientId = id, Name = id, Kind = ClientKind.AiAgent, SecretSha256 = World.SecretHash };

    private static IEqualityComparer<Item<ClientDefinition>?> TagsAndContent { get; } =
        EqualityComparer<Item<ClientDefinition>?>.Create((a, b) => a!.Tag == b!.Tag && a.Definition.Owner == b.Definition.Owner, i => StringComparer.Ordinal.GetHashCode(i!.Tag));

    private async Task<Item<T>> FindAsync<T>(PartyKind<T> kind, string name)
        where T : class, new() => (await Editor.FindAsync(kind, name, default))!;
}
