using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Policies;
using TokenExchange.Storage.Policies;

namespace TokenExchange.Server.Web.Admin.Policies.Drafts;

/// <summary>The same draft as JSON, for who prefers to write the whole of it.</summary>
[RequestSizeLimit(MaxBody)]
[RequestFormLimits(ValueLengthLimit = MaxBody, MultipartBodyLengthLimit = MaxBody)]
public sealed class JsonModel(PolicyDrafts drafts) : DraftPage(drafts)
{
    // A draft with line breaks and spaces, as people write it.
    private const int MaxBody = 4 * PolicyDrafts.MaxContent;

    // A name with line breaks makes several lines of one.
    private const int MostLines = ConfigurationShape.MostProblems + 1;

    /// <summary>The version of the draft that was seen.</summary>
    [BindProperty]
    public long Seen { get; set; }

    /// <summary>What was written.</summary>
    [BindProperty]
    public string? Text { get; set; }

    /// <summary>What somebody else has made of it meanwhile, with what was written beside it; null when nobody has.</summary>
    public IReadOnlyList<ComparedPurpose>? Conflict { get; private set; }

    /// <summary>Shows it.</summary>
    public async Task<IActionResult> OnGetAsync()
    {
        if (!await LoadAsync())
        {
            return NotFound();
        }

        (Text, Seen) = (Write(DraftContent), Draft.Header.Version);
        return Page();
    }

    /// <summary>Writes all of it anew.</summary>
    [Needs(Rights.Author)]
    public async Task<IActionResult> OnPostAsync()
    {
        if (!await LoadAsync())
        {
            return Gone();
        }

        if (!TryRead(out var content))
        {
            return Page();
        }

        var input = new DraftReplacement { Title = Title, Purposes = content.Purposes, Policies = content.Policies };
        switch (await Drafts.ReplaceAsync(Id, Seen, input, Caller, CancellationToken.None))
        {
            case DraftOutcome.Written:
                Say("Saved.");
                return Then("/Admin/Policies/Drafts/Index", new { id = Id });
            case DraftOutcome.NotFound:
                return Gone();
            case DraftOutcome.Stale:
                return await ConflictAsync(content);
            case var outcome:
                ModelState.AddModelError(nameof(Text), DraftWords.Of(outcome));
                return Page();
        }
    }

    // What was written stays in the form, now against the draft as it has become: sent once more it replaces that.
    private async Task<IActionResult> ConflictAsync(ExchangeConfiguration written)
    {
        if (!await LoadAsync())
        {
            return Gone();
        }

        Conflict = PolicyComparison.Between(DraftContent, written);
        Seen = Draft.Header.Version;
        ModelState.Remove(nameof(Seen));
        return Page();
    }

    private bool TryRead(out ExchangeConfiguration content)
    {
        content = new ExchangeConfiguration();
        if (!ConfigurationEditor.TryRead(Text ?? string.Empty, out var read, out var problem))
        {
            foreach (var line in problem!.Split('\n').Take(MostLines))
            {
                ModelState.AddModelError(nameof(Text), line);
            }
        }
        else if (read!.Issuers is not null || read.Resources is not null || read.Clients is not null)
        {
            ModelState.AddModelError(nameof(Text), "A draft holds purposes and policies, nothing else: leave out issuers, resources and clients.");
        }
        else if (read.Purposes is null || read.Policies is null)
        {
            ModelState.AddModelError(nameof(Text), "Write both purposes and policies, all of them; a list may be empty.");
        }

        content = read ?? content;
        return ModelState.IsValid;
    }

    private static string Write(ExchangeConfiguration content) => JsonSerializer.Serialize(content, ConfigurationJson.Indented);
}
