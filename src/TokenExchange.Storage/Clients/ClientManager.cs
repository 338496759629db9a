using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;
using OpenIddict.Core;

namespace TokenExchange.Storage.Clients;

/// <summary>
/// How OpenIddict sees clients: a disabled or expired one does not exist, and a secret is compared by its SHA-256. Secrets are generated with 256 bits
/// of entropy, so that no slow hash is needed and none is paid per request.
/// </summary>
public sealed class ClientManager(
    IOpenIddictApplicationCache<ClientRow> cache,
    ILogger<OpenIddictApplicationManager<ClientRow>> logger,
    IOptionsMonitor<OpenIddictCoreOptions> options,
    IOpenIddictApplicationStore<ClientRow> store,
    TimeProvider clock)
    : OpenIddictApplicationManager<ClientRow>(cache, logger, options, store)
{
    /// <inheritdoc />
    public override async ValueTask<ClientRow?> FindByClientIdAsync(string identifier, CancellationToken cancellationToken = default)
    {
        var client = await base.FindByClientIdAsync(identifier, cancellationToken);
        return client is { Enabled: true } && (client.Expires is not { } expires || clock.GetUtcNow() < expires) ? client : null;
    }

    /// <inheritdoc />
    protected override ValueTask<bool> ValidateClientSecretAsync(string secret, string comparand, CancellationToken cancellationToken = default)
    {
        Span<byte> presented = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> expected = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(secret), presented);
        return ValueTask.FromResult(
            Base64Url.TryDecodeFromChars(comparand, expected, out var length) && length == SHA256.HashSizeInBytes && CryptographicOperations.FixedTimeEquals(presented, expected));
    }
}
