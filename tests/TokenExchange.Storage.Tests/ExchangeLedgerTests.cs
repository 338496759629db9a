using Microsoft.EntityFrameworkCore;
using TokenExchange.Storage.Assertions;
using TokenExchange.Storage.Audit;
using TokenExchange.Storage.Conventions;
using TokenExchange.Storage.Delegations;
using TokenExchange.Storage.Revocations;
using TokenExchange.Storage.Tests.Databases;

namespace TokenExchange.Storage.Tests;

/// <summary>No record, no token: a permit is written wholly or not at all.</summary>
public abstract class ExchangeLedgerTests(DatabaseServer server) : StorageTests(server)
{
    private ExchangeLedger Ledger => Database.Ledger;

    private AssertionStore Assertions => Database.Assertions;

    [Fact]
    public async Task Every_member_of_a_record_is_read_as_it_was_written()
    {
        var record = new ExchangeRecord
        {
            At = Some.Now,
            Kind = RecordKind.Refusal,
            Reason = "scope_not_permitted",
            ClientId = "inbox-agent",
            Subject = "corp|alice",
            SubjectIssuer = "https://idp.example",
            Chain = """{"sub":"inbox-agent","act":{"sub":"“Ünï” 📬"}}""",
            Purpose = "inbox.triage",
            Resource = "https://mail.example",
            RequestedScopes = "mail.read mail.send",
            GrantedScopes = "mail.read",
            Delegation = Some.Id(),
            Session = Some.Id(),
            TokenId = Some.Id(),
            ParentTokenId = Some.Id(),
            SubjectTokenHash = new string('a', 64),
            ActorTokenHash = new string('b', 64),
            ExpiresAt = Some.Now.AddMinutes(5),
            PolicySetVersion = long.MaxValue,
            Policy = "triage-by-inbox-agent",
            Source = "2001:db8::1",
            Detail = "line one\r\nline two",
            Question = Some.Question(),
        };
        typeof(ExchangeRecord).GetProperties().Where(p => p.GetValue(record) is null).ShouldBeEmpty("every member is set above");

        await Ledger.RecordAsync(record, Stop);

        (await Ledger.ReadLatestAsync(1, Stop)).ShouldBe([record]);
    }

    [Fact]
    public async Task A_record_of_which_little_was_established_is_read_as_it_was_written()
    {
        var record = Some.Record(RecordKind.Refusal, "client_unknown");

        await Ledger.RecordAsync(record, Stop);

        (await Ledger.ReadLatestAsync(1, Stop)).ShouldBe([record]);
    }

    [Fact]
    public async Task The_latest_records_are_read_newest_first()
    {
        // The order is that of writing: clocks of nodes differ.
        var records = Enumerable.Range(0, 4).Select(i => Some.Record() with { At = Some.Now.AddMinutes(i % 2), ClientId = $"agent-{i}" }).ToList();
        foreach (var record in records)
        {
            await Ledger.RecordAsync(record, Stop);
        }

        (await Ledger.ReadLatestAsync(3, Stop)).ShouldBe([records[3], records[2], records[1]]);
    }

    [Fact]
    public async Task What_a_stranger_sent_at_length_is_cut_not_refused()
    {
        await Ledger.RecordAsync(All(new string('x', 10_000)), Stop);

        (await Ledger.ReadLatestAsync(1, Stop)).Single().ShouldBe(All("?") with
        {
            ClientId = new string('x', CallerIds.MaxLength),
            Subject = new string('x', 255),
            SubjectIssuer = new string('x', 255),
            Purpose = new string('x', 255),
            Resource = new string('x', 512),
            RequestedScopes = new string('x', 4000),
            Source = new string('x', 255),
            Detail = new string('x', 4000),
        });
    }

    [Fact]
    public async Task What_a_stranger_sent_is_recorded_whatever_it_holds()
    {
        (string Sent, string Kept)[] texts =
        [
            ("nul \0 within", "nul \uFFFD within"),
            ("half \uD83D a character", "half \uFFFD a character"),
            ("\uDCEC its other half", "\uFFFD its other half"),
            ("a whole 📬 one", "a whole 📬 one"),
            ("' OR 1=1; --\r\n\u0001\u202E<script>", "' OR 1=1; --\r\n\u0001\u202E<script>"),
            (" ", " "),
            (string.Empty, string.Empty),
        ];
        foreach (var (sent, kept) in texts)
        {
            await Ledger.RecordAsync(All(sent), Stop);

            (await Ledger.ReadLatestAsync(1, Stop)).ShouldBe([All(kept)]);
        }
    }

    [Fact]
    public async Task A_character_at_the_cut_is_not_halved()
    {
        await Ledger.RecordAsync(Some.Record() with { ClientId = new string('x', CallerIds.MaxLength - 1) + "📬" }, Stop);

        (await Ledger.ReadLatestAsync(1, Stop)).Single().ClientId.ShouldBe(new string('x', CallerIds.MaxLength - 1) + "\uFFFD");
    }

    [Fact]
    public async Task A_permit_is_its_record_and_its_token()
    {
        var token = await TokenAsync();
        var record = Some.Record() with { TokenId = token.Id };
        var before = await Database.CountRecordsAsync(Stop);

        (await Ledger.CommitAsync(record, token, use: null, Stop)).ShouldBe(CommitOutcome.Committed);

        (await Database.CountRecordsAsync(Stop)).ShouldBe(before + 1);
        (await Ledger.ReadLatestAsync(1, Stop)).ShouldBe([record]);
        Text(await Database.Delegations.FindTokenAsync(token.Id, Stop)).ShouldBe(Text(token));
    }

    [Requirement("RFC 8693", "2.1", "A token for a single use is used up by its exchange")]
    [Fact]
    public async Task A_single_use_assertion_is_used_up_by_its_permit()
    {
        var use = Some.SingleUse();
        (await Ledger.CommitAsync(Some.Record(), await TokenAsync(), use, Stop)).ShouldBe(CommitOutcome.Committed);
        var before = await Database.CountRecordsAsync(Stop);
        var token = await TokenAsync();

        (await Ledger.CommitAsync(Some.Record(), token, use, Stop)).ShouldBe(CommitOutcome.Replayed);

        await ShouldHaveWrittenNothingAsync(before, token);
        (await Assertions.TryUseAsync(use, Stop)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_single_use_assertion_used_by_itself_permits_nothing()
    {
        var use = Some.SingleUse();
        (await Assertions.TryUseAsync(use, Stop)).ShouldBeTrue();
        (await Assertions.TryUseAsync(use with { ExpiresAt = use.ExpiresAt.AddDays(1) }, Stop)).ShouldBeFalse();

        (await Ledger.CommitAsync(Some.Record(), await TokenAsync(), use, Stop)).ShouldBe(CommitOutcome.Replayed);
    }

    [Fact]
    public async Task Of_fifty_permits_at_once_for_one_single_use_assertion_exactly_one_is_written()
    {
        await using var otherNode = Database.OtherNode();
        TestDatabase[] nodes = [Database, otherNode];
        var use = Some.SingleUse();
        var delegation = await Database.Delegations.StartAsync(Some.Delegation(), Stop);
        var tokens = Enumerable.Range(0, 50).Select(_ => Some.Token(delegation)).ToList();
        var before = await Database.CountRecordsAsync(Stop);

        var outcomes = await AtOnceAsync(
            tokens.Count,
            i => nodes[i % 2].Ledger.CommitAsync(Some.Record() with { TokenId = tokens[i].Id }, tokens[i], use, Stop));

        outcomes.Count(o => o == CommitOutcome.Committed).ShouldBe(1);
        outcomes.Count(o => o == CommitOutcome.Replayed).ShouldBe(49);
        (await Database.CountRecordsAsync(Stop)).ShouldBe(before + 1);
        var written = new List<string>();
        foreach (var token in tokens)
        {
            if (await Database.Delegations.FindTokenAsync(token.Id, Stop) is not null)
            {
                written.Add(token.Id);
            }
        }

        written.ShouldBe([tokens[outcomes.ToList().IndexOf(CommitOutcome.Committed)].Id]);
        (await Ledger.ReadLatestAsync(1, Stop)).Single().TokenId.ShouldBe(written[0]);
    }

    [Requirement("RFC 7523", "3", "The assertion has an id and is good once")]
    [Fact]
    public async Task Of_fifty_that_use_an_assertion_by_itself_at_once_exactly_one_succeeds()
    {
        var use = Some.SingleUse();

        var used = await AtOnceAsync(50, _ => Assertions.TryUseAsync(use, Stop));

        used.Count(u => u).ShouldBe(1);
    }

    [Fact]
    public async Task Fifty_unrelated_permits_at_once_are_all_written()
    {
        var tokens = new List<IssuedToken>();
        for (var i = 0; i < 50; i++)
        {
            tokens.Add(await TokenAsync());
        }

        var before = await Database.CountRecordsAsync(Stop);

        var outcomes = await AtOnceAsync(tokens.Count, i => Ledger.CommitAsync(Some.Record() with { TokenId = tokens[i].Id }, tokens[i], Some.SingleUse(), Stop));

        outcomes.ShouldAllBe(o => o == CommitOutcome.Committed);
        (await Ledger.ReadLatestAsync(50, Stop)).Select(r => r.TokenId).ShouldBe(tokens.Select(t => t.Id), ignoreOrder: true);
        (await Database.CountRecordsAsync(Stop)).ShouldBe(before + 50);
    }

    [Theory]
    [MemberData(nameof(RootNames))]
    public async Task A_permit_below_a_revoked_root_writes_nothing_and_uses_nothing_up(string root)
    {
        var token = await TokenAsync(Some.Id(), Some.Id());
        await Database.Revocations.RevokeAsync(RootOf(token, root), "admin", Some.Revocation(), Stop);
        var before = await Database.CountRecordsAsync(Stop);
        var use = Some.SingleUse();

        (await Ledger.CommitAsync(Some.Record(), token, use, Stop)).ShouldBe(CommitOutcome.Revoked);

        await ShouldHaveWrittenNothingAsync(before, token);
        (await Assertions.TryUseAsync(use, Stop)).ShouldBeTrue();
    }

    [Fact]
    public async Task Once_a_revocation_has_answered_no_permit_below_it_is_written()
    {
        var delegation = await Database.Delegations.StartAsync(Some.Delegation(), Stop);
        var revoked = false;

        var late = await AtOnceAsync(20, async i =>
        {
            if (i == 10)
            {
                await Database.Revocations.RevokeAsync(Root.Delegation(delegation.Id), "admin", Some.Revocation(), Stop);
                Volatile.Write(ref revoked, true);
                return false;
            }

            var afterwards = Volatile.Read(ref revoked);
            return await Ledger.CommitAsync(Some.Record(), Some.Token(delegation), use: null, Stop) == CommitOutcome.Committed && afterwards;
        });

        late.ShouldAllBe(l => !l);
        (await Ledger.CommitAsync(Some.Record(), Some.Token(delegation), use: null, Stop)).ShouldBe(CommitOutcome.Revoked);
    }

    [Fact]
    public async Task A_token_id_issued_twice_is_a_fault_and_leaves_nothing()
    {
        var token = await TokenAsync();
        await Ledger.CommitAsync(Some.Record(), token, use: null, Stop);
        var before = await Database.CountRecordsAsync(Stop);
        var use = Some.SingleUse();

        await Should.ThrowAsync<DbUpdateException>(() => Ledger.CommitAsync(Some.Record(), token with { ClientId = "other" }, use, Stop));
        await Should.ThrowAsync<DbUpdateException>(() => Ledger.CommitAsync(Some.Record(), token with { ClientId = "other" }, use: null, Stop));

        (await Database.CountRecordsAsync(Stop)).ShouldBe(before);
        Text(await Database.Delegations.FindTokenAsync(token.Id, Stop)).ShouldBe(Text(token));
        (await Assertions.TryUseAsync(use, Stop)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_token_without_its_delegation_is_a_fault_and_leaves_nothing()
    {
        var token = Some.Token(Some.Delegation());
        var before = await Database.CountRecordsAsync(Stop);
        var use = Some.SingleUse();

        await Should.ThrowAsync<DbUpdateException>(() => Ledger.CommitAsync(Some.Record(), token, use, Stop));

        await ShouldHaveWrittenNothingAsync(before, token);
        (await Assertions.TryUseAsync(use, Stop)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_request_given_up_before_it_was_written_leaves_nothing()
    {
        var token = await TokenAsync();
        var before = await Database.CountRecordsAsync(Stop);
        var givenUp = new CancellationToken(canceled: true);

        await Should.ThrowAsync<OperationCanceledException>(() => Ledger.CommitAsync(Some.Record(), token, Some.SingleUse(), givenUp));

        await ShouldHaveWrittenNothingAsync(before, token);
    }

    public static TheoryData<string> RootNames() => ["token", "parent", "first ancestor", "delegation", "session", "agent", "agent before", "subject", "issuer", "resource", "resource before", "purpose"];

    internal static Root RootOf(IssuedToken token, string name) => name switch
    {
        "token" => Root.Token(token.Id),
        "parent" => Root.Token(token.Ancestors[^1]),
        "first ancestor" => Root.Token(token.Ancestors[0]),
        "delegation" => Root.Delegation(token.Delegation.Id),
        "session" => Root.Session(token.Delegation.Session),
        "agent" => new Root(RootKind.Agent, token.Agents[0]),
        "agent before" => new Root(RootKind.Agent, token.Agents[^1]),
        "subject" => new Root(RootKind.Subject, token.Delegation.Subject),
        "issuer" => new Root(RootKind.Issuer, token.Delegation.SubjectIssuer),
        "resource" => new Root(RootKind.Resource, token.Resources[0]),
        "resource before" => new Root(RootKind.Resource, token.Resources[^1]),
        "purpose" => new Root(RootKind.Purpose, token.Delegation.Purpose),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    private static ExchangeRecord All(string text) => Some.Record(RecordKind.Refusal, "purpose_unknown") with
    {
        ClientId = text, Subject = text, SubjectIssuer = text, Purpose = text, Resource = text, RequestedScopes = text, Source = text, Detail = text,
    };

    private async Task<IssuedToken> TokenAsync(params string[] ancestors) =>
        Some.Token(await Database.Delegations.StartAsync(Some.Delegation(), Stop), ancestors);

    private async Task ShouldHaveWrittenNothingAsync(int recordsBefore, IssuedToken token)
    {
        (await Database.CountRecordsAsync(Stop)).ShouldBe(recordsBefore);
        (await Database.Delegations.FindTokenAsync(token.Id, Stop)).ShouldBeNull();
    }
}

[Collection(OnSqlite.Name)]
public sealed class SqliteExchangeLedgerTests(SqliteServer server) : ExchangeLedgerTests(server);

[Collection(OnSqlServer.Name)]
public sealed class SqlServerExchangeLedgerTests(SqlServerServer server) : ExchangeLedgerTests(server);
