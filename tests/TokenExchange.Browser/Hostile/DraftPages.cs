using Microsoft.AspNetCore.WebUtilities;
using TokenExchange.Browser.Running;

namespace TokenExchange.Browser.Hostile;

/// <summary>What people do with drafts, page by page.</summary>
internal static class DraftPages
{
    /// <summary>Begins one, and returns its id.</summary>
    public static async Task<string> BeginAsync(PlainVisitor visitor, string title)
    {
        var begun = await visitor.SubmitAsync(await visitor.GetAsync("/admin/policies/new"), "main form", ("Title", title));
        return QueryHelpers.ParseQuery(begun.Target.ShouldNotBeNull().Query)["id"]!;
    }

    /// <summary>Adds a purpose.</summary>
    public static async Task AddPurposeAsync(PlainVisitor visitor, string draft, string purpose) => (await visitor.SubmitAsync(
        await visitor.GetAsync($"/admin/policies/draft/purpose?id={draft}"), "main form", ("Input.Purpose", purpose), ("Input.Title", "A purpose"), ("Input.Description", "To try this"))).Status.ShouldBe(302);
}
