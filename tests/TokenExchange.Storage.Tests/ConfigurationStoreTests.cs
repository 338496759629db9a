using TokenExchange.Core.Configuration;
using TokenExchange.Core.Tokens;
using TokenExchange.Storage.Configuration;
using TokenExchange.Storage.Tests.Databases;

namespace TokenExchange.Storage.Tests;

/// <summary>The configuration is one value: replaced as a whole, by one writer at a time, on record.</summary>
public abstract class ConfigurationStoreTests(DatabaseServer server) : StorageTests(server)
{
    private ConfigurationStore Store => Database.Configuration;

    [Fact]
    public async Task Every_member_of_every_definition_is_read_as_it_was_written()
    {
        await ReplaceAsync(Some.Everything());

        Text((await Store.ReadAsync(Stop)).Content).ShouldBe(Text(Some.Everything()));
    }

    [Fact]
    public async Task What_is_no_longer_in_it_is_gone()
    {
        await ReplaceAsync(Some.Everything());

        await ReplaceAsync(Some.Everything() with { Issuers = [], Resources = [], Clients = [Some.Everything().Clients![1]] });

        var content = (await Store.ReadAsync(Stop)).Content;
        content.Issuers.ShouldBeEmpty();
        content.Resources.ShouldBeEmpty();
        content.Clients!.Select(c => c.ClientId).ShouldBe(["mail-api"]);
        Text(content.Policies).ShouldBe(Text(Some.Everything().Policies));
    }

    [Fact]
    public async Task A_definition_that_changed_replaces_the_old_one_wholly()
    {
        await ReplaceAsync(Some.Everything());
        var changed = Some.Nothing() with
        {
            Issuers = [new IssuerDefinition { Issuer = "https://idp.example" }],
            Resources = [new ResourceDefinition { Resource = "https://mail.example" }],
            Clients = [new ClientDefinition { ClientId = "inbox-agent" }],
        };

        await ReplaceAsync(changed);

        Text((await Store.ReadAsync(Stop)).Content).ShouldBe(Text(changed));
    }

    [Fact]
    public async Task The_version_grows_by_one_with_every_replacement_even_by_the_same()
    {
        var before = await Store.VersionAsync(Stop);

        await ReplaceAsync(Some.Everything());
        await ReplaceAsync(Some.Everything());

        (await Store.VersionAsync(Stop)).ShouldBe(before + 2);
        (await Store.ReadAsync(Stop)).Version.ShouldBe(before + 2);
    }

    [Fact]
    public async Task A_policy_set_is_published_only_when_purposes_or_policies_differ()
    {
        await ReplaceAsync(Some.Nothing());
        var start = await PolicySetVersionAsync();
        var everything = Some.Everything();
        var policy = everything.Policies![0];

        await ReplaceAsync(everything);
        (await PolicySetVersionAsync()).ShouldBe(start + 1, "purposes and policies are new");

        await ReplaceAsync(everything with { Issuers = [], Resources = [], Clients = [] });
        (await PolicySetVersionAsync()).ShouldBe(start + 1, "only other sections differ");

        await ReplaceAsync(everything with { Policies = [policy with { Scopes = ["mail.read"] }] });
        (await PolicySetVersionAsync()).ShouldBe(start + 2, "a policy differs");

        await ReplaceAsync(everything with { Policies = [policy with { Scopes = ["mail.read"] }], Purposes = [everything.Purposes![0] with { State = "active" }] });
        (await PolicySetVersionAsync()).ShouldBe(start + 3, "a purpose differs");

        await ReplaceAsync(Some.Nothing());
        (await PolicySetVersionAsync()).ShouldBe(start + 4, "nothing is left");
        (await Store.ReadAsync(Stop)).Content.Policies.ShouldBeEmpty();

        await ReplaceAsync(everything);
        (await PolicySetVersionAsync()).ShouldBe(start + 5, "back to what was published before the last time");
        Text((await Store.ReadAsync(Stop)).Content).ShouldBe(Text(everything));
    }

    [Fact]
    public async Task What_was_published_once_can_be_read_for_ever()
    {
        await ReplaceAsync(Some.Everything());
        var version = await PolicySetVersionAsync();
        await ReplaceAsync(Some.Nothing());

        var published = (await Database.PolicySets.FindAsync(version, Stop))!;
        Text(new ExchangeConfiguration { Purposes = published.Purposes, Policies = published.Policies })
            .ShouldBe(Text(new ExchangeConfiguration { Purposes = Some.Everything().Purposes, Policies = Some.Everything().Policies }));
        (await Database.PolicySets.FindAsync(version + 1, Stop))!.Policies.ShouldBeEmpty();
        (await Database.PolicySets.FindAsync(version + 2, Stop)).ShouldBeNull();
        (await Database.PolicySets.FindAsync(0, Stop)).ShouldBeNull();
    }

    [Fact]
    public async Task Another_order_of_the_same_purposes_and_policies_is_not_published()
    {
        var everything = Some.Everything();
        PurposeDefinition[] purposes = [everything.Purposes![0], everything.Purposes[0] with { Purpose = "outbox.send" }];
        PolicyDefinition[] policies = [everything.Policies![0], everything.Policies[0] with { Name = "another" }];
        await ReplaceAsync(everything with { Purposes = purposes, Policies = policies });
        var before = await PolicySetVersionAsync();

        await ReplaceAsync(everything with { Purposes = [.. purposes.Reverse()], Policies = [.. policies.Reverse()] });

        (await PolicySetVersionAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task A_writer_who_has_not_seen_the_latest_version_writes_nothing()
    {
        var seen = await Store.VersionAsync(Stop);
        await ReplaceAsync(Some.Everything());
        var before = Text(await Store.ReadAsync(Stop));
        var records = await Database.CountRecordsAsync(Stop);

        (await Store.ReplaceAsync(seen, Some.Nothing(), Some.Change(), Stop)).ShouldBeFalse();
        (await Store.ReplaceAsync(seen + 2, Some.Nothing(), Some.Change(), Stop)).ShouldBeFalse("a version from the future is no better");

        Text(await Store.ReadAsync(Stop)).ShouldBe(before);
        (await Database.CountRecordsAsync(Stop)).ShouldBe(records);
    }

    [Fact]
    public async Task Of_many_writers_at_once_exactly_one_succeeds_per_version()
    {
        for (var round = 0; round < 5; round++)
        {
            var expected = await Store.VersionAsync(Stop);
            var records = await Database.CountRecordsAsync(Stop);

            // They add the same clients and publish the same policy set version, which collides on unique keys, not only on the version.
            var contents = Enumerable.Range(0, 8).Select(i => Some.Nothing() with
            {
                Clients = [Some.Client($"a-{round}"), Some.Client($"b-{round}") with { Name = $"by writer {i}" }],
                Purposes = [new PurposeDefinition { Purpose = $"p-{round}-{i}" }],
            }).ToList();
            var won = await AtOnceAsync(contents.Count, i => Store.ReplaceAsync(expected, contents[i], Some.Change(), Stop));

            won.Count(w => w).ShouldBe(1);
            var stored = await Store.ReadAsync(Stop);
            stored.Version.ShouldBe(expected + 1);
            Text(stored.Content).ShouldBe(Text(contents[won.ToList().IndexOf(true)]));
            (await Database.CountRecordsAsync(Stop)).ShouldBe(records + 1);
        }
    }

    [Fact]
    public async Task A_reader_never_sees_half_a_replacement()
    {
        await ReplaceAsync(Marked("start"));
        using var written = new CancellationTokenSource();

        var reading = Task.Run(
            async () =>
            {
                do
                {
                    var content = (await Store.ReadAsync(Stop)).Content;
                    var marks = content.Issuers!.Select(i => i.SubjectPrefix)
                        .Concat(content.Resources!.Select(r => r.Owner))
                        .Concat(content.Clients!.Select(c => c.Owner))
                        .Concat(content.Purposes!.Select(p => p.Title))
                        .ToList();
                    marks.Count.ShouldBe(4);
                    marks.Distinct(StringComparer.Ordinal).Count().ShouldBe(1, string.Join(", ", marks));
                }
                while (!written.IsCancellationRequested);
            },
            Stop);
        for (var i = 0; i < 20; i++)
        {
            await ReplaceAsync(Marked($"mark-{i}"));
        }

        await written.CancelAsync();
        await reading;

        static ExchangeConfiguration Marked(string mark) => new()
        {
            Issuers = [new IssuerDefinition { Issuer = "https://idp.example", SubjectPrefix = mark }],
            Resources = [new ResourceDefinition { Resource = "https://mail.example", Owner = mark }],
            Clients = [Some.Client("inbox-agent") with { Owner = mark }],
            Purposes = [new PurposeDefinition { Purpose = "inbox.triage", Title = mark }],
            Policies = [],
        };
    }

    [Fact]
    public async Task The_record_is_written_with_the_replacement()
    {
        var records = await Database.CountRecordsAsync(Stop);
        var record = Some.Change() with { ClientId = "admin-" + Some.Id(), Detail = "2 clients added" };

        (await Store.ReplaceAsync(await Store.VersionAsync(Stop), Some.Everything(), record, Stop)).ShouldBeTrue();

        (await Database.CountRecordsAsync(Stop)).ShouldBe(records + 1);
        (await Database.Ledger.ReadLatestAsync(1, Stop)).ShouldBe([record]);
    }

    [Fact]
    public async Task A_replacement_that_fails_leaves_nothing_not_even_its_record()
    {
        await ReplaceAsync(Some.Everything());
        var before = await Store.ReadAsync(Stop);
        var records = await Database.CountRecordsAsync(Stop);
        var broken = Some.Nothing() with { Resources = [new ResourceDefinition { Resource = "no URI" }] };

        await Should.ThrowAsync<FormatException>(() => Store.ReplaceAsync(before.Version, broken, Some.Change(), Stop));

        Text(await Store.ReadAsync(Stop)).ShouldBe(Text(before));
        (await Database.CountRecordsAsync(Stop)).ShouldBe(records);
    }

    [Fact]
    public async Task Names_that_differ_only_in_case_are_different()
    {
        var content = Some.Nothing() with
        {
            Issuers = [new IssuerDefinition { Issuer = "https://idp.example/A" }, new IssuerDefinition { Issuer = "https://idp.example/a" }],
            Resources = [new ResourceDefinition { Resource = "https://mail.example/A" }, new ResourceDefinition { Resource = "https://mail.example/a" }],
            Clients = [Some.Client("Agent"), Some.Client("agent")],
        };

        await ReplaceAsync(content);

        Text((await Store.ReadAsync(Stop)).Content).ShouldBe(Text(content));
    }

    [Fact]
    public async Task An_instant_is_kept_to_the_tick_wherever_it_was_written()
    {
        var expires = Some.Now.ToOffset(TimeSpan.FromHours(2));

        await ReplaceAsync(Some.Nothing() with { Clients = [Some.Client("agent") with { Expires = expires }] });

        (await Store.ReadAsync(Stop)).Content.Clients![0].Expires.ShouldBe(expires);
    }

    [Fact]
    public async Task The_longest_resource_indicator_can_be_stored()
    {
        const string start = "https://mail.example/";
        var resource = start + new string('x', ResourceIndicator.MaxLength - start.Length);

        await ReplaceAsync(Some.Nothing() with { Resources = [new ResourceDefinition { Resource = resource }] });

        (await Store.ReadAsync(Stop)).Content.Resources!.Select(r => r.Resource).ShouldBe([resource]);
    }

    private async Task ReplaceAsync(ExchangeConfiguration content) =>
        (await Store.ReplaceAsync(await Store.VersionAsync(Stop), content, Some.Change(), Stop)).ShouldBeTrue();

    private async Task<long> PolicySetVersionAsync() => (await Store.ReadAsync(Stop)).PolicySetVersion;
}

[Collection(OnSqlite.Name)]
public sealed class SqliteConfigurationStoreTests(SqliteServer server) : ConfigurationStoreTests(server);

[Collection(OnSqlServer.Name)]
public sealed class SqlServerConfigurationStoreTests(SqlServerServer server) : ConfigurationStoreTests(server);
