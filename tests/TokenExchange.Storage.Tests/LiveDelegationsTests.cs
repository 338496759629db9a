using System.Globalization;
using TokenExchange.Core.Tokens;
using TokenExchange.Storage.Audit;
using TokenExchange.Storage.Delegations;
using TokenExchange.Storage.Revocations;
using TokenExchange.Storage.Tests.Databases;

namespace TokenExchange.Storage.Tests;

/// <summary>Who acts for whom, now: whatever can still be used, and nothing else.</summary>
public abstract class LiveDelegationsTests(DatabaseServer server) : StorageTests(server)
{
    private readonly DateTimeOffset _now = Some.Day();

    private LiveDelegations Live => Database.Live;

    [Fact]
    public async Task A_live_delegation_is_shown_with_each_of_its_live_tokens()
    {
        var chain = await ChainAsync();
        await IssueAsync(Some.Token(chain[0].Delegation) with { ExpiresAt = _now });
        await IssueAsync(Some.Token(await StartAsync()) with { ExpiresAt = _now });

        var page = await ListAsync(LiveFilter.Everything);

        Text(page).ShouldBe(Text(new LivePage([new LiveDelegation(chain[0].Delegation, [.. chain.Select(Shown)], 3, chain[2].IssuedAt, chain[2].ExpiresAt)], Next: null)));
        page.Delegations[0].Tokens.Select(t => t.Scopes?.ToString()).ShouldBe(["mail.label mail.read", null, string.Empty]);
        (await Live.CountAsync(_now, Stop)).ShouldBe(1);
    }

    [Theory]
    [InlineData("token", 2)]
    [InlineData("parent", 1)]
    [InlineData("first ancestor", 0)]
    [InlineData("delegation", 0)]
    [InlineData("session", 0)]
    [InlineData("agent", 2)]
    [InlineData("agent before", 0)]
    [InlineData("subject", 0)]
    [InlineData("issuer", 0)]
    [InlineData("resource", 2)]
    [InlineData("resource before", 0)]
    [InlineData("purpose", 0)]
    public async Task What_is_revoked_is_not_alive(string root, int left)
    {
        var (chain, other) = (await ChainAsync(), await ChainAsync());
        var revoked = ExchangeLedgerTests.RootOf(chain[2], root);
        var below = await SizeAsync(revoked);

        await RevokeAsync(revoked);

        var page = await ListAsync(LiveFilter.Everything);
        page.Delegations.Select(d => d.Delegation.Id).ShouldBe(left == 0 ? [other[0].Delegation.Id] : [chain[0].Delegation.Id, other[0].Delegation.Id], ignoreOrder: true);
        page.Delegations.Single(d => d.Delegation == other[0].Delegation).TokenCount.ShouldBe(3);
        (page.Delegations.SingleOrDefault(d => d.Delegation == chain[0].Delegation)?.Tokens.Select(t => t.Id) ?? []).ShouldBe(chain.Take(left).Select(t => t.Id));
        (await Live.CountAsync(_now, Stop)).ShouldBe(page.Delegations.Count);
        (await SizeAsync(revoked)).ShouldBe("0 tokens of 0 delegations and 0 users held by ");
        below.ShouldStartWith($"{3 - left} tokens of 1 delegations and 1 users held by ");
    }

    [Theory]
    [InlineData("agent before")]
    [InlineData("subject")]
    [InlineData("issuer")]
    [InlineData("resource before")]
    [InlineData("purpose")]
    public async Task What_is_lent_again_after_a_partys_revocation_is_alive(string root)
    {
        var chain = await ChainAsync();
        await RevokeAsync(ExchangeLedgerTests.RootOf(chain[2], root));
        (await Live.CountAsync(_now, Stop)).ShouldBe(0);

        var again = await IssueAsync(chain[0] with { Id = Some.Id(), LentAt = _now.AddTicks(1) });

        (await ListAsync(LiveFilter.Everything)).Delegations.Single().Tokens.Select(t => t.Id).ShouldBe([again.Id]);
        (await Live.CountAsync(_now, Stop)).ShouldBe(1);
        (await SizeAsync(ExchangeLedgerTests.RootOf(chain[2], root))).ShouldStartWith("1 tokens of 1 delegations");
    }

    [Theory]
    [InlineData("token")]
    [InlineData("delegation")]
    [InlineData("session")]
    [InlineData("agent")]
    [InlineData("subject")]
    [InlineData("issuer")]
    [InlineData("resource")]
    [InlineData("purpose")]
    public async Task A_space_at_the_end_of_what_is_revoked_or_asked_for_makes_it_something_else(string root)
    {
        var token = (await ChainAsync())[2];
        var other = ExchangeLedgerTests.RootOf(token, root) with { Id = ExchangeLedgerTests.RootOf(token, root).Id + " " };
        await RevokeAsync(other);

        (await Live.CountAsync(_now, Stop)).ShouldBe(1);
        (await ListAsync(LiveFilter.Everything)).Delegations.Single().TokenCount.ShouldBe(3);
        (await SizeAsync(other)).ShouldStartWith("0 tokens");
        (await Database.Delegations.LiveBelowAsync(other, _now, Stop)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Users_that_differ_in_spaces_at_the_end_are_different_users()
    {
        var subject = $"corp|{Some.Id()}";
        string[] subjects = [subject, subject + " ", subject + "  ", subject.ToUpperInvariant()];
        var issuer = $"https://{Some.Id()}.example";
        foreach (var name in subjects)
        {
            await IssueAsync(Token(await StartAsync(d => d with { Subject = name, SubjectIssuer = issuer })));
        }

        foreach (var name in subjects)
        {
            (await Live.OfSubjectAsync(name, _now, Stop)).Delegations.Select(d => d.Delegation.Subject).ShouldBe([name]);
            (await SizeAsync(new Root(RootKind.Subject, name))).ShouldStartWith("1 tokens of 1 delegations and 1 users");
        }

        (await SizeAsync(new Root(RootKind.Issuer, issuer))).ShouldStartWith("4 tokens of 4 delegations and 4 users");
        await RevokeAsync(new Root(RootKind.Subject, subject + " "));
        (await ListAsync(LiveFilter.Everything)).Delegations.Select(d => d.Delegation.Subject).ShouldBe([subject, subject + "  ", subject.ToUpperInvariant()], ignoreOrder: true);
        (await Live.CountAsync(_now, Stop)).ShouldBe(3);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(12)]
    [InlineData(13)]
    public async Task Pages_lose_nothing_repeat_nothing_and_go_from_the_latest_activity_to_the_earliest(int size)
    {
        for (var i = 0; i < 12; i++)
        {
            // Three at each instant.
            await IssueAsync(Token(await StartAsync()) with { IssuedAt = _now.AddMinutes(-(i % 4)) });
            var dead = await IssueAsync(Token(await StartAsync()) with { IssuedAt = _now.AddMinutes(-(i % 4)) });
            await RevokeAsync(Root.Session(dead.Delegation.Session));
        }

        var (seen, after) = (new List<LiveDelegation>(), (DelegationCursor?)null);
        do
        {
            var page = await Live.ListAsync(LiveFilter.Everything, _now, after, size, Stop);
            page.Delegations.Count.ShouldBe(Math.Min(size, 12 - seen.Count));
            seen.AddRange(page.Delegations);
            DelegationCursor.TryParse(page.Next?.ToString(), out after).ShouldBe(page.Next is not null);
        }
        while (after is not null);

        seen.Select(d => d.Delegation.Id).Distinct(StringComparer.Ordinal).Count().ShouldBe(12);
        seen.Select(d => d.LastActivity).ShouldBe(seen.Select(d => d.LastActivity).OrderDescending());
    }

    [Fact]
    public async Task However_many_parties_are_revoked_what_is_shown_is_alive()
    {
        var living = await IssueAsync(Token(await StartAsync()));
        for (var i = 0; i < RevokedAtOnce; i++)
        {
            var token = await IssueAsync(Token(await StartAsync()) with { IssuedAt = _now.AddTicks(i) });
            await RevokeAsync(new Root(RootKind.Agent, token.Agents[0]));
        }

        (await Live.ListAsync(LiveFilter.Everything, _now, after: null, 1, Stop)).Delegations.Single().Delegation.ShouldBe(living.Delegation);
        (await Live.CountAsync(_now, Stop)).ShouldBe(1 + RevokedAtOnce - 32, "more than that are not looked for");
    }

    [Fact]
    public async Task Of_a_delegation_with_very_many_tokens_those_that_live_longest_are_shown()
    {
        var delegation = await StartAsync();
        for (var i = 0; i <= LiveDelegations.MaxTokens; i++)
        {
            await IssueAsync(Token(delegation) with { IssuedAt = _now.AddSeconds(-i), ExpiresAt = _now.AddSeconds(1000 - i) });
        }

        var shown = (await ListAsync(LiveFilter.Everything)).Delegations.Single();

        (shown.TokenCount, shown.Tokens.Count, shown.LastActivity, shown.ExpiresAt).ShouldBe((101, 100, _now, _now.AddSeconds(1000)));
        shown.Tokens.Min(t => t.ExpiresAt).ShouldBe(_now.AddSeconds(901));
    }

    [Fact]
    public async Task Of_a_user_with_very_many_delegations_it_is_said_that_there_are_more()
    {
        var subject = Some.Id();
        for (var i = 0; i < LiveDelegations.MaxOfSubject; i++)
        {
            await IssueAsync(Token(await StartAsync(d => d with { Subject = subject })));
        }

        var all = await Live.OfSubjectAsync(subject, _now, Stop);
        (all.Delegations.Count, all.Next).ShouldBe((200, null));
        await IssueAsync(Token(await StartAsync(d => d with { Subject = subject })));
        var most = await Live.OfSubjectAsync(subject, _now, Stop);
        (most.Delegations.Count, most.Next is null).ShouldBe((200, false));
    }

    [Fact]
    public async Task Every_combination_of_filters_finds_what_it_says_and_sizes_are_those_of_the_tokens_themselves()
    {
        var random = new Random(7);
        string[] names = [.. Enumerable.Range(0, 3).Select(_ => Some.Id())], purposes = [Some.Id(), Some.Id()], issuers = ["https://a.example", "https://b.example"];
        var issued = new List<IssuedToken>();
        for (var i = 0; i < 40; i++)
        {
            var delegation = await StartAsync(d => d with { Subject = Any(names), Purpose = Any(purposes), SubjectIssuer = Any(issuers), Session = Any(names) });
            for (var j = random.Next(1, 4); j > 0; j--)
            {
                issued.Add(await IssueAsync(Token(delegation) with
                {
                    ClientId = Any(names), Agents = [.. names.Where(_ => random.Next(2) == 0).DefaultIfEmpty(names[0])], Resources = [.. issuers.Where(_ => random.Next(2) == 0).DefaultIfEmpty(issuers[1])],
                    IssuedAt = _now.AddSeconds(-random.Next(100)), LentAt = _now.AddHours(-random.Next(3)),
                }));
            }
        }

        await RevokeAsync(Root.Token(issued[3].Id), Root.Delegation(issued[9].Delegation.Id), Root.Token(issued[20].Id));
        await Database.Revocations.RevokeAsync(new Root(RootKind.Agent, names[2]), "admin", Some.Revocation() with { At = _now.AddMinutes(-30) }, Stop);
        var living = new List<IssuedToken>();
        foreach (var token in issued)
        {
            if (!await Database.Revocations.AnyAsync(token.Roots, token.LentAt, Stop))
            {
                living.Add(token);
            }
        }

        living.Count.ShouldBeInRange(10, issued.Count - 10);
        for (var set = 0; set < 128; set++)
        {
            var filter = new LiveFilter
            {
                Subject = If(1, names[0]), Agent = If(2, names[1]), Purpose = If(4, purposes[0]), Resource = If(8, issuers[0]), Issuer = If(16, issuers[1]), Session = If(32, names[1]),
                Delegation = If(64, living[5].Delegation.Id),
            };
            var expected = living.GroupBy(t => t.Delegation).Where(g => Holds(filter, g.Key) && g.Any(t => Holds(filter, t)))
                .Select(g => (g.Key.Id, string.Join(' ', g.Select(t => t.Id).Order(StringComparer.Ordinal))));
            var found = (await ListAsync(filter)).Delegations;
            found.Select(d => (d.Delegation.Id, string.Join(' ', d.Tokens.Select(t => t.Id).Order(StringComparer.Ordinal)))).ShouldBe(expected, ignoreOrder: true, set.ToString(CultureInfo.InvariantCulture));

            string? If(int bit, string value) => (set & bit) == 0 ? null : value;
        }

        (await Live.CountAsync(_now, Stop)).ShouldBe(living.Select(t => t.Delegation.Id).Distinct(StringComparer.Ordinal).Count());
        foreach (var root in living.SelectMany(t => t.Roots).Distinct())
        {
            (await SizeAsync(root)).ShouldBe(SizeOf(living.Where(t => t.Roots.Contains(root)).ToList()), root.Name);
        }

        string Any(string[] of) => of[random.Next(of.Length)];
    }

    [Fact]
    public async Task What_a_revocation_ended_is_measured_as_if_it_had_not_been()
    {
        var chain = await ChainAsync();
        var agent = new Root(RootKind.Agent, chain[0].Agents[0]);
        var before = await Database.Revocations.RevokeAsync(agent, "admin", Some.Revocation() with { At = _now }, Stop);

        SizeOf(await Database.Delegations.EndedAsync(agent, before, _now, Stop)).ShouldBe(Words(await Database.Delegations.MeasureEndedAsync(agent, before, _now, Stop)));
        (await Database.Delegations.MeasureEndedAsync(agent, before, _now, Stop)).Tokens.ShouldBe(3);

        before = await Database.Revocations.RevokeAsync(agent, "admin", Some.Revocation() with { At = _now.AddSeconds(1) }, Stop);
        Words(await Database.Delegations.MeasureEndedAsync(agent, before, _now, Stop)).ShouldBe("0 tokens of 0 delegations and 0 users held by ");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("12")]
    [InlineData("12.")]
    [InlineData(".x")]
    [InlineData("-1.x")]
    [InlineData("1e3.x")]
    [InlineData("9223372036854775807.x")]
    [InlineData("99999999999999999999.x")]
    public void What_is_no_place_in_a_list_is_none(string? text) => DelegationCursor.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void A_place_in_a_list_is_read_as_it_was_written()
    {
        var place = new DelegationCursor(_now, "-a.b_" + new string('x', 59));

        DelegationCursor.TryParse(place.ToString(), out var read).ShouldBeTrue();
        read.ShouldBe(place);
    }

    private const int RevokedAtOnce = 40;

    private static LiveToken Shown(IssuedToken token) => new(token.Id, token.Ancestors, token.Agents, token.Resources[0], token.Scopes, token.IssuedAt, token.ExpiresAt);

    private static bool Holds(LiveFilter filter, Delegation delegation) =>
        (filter.Subject is null || filter.Subject == delegation.Subject) && (filter.Purpose is null || filter.Purpose == delegation.Purpose) && (filter.Issuer is null || filter.Issuer == delegation.SubjectIssuer)
        && (filter.Session is null || filter.Session == delegation.Session) && (filter.Delegation is null || filter.Delegation == delegation.Id);

    private static bool Holds(LiveFilter filter, IssuedToken token) =>
        (filter.Agent is null || token.Agents.Contains(filter.Agent, StringComparer.Ordinal)) && (filter.Resource is null || token.Resources[0] == filter.Resource);

    private static string Words(BranchSize size) => $"{size.Tokens} tokens of {size.Delegations} delegations and {size.Subjects} users held by {string.Join(' ', size.Agents)}";

    private static string SizeOf(IReadOnlyList<IssuedToken> tokens) => Words(new BranchSize(
        tokens.Count,
        tokens.Select(t => t.Delegation.Id).Distinct(StringComparer.Ordinal).Count(),
        [.. tokens.Select(t => t.ClientId).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
        tokens.Select(t => t.Delegation.Subject).Distinct(StringComparer.Ordinal).Count()));

    private async Task<string> SizeAsync(Root root) => Words(await Database.Delegations.MeasureBelowAsync(root, _now, Stop));

    private Task<LivePage> ListAsync(LiveFilter filter) => Live.ListAsync(filter, _now, after: null, 100, Stop);

    private Task<Delegation> StartAsync(Func<Delegation, Delegation>? with = null) => Database.Delegations.StartAsync((with ?? (d => d))(Some.Delegation() with { StartedAt = _now }), Stop);

    private IssuedToken Token(Delegation delegation) => Some.Token(delegation) with { LentAt = _now, IssuedAt = _now, ExpiresAt = _now.AddMinutes(5) };

    // A first hop, the same narrowed, and handed on.
    private async Task<IReadOnlyList<IssuedToken>> ChainAsync()
    {
        var first = Token(await StartAsync()) with { Agents = [Some.Id()], Resources = [$"https://{Some.Id()}.example"] };
        var narrowed = first with { Id = Some.Id(), Ancestors = [first.Id], IssuedAt = _now.AddTicks(1), Scopes = null };
        var handedOn = narrowed with
        {
            Id = Some.Id(), Ancestors = [first.Id, narrowed.Id], IssuedAt = _now.AddTicks(2), ExpiresAt = first.ExpiresAt, Scopes = ScopeSet.Empty, ClientId = "other-agent",
            Agents = [Some.Id(), .. first.Agents], Resources = [$"https://{Some.Id()}.example", .. first.Resources],
        };
        return [await IssueAsync(first), await IssueAsync(narrowed), await IssueAsync(handedOn)];
    }

    private async Task<IssuedToken> IssueAsync(IssuedToken token)
    {
        (await Database.Ledger.CommitAsync(Some.Record(), token, use: null, Stop)).ShouldBe(CommitOutcome.Committed);
        return token;
    }

    private async Task RevokeAsync(params Root[] roots)
    {
        foreach (var root in roots)
        {
            await Database.Revocations.RevokeAsync(root, "admin", Some.Revocation() with { At = _now }, Stop);
        }
    }
}

[Collection(OnSqlite.Name)]
public sealed class SqliteLiveDelegationsTests(SqliteServer server) : LiveDelegationsTests(server);

[Collection(OnSqlServer.Name)]
public sealed class SqlServerLiveDelegationsTests(SqlServerServer server) : LiveDelegationsTests(server);
