using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Assertions;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Exchange;

namespace TokenExchange.Server.Clients;

/// <summary>
/// Finds out which client a request comes from. Every failure is the same refusal, and costs the same work: a client that is unknown, disabled or
/// authenticates in another way is held against a decoy. The detail is for the record.
/// </summary>
public sealed class ClientAuthenticator(CatalogSource catalogs, ClientAssertions assertions, ClientCertificates certificates, TimeProvider clock)
{
    private static readonly string Decoy = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes));

    /// <summary>The client, or the refusal.</summary>
    public async Task<Checked<ClientDefinition>> AuthenticateAsync(ClientCredentials credentials, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        var now = clock.GetUtcNow();
        var catalog = await catalogs.CurrentAsync(cancellationToken);
        var client = credentials.Claimed is { } claimed ? catalog.FindClient(claimed, now) : null;
        var problem = credentials switch
        {
            ClientCredentials.Secret secret => ProblemOf(secret, client, now),
            ClientCredentials.Assertion assertion => await assertions.ProblemOfAsync(assertion, client, now, cancellationToken),
            ClientCredentials.Certificate certificate => certificates.ProblemOf(certificate, client, now),
            _ => throw new InvalidOperationException("Unknown credentials."),
        };
        return problem is null && client is not null
            ? client
            : new Refusal(RefusalReason.ClientAuthenticationFailed, client is null ? "no such client, or disabled or expired" : problem);
    }

    // Secrets are generated with 256 bits of entropy: no slow hash is needed, and none is paid per request. There are always two comparisons: how long an answer
    // takes says neither whether a secret is being changed nor which of the two came close.
    private static string? ProblemOf(ClientCredentials.Secret credentials, ClientDefinition? client, DateTimeOffset now)
    {
        Span<byte> presented = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(credentials.Value), presented);
        var current = IsHashOf(client?.SecretSha256, presented);
        var previous = IsHashOf(client?.PreviousSecretSha256, presented);
        return client?.SecretSha256 is null ? "a secret of a client that has none"
            : current || (previous && now < client.PreviousSecretExpires) ? null
            : previous ? "the secret before the present one, which is no longer accepted"
            : "wrong secret";
    }

    private static bool IsHashOf(string? stored, ReadOnlySpan<byte> presented)
    {
        Span<byte> expected = stackalloc byte[SHA256.HashSizeInBytes];
        var readable = Base64Url.TryDecodeFromChars(stored ?? Decoy, expected, out var length) && length == SHA256.HashSizeInBytes;
        return CryptographicOperations.FixedTimeEquals(presented, expected) & readable & stored is not null;
    }
}
