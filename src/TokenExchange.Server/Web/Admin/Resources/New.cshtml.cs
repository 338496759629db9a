using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Configuration;

namespace TokenExchange.Server.Web.Admin.Resources;

/// <summary>Adds a resource.</summary>
[Authorize(Rights.Configure)]
[RequestFormLimits(ValueCountLimit = WebSetup.MostFields)]
public sealed class NewModel(ItemEditor items) : ResourcePage(items)
{
    /// <summary>Shows the form.</summary>
    public Task<IActionResult> OnGetAsync() => ShowAsync(Page());

    /// <summary>Adds it, or a row.</summary>
    [Needs(Rights.Configure)]
    public async Task<IActionResult> OnPostAsync()
    {
        if (EditRows())
        {
            return await ShowAsync(Page());
        }

        var resource = Input.ApplyTo(new ResourceDefinition { Resource = FormText.Of(Input.Resource) ?? string.Empty });
        return await RefusedAsync(await Items.CreateAsync(Kind, resource, await EditingAsync(), CancellationToken.None), $"{resource.Name} is added. What agents may do there, policies say.") is { } refused
            ? await ShowAsync(refused)
            : Then("/Admin/Resources/Index");
    }
}
