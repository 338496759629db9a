using System.Security.Cryptography;
using System.Text;

namespace DemoIdp.SignIn;

/// <summary>An application that users sign in to; the section <c>Idp:Clients</c> lists them.</summary>
public sealed record DemoClient
{
    /// <summary>Its <c>client_id</c>.</summary>
    public string ClientId { get; init; } = string.Empty;

    /// <summary>Its secret; null makes it a public client, which proves by PKCE alone that a code is its own.</summary>
    public string? ClientSecret { get; init; }

    /// <summary>Where codes and errors may be sent: absolute, compared as they are written (RFC 9700 §2.1).</summary>
    public IReadOnlyList<string> RedirectUris { get; init; } = [];

    /// <summary>Where a browser may be sent once its user has signed out; compared in the same way.</summary>
    public IReadOnlyList<string> PostLogoutRedirectUris { get; init; } = [];
}

/// <summary>The applications that users may sign in to.</summary>
public sealed class DemoClients
{
    private readonly Dictionary<string, DemoClient> _byId;

    /// <summary>Reads them.</summary>
    /// <exception cref="InvalidOperationException">Something is wrong with one; the sentence says what.</exception>
    public DemoClients(IConfiguration configuration)
    {
        var clients = configuration.GetSection("Idp:Clients").Get<DemoClient[]>() ?? [];
        foreach (var (client, at) in clients.Select((c, i) => (c, $"Idp:Clients:{i}")))
        {
            if (client.ClientId.Length == 0)
            {
                throw new InvalidOperationException($"{at}:ClientId is not set.");
            }

            if (client.ClientSecret is { Length: 0 })
            {
                throw new InvalidOperationException($"{at}:ClientSecret is empty: write a secret, or leave it out for a public client.");
            }

            if (client.RedirectUris.Concat(client.PostLogoutRedirectUris).FirstOrDefault(u => !IsAddress(u)) is { } wrong)
            {
                throw new InvalidOperationException($"{at} names '{wrong}': write an absolute address without fragment, e.g. http://localhost:5080/me/signed-in/0.");
            }
        }

        _byId = clients.ToDictionary(c => c.ClientId, StringComparer.Ordinal);
    }

    /// <summary>The client of this id; null when there is none.</summary>
    public DemoClient? Find(string? clientId) => clientId is null ? null : _byId.GetValueOrDefault(clientId);

    /// <summary>
    /// The client, if it has proven to be it: by its secret where it has one, by having none to show where it has not. Takes as long for a client that nobody knows.
    /// </summary>
    public DemoClient? Authenticate(string? clientId, string? secret)
    {
        var client = Find(clientId);
        var isEqual = CryptographicOperations.FixedTimeEquals(Hash(secret), Hash(client?.ClientSecret));
        return isEqual && (secret is null) == (client?.ClientSecret is null) ? client : null;
    }

    // A path alone is an absolute address of a file to .NET, on systems where paths begin like that.
    private static bool IsAddress(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && !uri.IsFile && uri.Fragment.Length == 0;

    private static byte[] Hash(string? secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret ?? string.Empty));
}
