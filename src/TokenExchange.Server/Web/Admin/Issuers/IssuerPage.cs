using Microsoft.AspNetCore.Mvc;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Configuration;

namespace TokenExchange.Server.Web.Admin.Issuers;

/// <summary>What the pages that edit trusted issuers have in common.</summary>
public abstract class IssuerPage(ItemEditor items) : PartyPage<IssuerDefinition>(items, ItemKinds.Issuers)
{
    /// <summary>What is edited.</summary>
    [BindProperty]
    public IssuerInput Input { get; set; } = new();

    /// <inheritdoc />
    protected override string FieldOf(string member)
    {
        ArgumentNullException.ThrowIfNull(member);
        return member switch
        {
            "claims.session" => "Input.SessionClaim",
            "claims.scope" => "Input.ScopeClaim",
            "claims.presenter" => "Input.PresenterClaim",
            "issuer" or "jwks" or "jwksUri" or "audiences" or "algorithms" or "tokenTypes" or "assertionTypes" or "maxAssertionAge" or "singleUse" or "subjectPrefix" or "allowPrivateHosts" =>
                $"Input.{char.ToUpperInvariant(member[0])}{member[1..]}",
            _ => string.Empty,
        };
    }

    /// <summary>Reads what was typed; what is wrong stands beside the fields.</summary>
    protected Func<IssuerDefinition, IssuerDefinition> ReadInput()
    {
        var problems = new List<MemberProblem>();
        var change = Input.Read(problems, out var isSecret);
        if (isSecret)
        {
            // A private key is not sent back to the screen.
            Input.Jwks = null;
            ModelState.Remove("Input.Jwks");
        }

        Explain(problems);
        return change;
    }
}
