using System.Globalization;
using System.Net.Mime;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Rendering;
using TokenExchange.Server.Exchange;
using TokenExchange.Server.Web.Parts;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Server.Web.Admin.Audit;

/// <summary>Everything that happened, newest first.</summary>
/// <param name="search">Finds it.</param>
/// <param name="ledger">Where exports are put on record.</param>
/// <param name="bounds">What an export may cost; null for the defaults.</param>
public sealed class IndexModel(RecordSearch search, ExchangeLedger ledger, RecordExportBounds? bounds = null) : AdminPage
{
    private const int PageSize = 50;

    private readonly int _most = (bounds ?? new RecordExportBounds()).Records;

    /// <summary>The filter.</summary>
    [BindProperty(SupportsGet = true)]
    public AuditForm Q { get; set; } = new();

    /// <summary>Shows what is older than this record.</summary>
    [BindProperty(SupportsGet = true)]
    public long? Older { get; set; }

    /// <summary>Shows what is newer than this record.</summary>
    [BindProperty(SupportsGet = true)]
    public long? Newer { get; set; }

    /// <summary>What was found.</summary>
    public RecordPage Found { get; private set; } = new([], null, null, null);

    /// <summary>Kinds of records to choose from.</summary>
    public IEnumerable<SelectListItem> Kinds { get; } =
        [new SelectListItem("Any", string.Empty), .. Enum.GetValues<RecordKind>().Select(k => new SelectListItem(RecordWords.Of(k), k.ToString()))];

    /// <summary>The address of the next page; null when there is none.</summary>
    public string? OlderAddress => Found.Older is { } id ? Q.Address("/admin/audit", ("Older", id.ToString(CultureInfo.InvariantCulture))) : null;

    /// <summary>The address of the page before; null when there is none.</summary>
    public string? NewerAddress => Found.Newer is { } id ? Q.Address("/admin/audit", ("Newer", id.ToString(CultureInfo.InvariantCulture))) : null;

    /// <summary>Shows a page.</summary>
    public async Task OnGetAsync()
    {
        var (filter, problems) = Q.Read();
        if (problems.Count > 0)
        {
            Explain(problems, "Q.");
            return;
        }

        Found = Newer is { } newer ? await search.NewerAsync(filter, newer, PageSize, Aborted) : await search.OlderAsync(filter, Older, PageSize, Aborted);
        if (Newer is not null && Found.Newer is null && Found.Records.Count < PageSize)
        {
            // The newest page is a full one.
            Found = await search.OlderAsync(filter, null, PageSize, Aborted);
        }
    }

    /// <summary>All that the filter finds, as comma-separated values.</summary>
    public Task<IActionResult> OnGetCsvAsync() => ExportAsync("text/csv; charset=utf-8", "csv");

    /// <summary>All that the filter finds, as JSON, an object a line.</summary>
    public Task<IActionResult> OnGetJsonAsync() => ExportAsync("application/x-ndjson", "jsonl");

    private async Task<IActionResult> ExportAsync(string type, string extension)
    {
        var (filter, problems) = Q.Read();
        if (problems.Count > 0)
        {
            Explain(problems, "Q.");
            return Page();
        }

        // Who takes the records with them is on record.
        await ledger.RecordAsync(
            new ExchangeRecord { At = Now, Kind = RecordKind.Configuration, Reason = "audit_exported", ClientId = Caller.ClientId, Source = Caller.Source?.ToString(), Detail = RecordText.Harmless($"{extension} {Q.Address(string.Empty)}") },
            CancellationToken.None);
        Response.ContentType = type;
        Response.Headers.ContentDisposition = new ContentDisposition { FileName = $"exchange-records-{Now.UtcDateTime.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}.{extension}" }.ToString();

        // One more tells whether that is all.
        await (extension == "csv"
            ? RecordExport.WriteCsvAsync(Response.BodyWriter, search.StreamAsync(filter, _most + 1, withQuestions: false, Aborted), _most, Aborted)
            : RecordExport.WriteJsonAsync(Response.BodyWriter, search.StreamAsync(filter, _most + 1, withQuestions: true, Aborted), _most, Aborted));
        return new EmptyResult();
    }
}
