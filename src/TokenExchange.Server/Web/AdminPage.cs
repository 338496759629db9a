using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Exchange;

namespace TokenExchange.Server.Web;

/// <summary>What every page of the administration has: who is there, what they may do, and how they are told what came of it.</summary>
public abstract class AdminPage : PageModel
{
    /// <summary>Who acts.</summary>
    protected Caller Caller => AdministratorPrincipal.CallerOf(HttpContext);

    /// <summary>The clock, as pages show it.</summary>
    public DateTimeOffset Now => HttpContext.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();

    /// <summary>Ends with the request, for what is only read.</summary>
    protected CancellationToken Aborted => HttpContext.RequestAborted;

    /// <summary>Whether whoever looks has one of <see cref="Rights"/>: what they may not do they are not shown.</summary>
    public async Task<bool> MayAsync(string right) =>
        (await HttpContext.RequestServices.GetRequiredService<IAuthorizationService>().AuthorizeAsync(User, null, right)).Succeeded;

    /// <summary>Says on the next page what came of it.</summary>
    /// <param name="what">A sentence.</param>
    /// <param name="good">Whether it came to what was wanted.</param>
    protected void Say(string what, bool good = true) => TempData[good ? "notice" : "warning"] = what;

    /// <summary>Puts mistakes beside the fields they belong to, and the others on top.</summary>
    /// <param name="problems">The mistakes.</param>
    /// <param name="prefix">What stands before a member in the names of the form's fields, e.g. <c>Input.</c>.</param>
    protected void Explain(IEnumerable<MemberProblem> problems, string prefix = "")
    {
        ArgumentNullException.ThrowIfNull(problems);
        foreach (var problem in problems)
        {
            ModelState.AddModelError(prefix + problem.Member, problem.Message);
        }
    }

    /// <summary>Goes to another page after a change, so that looking again repeats nothing.</summary>
    protected RedirectToPageResult Then(string page, object? values = null) => RedirectToPage(page, values);
}
