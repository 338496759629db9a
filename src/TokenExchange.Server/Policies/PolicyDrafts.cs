using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Policies;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Exchange;
using TokenExchange.Server.Settings;
using TokenExchange.Storage.Audit;
using TokenExchange.Storage.Configuration;
using TokenExchange.Storage.Policies;

namespace TokenExchange.Server.Policies;

/// <summary>
/// The life of a policy, from draft to publication: the one door to it, whoever asks. A draft is a whole policy set that somebody is still writing; it may be
/// wrong, and then cannot be published. Every change is on record with it, and nobody's is lost: who changes something says which version they have seen.
/// </summary>
public sealed class PolicyDrafts(
    PolicyDraftStore drafts, PolicySetStore sets, ConfigurationStore configuration, ExchangeLedger ledger, IOptions<PolicySettings> settings, TimeProvider clock)
{
    /// <summary>How many drafts there can be at once.</summary>
    public const int MaxDrafts = 200;

    /// <summary>How large the content of a draft can be, in bytes of JSON with every member written out.</summary>
    public const int MaxContent = 1024 * 1024;

    // As much as a record keeps.
    private const int MaxDetail = 4000;

    private readonly ConfigurationValidator _validator = new(clock);

    /// <summary>All drafts, the one begun last first.</summary>
    public Task<IReadOnlyList<DraftHeader>> ListAsync(CancellationToken cancellationToken) => drafts.ListAsync(cancellationToken);

    /// <summary>The draft, or null.</summary>
    public Task<PolicyDraft?> FindAsync(string id, CancellationToken cancellationToken) => drafts.FindAsync(id, cancellationToken);

    /// <summary>Begins one, based on what is published now: with the content given, or with that of an earlier version to go back to, or else with what is published.</summary>
    public async Task<DraftOutcome> CreateAsync(DraftInput input, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(caller);
        var current = await configuration.ReadAsync(cancellationToken);
        var content = (Purposes: current.Content.Purposes!, Policies: current.Content.Policies!);
        if (input.FromVersion is { } version)
        {
            if (await sets.FindAsync(version, cancellationToken) is not { } earlier)
            {
                return new DraftOutcome.Invalid([new MemberProblem("fromVersion", "write a version that was published")]);
            }

            content = (earlier.Purposes, earlier.Policies);
        }
        else if (input.Purposes is { } purposes && input.Policies is { } policies)
        {
            content = (purposes, policies);
        }

        var now = clock.GetUtcNow();
        var header = new DraftHeader(RandomId.New(), input.Title, current.PolicySetVersion, 1, [caller.ClientId], now, caller.ClientId, now, caller.ClientId);
        var draft = new PolicyDraft(header, content.Purposes, content.Policies);
        if (IsTooLarge(draft))
        {
            return TooLarge();
        }

        var record = Record("draft_created", header, Between((current.Content.Purposes!, current.Content.Policies!), content), caller);
        return await drafts.AddAsync(draft, MaxDrafts, record, cancellationToken) ? new DraftOutcome.Written(draft) : new DraftOutcome.TooMany(MaxDrafts);
    }

    /// <summary>Writes it anew, if it is still as it was seen. It can be based on what is published now, once that was looked at.</summary>
    public async Task<DraftOutcome> ReplaceAsync(string id, long seen, DraftReplacement input, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(caller);
        if (await drafts.FindAsync(id, cancellationToken) is not { } was)
        {
            return new DraftOutcome.NotFound();
        }

        if (was.Header.Version != seen)
        {
            return new DraftOutcome.Stale(was);
        }

        if (input.BasedOn is { } basedOn && basedOn != was.Header.BasedOn && (await configuration.ReadAsync(cancellationToken)).PolicySetVersion is var published && basedOn != published)
        {
            return new DraftOutcome.Invalid([new MemberProblem("basedOn", $"write {published}, the version that is published now, or leave it out")]);
        }

        var header = was.Header with
        {
            Title = input.Title,
            BasedOn = input.BasedOn ?? was.Header.BasedOn,
            Version = seen + 1,
            Editors = was.Header.Editors.Contains(caller.ClientId, StringComparer.Ordinal) ? was.Header.Editors : [.. was.Header.Editors, caller.ClientId],
            UpdatedAt = clock.GetUtcNow(),
            UpdatedBy = caller.ClientId,
        };
        var draft = new PolicyDraft(header, input.Purposes!, input.Policies!);
        if (IsTooLarge(draft))
        {
            return TooLarge();
        }

        var record = Record("draft_changed", header, Between((was.Purposes, was.Policies), (draft.Purposes, draft.Policies)), caller);
        return await drafts.ReplaceAsync(draft, record, cancellationToken) ? new DraftOutcome.Written(draft) : await MissedAsync(id, cancellationToken);
    }

    /// <summary>Deletes it, if it is still as it was seen.</summary>
    public async Task<DraftOutcome> DeleteAsync(string id, long seen, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        if (await drafts.FindAsync(id, cancellationToken) is not { } was)
        {
            return new DraftOutcome.NotFound();
        }

        return was.Header.Version == seen && await drafts.DeleteAsync(id, seen, Record("draft_deleted", was.Header, [], caller), cancellationToken)
            ? new DraftOutcome.Deleted()
            : await MissedAsync(id, cancellationToken);
    }

    /// <summary>What is wrong with it, held against everything else that is configured now; null when there is no such draft.</summary>
    public async Task<IReadOnlyList<MemberProblem>?> ProblemsAsync(string id, CancellationToken cancellationToken) =>
        await drafts.FindAsync(id, cancellationToken) is { } draft ? Problems(draft, await configuration.ReadAsync(cancellationToken)) : null;

    /// <summary>What is wrong with one part of a draft, and with what refers to it.</summary>
    internal async Task<ItemProblems> ProblemsAsync<T>(PolicyDraft draft, ItemKind<T> kind, string? name, CancellationToken cancellationToken)
        where T : class, new()
    {
        var current = await configuration.ReadAsync(cancellationToken);
        return ItemProblems.Sort(Problems(draft, current), With(current, draft), kind, name);
    }

    /// <summary>The configuration as it is now.</summary>
    internal Task<StoredConfiguration> CurrentAsync(CancellationToken cancellationToken) => configuration.ReadAsync(cancellationToken);

    /// <summary>How a draft stands, held against a configuration as it was read.</summary>
    public DraftState Judge(PolicyDraft draft, StoredConfiguration current)
    {
        ArgumentNullException.ThrowIfNull(draft);
        ArgumentNullException.ThrowIfNull(current);
        return new DraftState(current.PolicySetVersion, draft.Header.BasedOn != current.PolicySetVersion, IsPublished(draft, current), Problems(draft, current));
    }

    /// <summary>What publishing it now would change; null when there is no such draft.</summary>
    public async Task<DraftDifference?> DifferenceAsync(string id, CancellationToken cancellationToken)
    {
        if (await drafts.FindAsync(id, cancellationToken) is not { } draft)
        {
            return null;
        }

        var current = await configuration.ReadAsync(cancellationToken);
        return new DraftDifference(draft.Header.BasedOn, current.PolicySetVersion, Between((current.Content.Purposes!, current.Content.Policies!), (draft.Purposes, draft.Policies)));
    }

    /// <summary>
    /// Publishes it, if it is still as it was seen, valid, and based on what is published at that moment; with four-eyes, not for who has written it. Then it is
    /// gone, and its content is the next version.
    /// </summary>
    public async Task<DraftOutcome> PublishAsync(string id, long seen, string? note, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        while (true)
        {
            if (await drafts.FindAsync(id, cancellationToken) is not { } draft)
            {
                return new DraftOutcome.NotFound();
            }

            if (draft.Header.Version != seen)
            {
                return new DraftOutcome.Stale(draft);
            }

            var current = await configuration.ReadAsync(cancellationToken);
            var changes = Between((current.Content.Purposes!, current.Content.Policies!), (draft.Purposes, draft.Policies));
            if (settings.Value.FourEyes && draft.Header.Editors.Contains(caller.ClientId, StringComparer.Ordinal))
            {
                await ledger.RecordAsync(Record("four_eyes_refused", draft.Header, changes, caller), CancellationToken.None);
                return new DraftOutcome.OwnWork();
            }

            if (await ObstacleAsync(draft, current, cancellationToken) is { } obstacle)
            {
                return obstacle;
            }

            var version = current.PolicySetVersion + 1;
            var record = Record("published", draft.Header, changes, caller) with { PolicySetVersion = version };
            if (await configuration.PublishAsync(current.Version, With(current, draft), new DraftPublication(id, seen, note), record, cancellationToken))
            {
                return new DraftOutcome.Published(version, changes);
            }

            // Somebody was faster, with this draft or with something else: it is judged against what holds now.
        }
    }

    private IReadOnlyList<MemberProblem> Problems(PolicyDraft draft, StoredConfiguration current) => _validator.Problems(With(current, draft));

    private static ExchangeConfiguration With(StoredConfiguration current, PolicyDraft draft) => current.Content with { Purposes = draft.Purposes, Policies = draft.Policies };

    private static IReadOnlyList<ConfigurationChange> Between(
        (IReadOnlyList<PurposeDefinition> Purposes, IReadOnlyList<PolicyDefinition> Policies) before, (IReadOnlyList<PurposeDefinition> Purposes, IReadOnlyList<PolicyDefinition> Policies) after) =>
        ConfigurationDifference.Between(
            new ExchangeConfiguration { Purposes = before.Purposes, Policies = before.Policies }, new ExchangeConfiguration { Purposes = after.Purposes, Policies = after.Policies });

    private static bool IsTooLarge(PolicyDraft draft) =>
        JsonSerializer.SerializeToUtf8Bytes(new ExchangeConfiguration { Purposes = draft.Purposes, Policies = draft.Policies }, ConfigurationJson.Compact).Length > MaxContent;

    private static DraftOutcome.Invalid TooLarge() => new([new MemberProblem("policies", "purposes and policies are larger than 1 MiB together, with every member written out")]);

    private static bool IsPublished(PolicyDraft draft, StoredConfiguration current) =>
        PolicySet.Hash(draft.Purposes, draft.Policies) == PolicySet.Hash(current.Content.Purposes!, current.Content.Policies!);

    private async Task<DraftOutcome?> ObstacleAsync(PolicyDraft draft, StoredConfiguration current, CancellationToken cancellationToken)
    {
        if (draft.Header.BasedOn != current.PolicySetVersion)
        {
            var seen = await sets.FindAsync(draft.Header.BasedOn, cancellationToken);
            return new DraftOutcome.Superseded(
                draft.Header.BasedOn, current.PolicySetVersion, Between((seen?.Purposes ?? [], seen?.Policies ?? []), (current.Content.Purposes!, current.Content.Policies!)));
        }

        return Problems(draft, current) is { Count: > 0 } problems ? new DraftOutcome.Invalid(problems)
            : IsPublished(draft, current) ? new DraftOutcome.Unchanged(current.PolicySetVersion)
            : null;
    }

    private async Task<DraftOutcome> MissedAsync(string id, CancellationToken cancellationToken) =>
        await drafts.FindAsync(id, cancellationToken) is { } now ? new DraftOutcome.Stale(now) : new DraftOutcome.NotFound();

    // What drafts say was written by people and is not judged yet: on record it stands in lines of its own that nothing in it can add to.
    private ExchangeRecord Record(string reason, DraftHeader draft, IReadOnlyList<ConfigurationChange> changes, Caller caller)
    {
        var detail = new StringBuilder($"draft {draft.Id}: {RecordText.Harmless(draft.Title)}");
        foreach (var line in changes.SelectMany(c => c.Lines))
        {
            detail.Append('\n').Append(RecordText.Harmless(line));
            if (detail.Length > MaxDetail)
            {
                break;
            }
        }

        return new ExchangeRecord
        {
            At = clock.GetUtcNow(), Kind = RecordKind.Configuration, Reason = reason, ClientId = caller.ClientId, Source = caller.Source?.ToString(), Detail = detail.ToString(),
        };
    }
}
