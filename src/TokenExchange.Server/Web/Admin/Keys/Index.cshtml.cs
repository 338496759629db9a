using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Rendering;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Keys;

namespace TokenExchange.Server.Web.Admin.Keys;

/// <summary>The keys this server signs with.</summary>
public sealed class IndexModel(KeyRotation rotation) : AdminPage
{
    private const string Meant = "withdraw";

    /// <summary>All of them, newest first.</summary>
    public IReadOnlyList<KeyStatus> Keys { get; private set; } = [];

    /// <summary>The one that signs next; null when none is waiting.</summary>
    public KeyStatus? Next => Keys.FirstOrDefault(k => k.State == KeyState.Next);

    /// <summary>After how many minutes the next key signs.</summary>
    [BindProperty]
    public int? Lead { get; set; }

    /// <summary>What can be chosen.</summary>
    public static IEnumerable<SelectListItem> Leads { get; } =
        [.. new[] { KeyLife.ShortestLead, TimeSpan.FromDays(1), TimeSpan.FromDays(7) }.Select(l => new SelectListItem(l == TimeSpan.FromDays(1) ? "1 day" : Parts.TimeAtTagHelper.Length(l), $"{(int)l.TotalMinutes}"))];

    /// <summary>The word that says that a withdrawal is meant.</summary>
    [BindProperty]
    public string? Typed { get; set; }

    /// <summary>Shows them.</summary>
    public async Task OnGetAsync() => Keys = await rotation.ListAsync(Aborted);

    /// <summary>Makes the next key.</summary>
    [Needs(Rights.Administer)]
    public async Task<IActionResult> OnPostRotateAsync()
    {
        if (Lead is not null && Leads.All(l => l.Value != $"{Lead}"))
        {
            ModelState.AddModelError(nameof(Lead), "choose one of these");
            Keys = await rotation.ListAsync(Aborted);
            return Page();
        }

        Say(await rotation.RotateAsync(Caller, Lead is { } minutes ? TimeSpan.FromMinutes(minutes) : null, CancellationToken.None) switch
        {
            KeyRotationOutcome.Rotated(var next) => $"There is a next key. It signs from {Parts.TimeAtTagHelper.Words(next.ActiveFrom)}.",
            KeyRotationOutcome.Waiting(var next) => $"A next key is waiting already: it signs from {Parts.TimeAtTagHelper.Words(next.ActiveFrom)}. Nothing was changed.",
            _ => throw new InvalidOperationException("Unknown outcome."),
        });
        return Then("/Admin/Keys/Index");
    }

    /// <summary>Withdraws all keys at once.</summary>
    [Needs(Rights.Administer)]
    public async Task<IActionResult> OnPostWithdrawAsync()
    {
        if (!string.Equals(FormText.Of(Typed), Meant, StringComparison.Ordinal))
        {
            ModelState.AddModelError(nameof(Typed), $"type {Meant} to say that you mean it");
            Keys = await rotation.ListAsync(Aborted);
            return Page();
        }

        var replaced = await rotation.ReplaceAtOnceAsync(Caller, CancellationToken.None);
        Say($"Withdrawn: {replaced.Withdrawn.Count}. The key {replaced.Active.KeyId} signs now, and every token issued before is dead.");
        return Then("/Admin/Keys/Index");
    }
}
