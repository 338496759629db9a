using TokenExchange.Core.Configuration;
using TokenExchange.Core.Protocol;

namespace TokenExchange.Server.Web.Admin.Agents;

/// <summary>The first request of a client, for a shell. The secret is asked for, so that it does not stay in the shell's history.</summary>
internal static class ClientSnippet
{
    /// <summary>Writes it.</summary>
    /// <param name="issuer">This server.</param>
    /// <param name="client">The client.</param>
    /// <param name="configured">What is configured, for a resource and a purpose that there are.</param>
    public static string Of(string issuer, ClientDefinition client, ExchangeConfiguration configured)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(configured);
        var policy = configured.Policies?.FirstOrDefault(p => PolicyUse.BecauseOf(p, client) is not null);
        var (path, form) = client.Kind switch
        {
            ClientKind.Resource => ("/introspect", new[] { ("token", "ACTOR_TOKEN") }),
            ClientKind.Automation => ("/token", [("grant_type", GrantTypes.ClientCredentials)]),
            _ => ("/token",
            [
                ("grant_type", GrantTypes.TokenExchange), ("subject_token", "SESSION_ASSERTION"), ("subject_token_type", TokenTypes.Jwt),
                ("resource", policy?.Resource ?? configured.Resources?.Select(r => r.Resource).FirstOrDefault() ?? "https://api.example"),
                ("purpose", policy?.Purpose ?? configured.Purposes?.Select(p => p.Purpose).FirstOrDefault() ?? "inbox.triage"),
            ]),
        };
        return $"read -rs SECRET\ncurl {Quoted(issuer + path)} \\\n  --user {Quoted(System.Uri.EscapeDataString(client.ClientId) + ":")}\"$SECRET\""
            + string.Concat(form.Select(f => $" \\\n  --data-urlencode {Quoted($"{f.Item1}={f.Item2}")}"));
    }

    // Nothing is special between single quotes but their end.
    private static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
