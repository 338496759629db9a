using Microsoft.AspNetCore.Mvc;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Web.Parts;

namespace TokenExchange.Server.Web.Admin.Agents;

/// <summary>A secret that was just made, on the one page that shows it.</summary>
/// <param name="ClientId">Whose.</param>
/// <param name="Secret">The secret.</param>
/// <param name="Snippet">How to use it.</param>
/// <param name="Back">Where to go on.</param>
public sealed record ShownSecret(string ClientId, string Secret, string Snippet, string Back);

/// <summary>What the pages that edit clients have in common.</summary>
public abstract class AgentPage(ItemEditor items) : PartyPage<ClientDefinition>(items, ItemKinds.Clients)
{
    /// <summary>Kinds to choose from.</summary>
    public static IReadOnlyList<CheckOption> Kinds { get; } = [.. ClientKind.All.Select(k => new CheckOption(k, PartyWords.NameOfKind(k), PartyWords.MeaningOfKind(k)))];

    /// <summary>What is edited.</summary>
    [BindProperty]
    public AgentInput Input { get; set; } = new();

    /// <summary>How it authenticates.</summary>
    [BindProperty]
    public CredentialsInput Keys { get; set; } = new();

    /// <summary>Set on the one page that shows a new secret.</summary>
    public ShownSecret? Secret { get; protected set; }

    /// <inheritdoc />
    protected override string FieldOf(string member)
    {
        ArgumentNullException.ThrowIfNull(member);
        return member.Split('[', '.')[0] switch
        {
            "clientId" => "Input.ClientId",
            "name" => "Input.Name",
            "kind" => "Input.Kind",
            "owner" => "Input.Owner",
            "tags" => "Input.Tags",
            "expires" => "Input.Expires",
            "jwks" => "Keys.Jwks",
            "jwksUri" => "Keys.JwksUri",
            "allowPrivateHosts" => "Keys.AllowPrivateHosts",
            "tlsCertificate" => "Keys.CertificateName",
            "workloads" => "Workloads",
            "keepOldFor" => "KeepFor",
            _ => string.Empty,
        };
    }

    /// <summary>Forgets a private key that somebody pasted: it is not sent back to the screen.</summary>
    protected void ForgetPastedKey()
    {
        Keys = Keys with { Jwks = null };
        ModelState.Remove("Keys.Jwks");
    }
}
