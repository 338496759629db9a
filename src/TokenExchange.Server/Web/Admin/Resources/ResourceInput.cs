using TokenExchange.Core.Configuration;

namespace TokenExchange.Server.Web.Admin.Resources;

/// <summary>A resource as it is edited.</summary>
public sealed class ResourceInput
{
    /// <summary>The audience URI; only when it is added.</summary>
    public string? Resource { get; set; }

    /// <summary>What people call it.</summary>
    public string? Name { get; set; }

    /// <summary>Who answers for it.</summary>
    public string? Owner { get; set; }

    /// <summary>Client ids of those that may introspect.</summary>
    public IList<string> Clients { get; set; } = [];

    /// <summary>Its scopes, a row each.</summary>
    public IList<ScopeInput> Scopes { get; set; } = [];

    /// <summary>As the form shows a resource.</summary>
    public static ResourceInput Of(ResourceDefinition resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return new ResourceInput
        {
            Resource = resource.Resource, Name = resource.Name, Owner = resource.Owner, Clients = [.. resource.Clients],
            Scopes = [.. resource.Scopes.Select(s => new ScopeInput { Name = s.Name, Description = s.Description, Sensitive = s.Sensitive })],
        };
    }

    /// <summary>The resource with what was typed; its URI stays. A row in which nothing was typed is none.</summary>
    public ResourceDefinition ApplyTo(ResourceDefinition resource) => resource with
    {
        Name = FormText.Of(Name) ?? string.Empty,
        Owner = FormText.Of(Owner),
        Clients = [.. Clients.Where(c => !string.IsNullOrEmpty(c)).Distinct(StringComparer.Ordinal)],
        Scopes = [.. Scopes.Where(s => !s.IsEmpty).Select(s => new ScopeDefinition { Name = FormText.Of(s.Name) ?? string.Empty, Description = FormText.Of(s.Description) ?? string.Empty, Sensitive = s.Sensitive })],
    };

    /// <summary>Adds or removes a row, as a button says: <c>add:scopes</c> or <c>remove:2</c>. False for anything else.</summary>
    public bool TryEditRows(string? what)
    {
        if (what == "add:scopes")
        {
            Scopes.Add(new ScopeInput());
            return true;
        }

        if (what?.StartsWith("remove:", StringComparison.Ordinal) == true && int.TryParse(what.AsSpan("remove:".Length), System.Globalization.CultureInfo.InvariantCulture, out var row) && row >= 0 && row < Scopes.Count)
        {
            Scopes.RemoveAt(row);
            return true;
        }

        return false;
    }
}

/// <summary>A scope as it is edited.</summary>
public sealed class ScopeInput
{
    /// <summary>The scope.</summary>
    public string? Name { get; set; }

    /// <summary>What it lets somebody do, in the user's words.</summary>
    public string? Description { get; set; }

    /// <summary>Whether its use is sensitive.</summary>
    public bool Sensitive { get; set; }

    /// <summary>Whether nothing was typed.</summary>
    public bool IsEmpty => string.IsNullOrWhiteSpace(Name) && string.IsNullOrWhiteSpace(Description);
}
