using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewEngines;
using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace TokenExchange.Server.Web.Admin.Policies.Drafts;

/// <summary>A part of a page as text, for an answer that comes in several pieces.</summary>
internal static class PartialText
{
    /// <summary>Renders a partial beside the page.</summary>
    public static async Task<string> RenderAsync<T>(PageModel page, string partial, T model)
    {
        var services = page.HttpContext.RequestServices;
        var view = services.GetRequiredService<ICompositeViewEngine>().FindView(page.PageContext, partial, isMainPage: false).EnsureSuccessful(originalLocations: null).View!;
        await using var writer = new StringWriter(System.Globalization.CultureInfo.InvariantCulture);
        var data = new ViewDataDictionary<T>(page.MetadataProvider, page.ModelState) { Model = model };
        await view.RenderAsync(new ViewContext(page.PageContext, view, data, page.TempData, writer, new HtmlHelperOptions()));
        return writer.ToString();
    }
}
