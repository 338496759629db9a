using TokenExchange.Core.Tokens;
using TokenExchange.Server.Configuration;
using TokenExchange.Storage.Delegations;

namespace TokenExchange.Server.Web.Admin.Delegations;

/// <summary>Which delegations somebody wants to see, as it stands in the address. Empty fields ask for nothing.</summary>
public sealed record LiveForm
{
    /// <summary>The user, as <c>sub</c> of tokens.</summary>
    public string? Subject { get; init; }

    /// <summary>An agent, wherever it stands in a chain.</summary>
    public string? Agent { get; init; }

    /// <summary>The purpose.</summary>
    public string? Purpose { get; init; }

    /// <summary>The resource, by its URI.</summary>
    public string? Resource { get; init; }

    /// <summary>The user's identity provider.</summary>
    public string? Issuer { get; init; }

    /// <summary><c>sid</c>.</summary>
    public string? Session { get; init; }

    /// <summary><c>txn</c>.</summary>
    public string? Delegation { get; init; }

    /// <summary>Whether anything is asked for.</summary>
    public bool IsEmpty => Fields.All(f => f.Value is null);

    /// <summary>The fields that are filled in, by name.</summary>
    private (string Name, string? Value)[] Fields =>
    [
        (nameof(Subject), FormText.Of(Subject)), (nameof(Agent), FormText.Of(Agent)), (nameof(Purpose), FormText.Of(Purpose)), (nameof(Resource), FormText.Of(Resource)),
        (nameof(Issuer), FormText.Of(Issuer)), (nameof(Session), FormText.Of(Session)), (nameof(Delegation), FormText.Of(Delegation)),
    ];

    /// <summary>What that asks for, and what of it cannot be read.</summary>
    public (LiveFilter Filter, IReadOnlyList<MemberProblem> Problems) Read()
    {
        ResourceIndicator? resource = null;
        var problems = FormText.Of(Resource) is { } uri && !ResourceIndicator.TryParse(uri, out resource) ? [new MemberProblem(nameof(Resource), "write the absolute URI of a resource")] : Array.Empty<MemberProblem>();
        return (new LiveFilter
        {
            Subject = FormText.Of(Subject), Agent = FormText.Of(Agent), Purpose = FormText.Of(Purpose), Resource = resource?.Key,
            Issuer = FormText.Of(Issuer), Session = FormText.Of(Session), Delegation = FormText.Of(Delegation),
        }, problems);
    }

    /// <summary>The address of a page with this filter.</summary>
    public string Address(params (string Name, string? Value)[] more) =>
        "/admin/delegations" + QueryString.Create(Fields.Concat(more).Where(f => f.Value is not null).Select(f => KeyValuePair.Create(f.Name, f.Value)));
}
