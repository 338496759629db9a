using Microsoft.AspNetCore.Mvc;
using TokenExchange.Core.Policies;
using TokenExchange.Server.Web.Parts;
using TokenExchange.Storage.Audit;
using TokenExchange.Storage.Policies;

namespace TokenExchange.Server.Web.Admin.Audit;

/// <summary>One record: who acted for whom, why it ended as it did, and what else belongs to it.</summary>
public sealed class EntryModel(RecordSearch search, PolicySetStore sets) : AdminPage
{
    /// <summary>The record.</summary>
    public NumberedRecord Entry { get; private set; } = null!;

    /// <summary>What policies said then, check by check; null when they were not asked, or the question was not kept.</summary>
    public PolicyTrace? Trace { get; private set; }

    /// <summary>Other records of the same delegation, oldest first.</summary>
    public IReadOnlyList<NumberedRecord> Siblings { get; private set; } = [];

    /// <summary>Who acts for whom and where.</summary>
    public ChainGraph Chain { get; private set; } = new([]);

    /// <summary>Shows it.</summary>
    public async Task<IActionResult> OnGetAsync(long id)
    {
        if (await search.FindAsync(id, Aborted) is not { } found)
        {
            return NotFound();
        }

        Entry = found;
        var record = found.Record;
        Chain = ChainGraph.Of(record.Subject, record.Chain, record.Resource);
        Siblings = record.Delegation is { } delegation ? await search.SiblingsAsync(delegation, Aborted) : [];

        // Policies of one version never change: asked the same again, they say the same.
        if (record.Question is { } asked && record.PolicySetVersion is { } version && await sets.FindAsync(version, Aborted) is { } published)
        {
            Trace = PolicyEvaluator.Explain(new PolicySet(version, published.Purposes, published.Policies), asked.Question);
        }

        return Page();
    }
}
