using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Rendering;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Assertions;
using TokenExchange.Server.Configuration;

namespace TokenExchange.Server.Web.Admin.Issuers;

/// <summary>Says of an assertion whether it would be accepted, check by check. It is read from the form and never written anywhere, not even back into the form.</summary>
[Authorize(Rights.Try)]
public sealed class TestModel(AssertionTest test, ConfigurationEditor configuration) : AdminPage
{
    private static readonly JsonSerializerOptions s_indented = new(ConfigurationJson.Indented) { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The issuer whose page led here; null for none.</summary>
    [BindProperty(SupportsGet = true, Name = "id")]
    public string? Id { get; set; }

    /// <summary>The assertion. A property and not an argument of the handler: those are logged where everything is.</summary>
    [BindProperty]
    public string? Assertion { get; set; }

    /// <summary>The agent that would exchange it.</summary>
    [BindProperty]
    public string? Agent { get; set; }

    /// <summary><c>jwt</c> or <c>id_token</c>.</summary>
    [BindProperty]
    public string? Type { get; set; } = "jwt";

    /// <summary>Agents to choose from.</summary>
    public IReadOnlyList<SelectListItem> Agents { get; private set; } = [];

    /// <summary>What came of it; null until something was tested.</summary>
    public AssertionReport? Report { get; private set; }

    /// <summary>The claims, as JSON.</summary>
    public string? ClaimsJson => Report?.Claims is { } claims ? string.Join('\n', JsonSerializer.Serialize(claims, s_indented).Split('\n').Select(Parts.IdTextTagHelper.Visible)) : null;

    /// <summary>What an agent can call it.</summary>
    public IReadOnlyList<SelectListItem> Types { get; } = [new SelectListItem("a session assertion (JWT)", "jwt"), new SelectListItem("an ID token", "id_token")];

    /// <summary>Shows the form.</summary>
    public Task<IActionResult> OnGetAsync() => ShowAsync();

    /// <summary>Tests one.</summary>
    [Needs(Rights.Try)]
    public async Task<IActionResult> OnPostAsync()
    {
        // It is not sent back to the screen.
        var assertion = Assertion;
        Assertion = null;
        ModelState.Remove(nameof(Assertion));
        if (string.IsNullOrWhiteSpace(assertion))
        {
            ModelState.AddModelError(nameof(Assertion), "paste an assertion");
        }

        if (string.IsNullOrEmpty(Agent))
        {
            ModelState.AddModelError(nameof(Agent), "choose an agent; add one first where there is none");
        }

        if (ModelState.IsValid)
        {
            Report = await test.RunAsync(new AssertionTestInput(assertion!, Agent!, IsIdToken: Type == "id_token"), Caller, CancellationToken.None);
        }

        return await ShowAsync();
    }

    private async Task<IActionResult> ShowAsync()
    {
        Agents =
        [
            .. (await configuration.ExportAsync(Aborted)).Clients!.Where(c => ClientKind.IsAgent(c.Kind)).OrderBy(c => c.ClientId, StringComparer.Ordinal)
                .Select(c => new SelectListItem($"{Parts.IdTextTagHelper.Visible(c.Name)} ({c.ClientId})", c.ClientId)),
        ];
        return Page();
    }
}
