using System.Text.RegularExpressions;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Configuration;

namespace TokenExchange.Server.Web.Parts;

/// <summary>Issuers, clients and resources in the words of whoever configures them.</summary>
public static partial class PartyWords
{
    // Close enough that somebody should see to it.
    private static readonly TimeSpan Soon = TimeSpan.FromDays(14);

    private static readonly Dictionary<string, string> s_labels = new(StringComparer.Ordinal)
    {
        ["clientId"] = "Client id", ["secretSha256"] = "Secret (its hash)", ["previousSecretSha256"] = "Secret before (its hash)", ["previousSecretExpires"] = "Secret before accepted until",
        ["jwks"] = "Public keys", ["jwksUri"] = "Address of the keys", ["allowPrivateHosts"] = "Allowed private hosts", ["workloads"] = "Workloads",
        ["tlsCertificate"] = "Certificate", ["tlsCertificate.subjectDn"] = "Certificate: subject", ["tlsCertificate.sanDns"] = "Certificate: DNS name", ["tlsCertificate.sanUri"] = "Certificate: URI",
        ["resource"] = "Audience URI", ["clients"] = "Clients that may introspect", ["senderConstraint"] = "Sender constraint",
        ["issuer"] = "Issuer", ["audiences"] = "Audiences", ["tokenTypes"] = "Token types", ["assertionTypes"] = "Values of typ", ["maxAssertionAge"] = "Oldest assertion", ["singleUse"] = "Single use",
        ["claims.session"] = "Session claim", ["claims.scope"] = "Scope claim", ["claims.presenter"] = "Presenter claim", ["subjectPrefix"] = "Subject prefix",
    };

    /// <summary>What a member is called in forms.</summary>
    public static string LabelOf(string member)
    {
        ArgumentNullException.ThrowIfNull(member);
        return s_labels.GetValueOrDefault(member) ?? (member.Length == 0 ? member : char.ToUpperInvariant(member[0]) + member[1..]);
    }

    /// <summary>What is wrong, as validators say it of the file, with the names that fields have in forms.</summary>
    public static string InForms(string message) => FileNames().Replace(message, name => $"“{LabelOf(name.Value)}”");

    /// <summary>Where an item is edited; null for what has no page.</summary>
    /// <param name="kind">As in <see cref="ConfigurationChange.Kind"/>.</param>
    /// <param name="name">Which one.</param>
    public static string? AddressOf(string kind, string name) => kind switch
    {
        "issuer" => "/admin/issuers/edit" + QueryString.Create("id", name),
        "resource" => "/admin/resources/edit" + QueryString.Create("id", name),
        "client" => "/admin/agents/edit" + QueryString.Create("id", name),
        "purpose" => "/admin/policies/purpose" + QueryString.Create("id", name),
        "policy" => "/admin/policies/policy" + QueryString.Create("id", name),
        _ => null,
    };

    /// <summary>What a kind of item is called.</summary>
    public static string WordOf(string kind) => kind switch { "issuer" => "trusted issuer", "client" => "agent or client", _ => kind };

    /// <summary>Why a change is not for whoever wants it, and what to do.</summary>
    public static string Of(ForbiddenChange why) => why switch
    {
        ForbiddenChange.NeedsPublish => "a client that administers this server can only be added or changed by somebody who may publish as well; your role does not include that",
        ForbiddenChange.NeedsDraft => "purposes and policies change through a draft here, which somebody else publishes",
        ForbiddenChange.NeedsHost => "with the setting Policies:FourEyes, clients of kind automation are added and changed with the command apply on the host; here they can be disabled or deleted",
    };

    /// <summary>What a kind of client is called.</summary>
    public static string NameOfKind(string kind) => kind switch
    {
        ClientKind.AiAgent => "AI agent",
        ClientKind.Service => "Service",
        ClientKind.Resource => "API of a relying app",
        ClientKind.Automation => "Automation",
        _ => kind,
    };

    /// <summary>What a kind of client is for.</summary>
    public static string MeaningOfKind(string kind) => kind switch
    {
        ClientKind.AiAgent => "Acts for users: it exchanges a user's session for tokens that say so. Policies decide where and how far.",
        ClientKind.Service => "Acts for users as well, without a model behind it: mostly what agents hand work on to.",
        ClientKind.Resource => "An API that receives tokens. It acts for nobody; it may ask whether a token is still good (introspection).",
        ClientKind.Automation => "A script that administers this server over its API. It acts for nobody; whoever holds its secret can change what is configured.",
        _ => string.Empty,
    };

    /// <summary>The state of a client in a word, and its pill.</summary>
    public static (string Kind, string Word) StateOf(ClientDefinition client, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(client);
        return !client.Enabled ? ("bad", "disabled")
            : client.Expires <= now ? ("bad", "expired")
            : client.Expires <= now + Soon ? ("warn", "expiring")
            : ("good", "enabled");
    }

    /// <summary>How a client shows that it is itself.</summary>
    public static string AuthenticationOf(ClientDefinition client)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client switch
        {
            { SecretSha256: not null } => "secret",
            { Jwks: not null } => "its own key, pasted here",
            { JwksUri: not null } => "its own key, published",
            { TlsCertificate: not null } => "TLS certificate",
            _ => "nothing",
        };
    }

    [GeneratedRegex(@"\b(allowPrivateHosts|jwksUri|jwks|subjectPrefix|tokenTypes|assertionTypes|maxAssertionAge|clientId|secretSha256|tlsCertificate)\b", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex FileNames();
}
