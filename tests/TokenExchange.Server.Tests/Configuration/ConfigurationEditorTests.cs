using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Tests.Fixtures;
using TokenExchange.Storage.Audit;
using TokenExchange.Storage.Configuration;

namespace TokenExchange.Server.Tests.Configuration;

public sealed class ConfigurationEditorTests
{
    [Fact]
    public async Task Applying_the_same_again_changes_nothing_and_publishes_nothing()
    {
        await using var server = await RunningServer.StartAsync();
        var before = await StoredAsync(server);

        var again = await ApplyAsync(server, Reread(World.Configuration));

        (again.Changes.Count, again.PolicySetVersion).ShouldBe((0, 1));
        (await StoredAsync(server)).ShouldBe(before);
    }

    [Fact]
    public async Task The_order_of_a_section_is_no_change()
    {
        await using var server = await RunningServer.StartAsync();
        var c = World.Configuration;

        var outcome = await ApplyAsync(server, new ExchangeConfiguration { Clients = [.. c.Clients!.Reverse()], Purposes = [.. c.Purposes!.Reverse()], Policies = [.. c.Policies!.Reverse()] });

        (outcome.Changes.Count, outcome.PolicySetVersion).ShouldBe((0, 1));
    }

    [Fact]
    public async Task An_instant_written_with_another_offset_is_no_change()
    {
        await using var server = await RunningServer.StartAsync();
        ConfigurationEditor.TryRead(
            $$"""{"clients":[{"clientId":"night-agent","name":"Night","kind":"service","secretSha256":"{{World.SecretHash}}","expires":"2027-01-31T01:00:00+01:00"}],"policies":[],"resources":[]}""",
            out var desired, out var problem).ShouldBeTrue(problem);
        await ApplyAsync(server, desired!);

        (await ApplyAsync(server, desired!)).Changes.ShouldBeEmpty();
        (await server.Editor.ExportAsync(default)).Clients![0].Expires.ShouldBe(new DateTimeOffset(2027, 1, 31, 0, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public async Task A_section_that_is_absent_is_left_alone_and_one_that_is_present_is_made_exactly_so()
    {
        await using var server = await RunningServer.StartAsync();
        var purposes = World.Configuration.Purposes!;

        var outcome = await ApplyAsync(server, new ExchangeConfiguration
        {
            Purposes = [.. purposes.Take(3).Select(p => p.Purpose == "mail.digest" ? p with { Title = "Digest" } : p), new PurposeDefinition { Purpose = "new.one", Title = "New", Description = "New" }],
        });

        outcome.Changes.Select(c => c.Headline).ShouldBe(["~ purpose mail.digest", "+ purpose new.one", "- purpose old.purpose"]);
        outcome.PolicySetVersion.ShouldBe(2);
        var exported = await server.Editor.ExportAsync(default);
        exported.Purposes!.Select(p => p.Purpose).ShouldBe(["inbox.triage", "mail.digest", "mail.answer", "new.one"], ignoreOrder: true);
        ConfigurationDifference.Between(World.Configuration, exported with { Purposes = null }).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_change_without_policies_publishes_no_policy_set()
    {
        await using var server = await RunningServer.StartAsync();
        var issuers = World.Configuration.Issuers!;

        var outcome = await ApplyAsync(server, new ExchangeConfiguration { Issuers = [issuers[0] with { MaxAssertionAge = TimeSpan.FromMinutes(1) }] });

        outcome.Changes.Select(c => c.Headline).ShouldBe(["~ issuer https://idp.example"]);
        outcome.PolicySetVersion.ShouldBe(1);
    }

    [Fact]
    public async Task A_change_is_on_record_with_its_lines()
    {
        await using var server = await RunningServer.StartAsync();

        await ApplyAsync(server, new ExchangeConfiguration { Purposes = [.. World.Configuration.Purposes!.Take(3), new PurposeDefinition { Purpose = "new.one", Title = "New", Description = "New" }] });

        var record = await server.LastRecordAsync();
        (record.Kind, record.Reason, record.ClientId, record.At).ShouldBe((RecordKind.Configuration, "applied", "somebody", server.Now));
        record.Detail.ShouldBe("+ purpose new.one\n    title: New\n    description: New\n- purpose old.purpose");
    }

    [Fact]
    public async Task A_change_that_is_too_long_for_a_record_is_on_it_without_its_members()
    {
        await using var server = await RunningServer.StartAsync();
        var purposes = Enumerable.Range(0, 10).Select(i => new PurposeDefinition { Purpose = $"p{i}", Title = "T", Description = string.Join(' ', Enumerable.Repeat("word", 100)) });

        await ApplyAsync(server, new ExchangeConfiguration { Purposes = [.. World.Configuration.Purposes!, .. purposes] });

        (await server.LastRecordAsync()).Detail.ShouldBe(string.Join('\n', Enumerable.Range(0, 10).Select(i => $"+ purpose p{i}")));
    }

    [Fact]
    public async Task What_could_be_a_secret_in_the_wrong_place_is_not_on_record()
    {
        await using var server = await RunningServer.StartAsync();

        await ApplyAsync(server, new ExchangeConfiguration { Purposes = [.. World.Configuration.Purposes!, new PurposeDefinition { Purpose = "new.one", Title = World.Secret, Description = "New" }] });

        (await server.LastRecordAsync()).Detail!.ShouldStartWith("+ purpose new.one\n    title: sha256:");
    }

    [Fact]
    public async Task A_dry_run_says_what_would_change_and_changes_nothing()
    {
        await using var server = await RunningServer.StartAsync();
        var before = await StoredAsync(server);

        var outcome = await server.Editor.ApplyAsync(new ExchangeConfiguration { Policies = [] }, "somebody", dryRun: true, default);

        outcome.ShouldBeOfType<ApplyOutcome.Applied>().Changes.Count.ShouldBe(World.Configuration.Policies!.Count);
        (await StoredAsync(server)).ShouldBe(before);
    }

    [Fact]
    public async Task What_is_invalid_changes_nothing_and_all_of_it_is_named()
    {
        await using var server = await RunningServer.StartAsync();
        var before = await StoredAsync(server);
        var policies = World.Configuration.Policies!;

        var outcome = await server.Editor.ApplyAsync(
            new ExchangeConfiguration
            {
                Purposes = World.Configuration.Purposes,
                Policies = [policies[0] with { Limits = policies[0].Limits with { Approval = "first_use", SenderConstraint = "dpop", MaxLifetime = TimeSpan.FromHours(2) } }],
            }, "somebody", dryRun: false, default);

        outcome.ShouldBeOfType<ApplyOutcome.Invalid>().Problems.Select(p => p.ToString()).ShouldBe(
        [
            "policies[0].limits.maxLifetime: write a duration from 00:00:01 to 01:00:00",
            "policies[0].limits.approval: approval is not available yet: write none or leave it out",
            "policies[0].limits.senderConstraint: sender constraints are not available yet: write none or leave it out",
        ]);
        (await StoredAsync(server)).ShouldBe(before);
    }

    [Fact]
    public async Task What_is_judged_is_the_whole_that_would_result()
    {
        await using var server = await RunningServer.StartAsync();

        var outcome = await server.Editor.ApplyAsync(new ExchangeConfiguration { Resources = [World.Configuration.Resources![0]] }, "somebody", dryRun: false, default);

        outcome.ShouldBeOfType<ApplyOutcome.Invalid>().Problems.Select(p => p.ToString()).ShouldBe(
        [
            "policies[0].limits.onwardTo[1].resource: the resource is not a resource",
            "policies[3].resource: 'https://calendar.example' is not a resource",
        ]);
    }

    [Fact]
    public async Task What_is_exported_makes_an_empty_server_the_same()
    {
        await using var first = await RunningServer.StartAsync();
        await using var second = await RunningServer.StartAsync(new ExchangeConfiguration());
        var exported = await ExportAsync(first);
        ConfigurationEditor.TryRead(exported, out var desired, out var problem).ShouldBeTrue(problem);

        await ApplyAsync(second, desired!);

        (await ExportAsync(second)).ShouldBe(exported);
    }

    [Fact]
    public async Task Two_who_change_it_at_once_both_get_what_they_asked_for()
    {
        await using var server = await RunningServer.StartAsync();
        var c = World.Configuration;

        var outcomes = await Task.WhenAll(
            server.Editor.ApplyAsync(new ExchangeConfiguration { Issuers = [c.Issuers![0] with { SingleUse = true }] }, "one", dryRun: false, default),
            server.Editor.ApplyAsync(new ExchangeConfiguration { Purposes = [.. c.Purposes!.Take(3)] }, "two", dryRun: false, default));

        outcomes.ShouldAllBe(o => ((ApplyOutcome.Applied)o).Changes.Count == 1);
        var exported = await server.Editor.ExportAsync(default);
        (exported.Issuers![0].SingleUse, exported.Purposes!.Count).ShouldBe((true, 3));
    }

    private static async Task<ApplyOutcome.Applied> ApplyAsync(RunningServer server, ExchangeConfiguration desired)
    {
        var outcome = await server.Editor.ApplyAsync(desired, "somebody", dryRun: false, default);
        (outcome as ApplyOutcome.Invalid)?.Problems.ShouldBeEmpty();
        return outcome.ShouldBeOfType<ApplyOutcome.Applied>();
    }

    private static async Task<(long Version, long PolicySetVersion, int Records)> StoredAsync(RunningServer server)
    {
        var stored = await server.Services.GetRequiredService<ConfigurationStore>().ReadAsync(default);
        return (stored.Version, stored.PolicySetVersion, (await server.RecordsAsync()).Count);
    }

    private static async Task<string> ExportAsync(RunningServer server) => JsonSerializer.Serialize(await server.Editor.ExportAsync(default), ConfigurationJson.Indented);

    private static ExchangeConfiguration Reread(ExchangeConfiguration configuration)
    {
        ConfigurationEditor.TryRead(JsonSerializer.Serialize(configuration, ConfigurationJson.Indented), out var read, out var problem).ShouldBeTrue(problem);
        return read!;
    }
}
