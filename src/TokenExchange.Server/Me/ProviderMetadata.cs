using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Assertions;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Exchange;

namespace TokenExchange.Server.Me;

/// <summary>
/// Where an issuer signs its users in: two addresses out of its discovery document (OpenID Connect Discovery 1.0 §4). Fetched like keys, from hosts that an
/// administrator allowed or the public internet, remembered for <see cref="PublishedKeys.FreshFor"/>, and not asked for more often than
/// <see cref="PublishedKeys.RetryAfter"/> where it cannot be had.
/// </summary>
public sealed class ProviderMetadata(GuardedHttp http, SignInWays ways, CatalogSource catalogs, TimeProvider clock, ILogger<ProviderMetadata> log)
{
    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>The addresses; refused while the issuer is not trusted with users, or cannot be reached.</summary>
    public async Task<Checked<OpenIdConnectConfiguration>> FindAsync(string issuer, CancellationToken cancellationToken)
    {
        if (ways.FindIssuer(issuer, await catalogs.CurrentAsync(cancellationToken)) is not { } trusted)
        {
            return new Refusal(RefusalReason.IssuerNotTrusted, issuer);
        }

        var entry = _entries.GetOrAdd(string.Join('\n', [issuer, .. trusted.AllowPrivateHosts]), _ => new Entry());
        if (entry.Fresh(clock.GetUtcNow()) is { } fresh)
        {
            return fresh;
        }

        await entry.Gate.WaitAsync(cancellationToken);
        try
        {
            var now = clock.GetUtcNow();
            if (entry.Fresh(now) is null && now - entry.TriedAt >= PublishedKeys.RetryAfter)
            {
                entry.TriedAt = now;

                // Not the request's token: one caller who hangs up must not end what others wait for. It is bounded by itself.
                await FetchAsync(entry, trusted, now);
            }

            return entry.Fresh(now) is { } found ? found : new Refusal(RefusalReason.IssuerKeysUnavailable, "discovery");
        }
        finally
        {
            entry.Gate.Release();
        }
    }

    private async Task FetchAsync(Entry entry, IssuerDefinition issuer, DateTimeOffset now)
    {
        var address = issuer.Issuer.TrimEnd('/') + "/.well-known/openid-configuration";
        try
        {
            using var document = JsonDocument.Parse(
                await http.GetAsync(address, issuer.AllowPrivateHosts, CancellationToken.None), new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 16 });
            if (!string.Equals(Text(document, "issuer"), issuer.Issuer, StringComparison.Ordinal))
            {
                throw new HttpRequestException($"The discovery document at '{address}' does not name this issuer.");
            }

            entry.Found = new OpenIdConnectConfiguration
            {
                Issuer = issuer.Issuer,
                AuthorizationEndpoint = Endpoint(document, "authorization_endpoint", issuer),
                TokenEndpoint = Endpoint(document, "token_endpoint", issuer),
            };
            entry.FetchedAt = now;
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or InvalidOperationException or System.Net.Sockets.SocketException or IOException)
        {
            SignInLog.ProviderUnavailable(log, issuer.Issuer, e.Message);
        }
    }

    private static string Endpoint(JsonDocument document, string member, IssuerDefinition issuer) =>
        Text(document, member) is { } address && GuardedHttp.IsAcceptable(address, issuer.AllowPrivateHosts, out _)
            ? address
            : throw new HttpRequestException($"The discovery document names no {member} that can be used.");

    private static string? Text(JsonDocument document, string member) =>
        document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(member, out var found) && found.ValueKind == JsonValueKind.String ? found.GetString() : null;

    private sealed class Entry
    {
        public SemaphoreSlim Gate { get; } = new(1, 1);

        public OpenIdConnectConfiguration? Found { get; set; }

        public DateTimeOffset FetchedAt { get; set; } = DateTimeOffset.MinValue;

        public DateTimeOffset TriedAt { get; set; } = DateTimeOffset.MinValue;

        public OpenIdConnectConfiguration? Fresh(DateTimeOffset now) => now - FetchedAt < PublishedKeys.FreshFor ? Found : null;
    }
}

internal static partial class SignInLog
{
    [LoggerMessage(1, LogLevel.Warning, "Users cannot sign in at {Issuer}: {Problem}")]
    public static partial void ProviderUnavailable(ILogger logger, string issuer, string problem);
}
