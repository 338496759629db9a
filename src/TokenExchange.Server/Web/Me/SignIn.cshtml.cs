using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.WebUtilities;
using TokenExchange.Server.Me;

namespace TokenExchange.Server.Web.Me;

/// <summary>Offers the places where users sign in.</summary>
[NeedsNoRight]
public sealed class SignInModel(SignInWays ways) : PageModel
{
    /// <summary>Where to go then.</summary>
    [BindProperty(SupportsGet = true, Name = "returnUrl")]
    public string? Return { get; set; }

    /// <summary>Why they are here again, in a sentence; null when they are not.</summary>
    public string? Sentence { get; private set; }

    /// <summary>The places.</summary>
    public IReadOnlyList<SignInWay> Ways { get; private set; } = [];

    /// <summary>The link to one of them.</summary>
    public string LinkOf(SignInWay way)
    {
        ArgumentNullException.ThrowIfNull(way);
        return ReturnUrl.Local(Return) is var back && back == ReturnUrl.Home ? way.Path : QueryHelpers.AddQueryString(way.Path, ReturnUrl.Parameter, back);
    }

    /// <summary>Shows them.</summary>
    public async Task OnGetAsync(string? problem)
    {
        Sentence = SignInRefusal.SentenceOf(problem);
        Ways = await ways.OfferedAsync(HttpContext.RequestAborted);
    }
}
