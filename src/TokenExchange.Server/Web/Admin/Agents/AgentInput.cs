using TokenExchange.Core.Configuration;
using TokenExchange.Server.Configuration;

namespace TokenExchange.Server.Web.Admin.Agents;

/// <summary>What is edited of a client, but for how it authenticates. Text, so that whatever is typed is kept.</summary>
public sealed record AgentInput
{
    /// <summary>The client id; only when it is added.</summary>
    public string? ClientId { get; init; }

    /// <summary>What people call it.</summary>
    public string? Name { get; init; }

    /// <summary>One of <see cref="ClientKind.All"/>.</summary>
    public string? Kind { get; init; }

    /// <summary>Who answers for it.</summary>
    public string? Owner { get; init; }

    /// <summary>Tags, separated by spaces.</summary>
    public string? Tags { get; init; }

    /// <summary>When it expires, in UTC; empty for never.</summary>
    public string? Expires { get; init; }

    /// <summary>As the form shows a client.</summary>
    public static AgentInput Of(ClientDefinition client)
    {
        ArgumentNullException.ThrowIfNull(client);
        return new AgentInput { ClientId = client.ClientId, Name = client.Name, Kind = client.Kind, Owner = client.Owner, Tags = string.Join(' ', client.Tags), Expires = FormText.Of(client.Expires) };
    }

    /// <summary>The client with what was typed; what cannot be read goes to the problems. Its id and everything about credentials stays.</summary>
    public Func<ClientDefinition, ClientDefinition> Read(ICollection<MemberProblem> problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        if (!FormText.TryReadInstant(Expires, out var expires))
        {
            problems.Add(new MemberProblem("Input.Expires", "write a day or an instant in UTC, e.g. 2027-01-31 or 2027-01-31T09:30, or nothing"));
        }

        return client => client with { Name = FormText.Of(Name) ?? string.Empty, Kind = Kind ?? string.Empty, Owner = FormText.Of(Owner), Tags = FormText.WordsOnce(Tags), Expires = expires };
    }
}
