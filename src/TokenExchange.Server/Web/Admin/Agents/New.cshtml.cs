using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Clients;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Settings;
using TokenExchange.Server.Web.Parts;

namespace TokenExchange.Server.Web.Admin.Agents;

/// <summary>Adds a client. A secret that is made for it stands on the page that answers, and nowhere else.</summary>
[Authorize(Rights.Configure)]
public sealed class NewModel(ItemEditor items, ClientSecrets secrets, ConfigurationEditor configuration, IOptions<ExchangeSettings> settings) : AgentPage(items)
{
    /// <summary>Shows the form.</summary>
    public void OnGet(string? kind)
    {
        Input = new AgentInput { Kind = ClientKind.All.Contains(kind, StringComparer.Ordinal) ? kind : ClientKind.AiAgent };
        Keys = CredentialsInput.Of(new ClientDefinition());
    }

    /// <summary>Adds it.</summary>
    [Needs(Rights.Configure)]
    public async Task<IActionResult> OnPostAsync()
    {
        var problems = new List<MemberProblem>();
        var client = Keys.Read(problems, out var isSecret)(Input.Read(problems)(new ClientDefinition { ClientId = FormText.Of(Input.ClientId) ?? string.Empty }));
        if (isSecret)
        {
            ForgetPastedKey();
        }

        if (problems.Count > 0)
        {
            Explain(problems);
            return Page();
        }

        if (Keys.Method != CredentialsInput.Secret)
        {
            return await RefusedAsync(await Items.CreateAsync(Kind, client, await EditingAsync(), CancellationToken.None), $"{client.ClientId} is added. Its credentials are below.")
                ?? Then("/Admin/Agents/Edit", new { id = client.ClientId, tab = "credentials" });
        }

        var given = await secrets.CreateAsync(client, await EditingAsync(), CancellationToken.None);
        if (await RefusedAsync(given.Outcome, done: null) is { } refused)
        {
            return refused;
        }

        Secret = new ShownSecret(
            client.ClientId, given.Secret!.Value, ClientSnippet.Of(settings.Value.Issuer, client, await configuration.ExportAsync(Aborted)), PartyWords.AddressOf("client", client.ClientId)!);
        return Page();
    }
}
