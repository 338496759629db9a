using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Settings;

namespace TokenExchange.Server.Web.Admin.Issuers;

/// <summary>Adds a trusted issuer.</summary>
[Authorize(Rights.Configure)]
[RequestFormLimits(ValueCountLimit = 200)]
public sealed class NewModel(ItemEditor items, IOptions<ExchangeSettings> settings, IWebHostEnvironment environment) : IssuerPage(items)
{
    /// <summary>Shows the form, with what is right for most.</summary>
    public void OnGet()
    {
        Input = IssuerInput.Of(new IssuerDefinition { Audiences = [settings.Value.Issuer] });

        // Where people try it out, the identity provider runs on the same machine.
        Input.AllowPrivateHosts = environment.IsDevelopment() ? "127.0.0.1 localhost" : null;
    }

    /// <summary>Adds it.</summary>
    [Needs(Rights.Configure)]
    public async Task<IActionResult> OnPostAsync()
    {
        var change = ReadInput();
        if (!ModelState.IsValid)
        {
            return Page();
        }

        var issuer = change(new IssuerDefinition { Issuer = FormText.Of(Input.Issuer) ?? string.Empty });
        return await RefusedAsync(await Items.CreateAsync(Kind, issuer, await EditingAsync(), CancellationToken.None), $"{issuer.Issuer} is trusted. Fetch its keys now to see whether they can be had.")
            ?? Then("/Admin/Issuers/Edit", new { id = issuer.Issuer });
    }
}
