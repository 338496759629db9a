using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Policies;
using TokenExchange.Core.Protocol;
using TokenExchange.Core.Tokens;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Keys;
using TokenExchange.Server.Settings;

namespace TokenExchange.Server.Bundles;

/// <summary>A signed bundle.</summary>
/// <param name="Jwt">The bundle (RFC 7515 §7.1).</param>
/// <param name="Hash">Lower-case hex SHA-256 of what it says; the same as long as that stays the same.</param>
public sealed record SignedBundle(string Jwt, string Hash);

/// <summary>Cuts the slice of one resource out of the configuration and signs it. Cut once per configuration, however many relying apps ask.</summary>
public sealed class PolicyBundles(JwtSigner signer, IOptions<ExchangeSettings> settings, TimeProvider clock)
{
    private volatile Cut _latest = new(-1);

    /// <summary>The bundle of a resource.</summary>
    public async ValueTask<SignedBundle> ForAsync(ResourceDefinition resource, Catalog catalog, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(catalog);
        var cut = _latest;
        if (cut.Version != catalog.Version)
        {
            _latest = cut = new Cut(catalog.Version);
        }

        var content = cut.Contents.GetOrAdd(ResourceIndicator.Parse(resource.Resource), _ => Slice(resource, catalog).ToJson());
        return new SignedBundle(
            await signer.SignAsync(PolicyBundle.JwtType, new JsonObject
            {
                [ClaimNames.Issuer] = settings.Value.Issuer,
                [ClaimNames.Audience] = resource.Resource,
                [ClaimNames.IssuedAt] = clock.GetUtcNow().ToUnixTimeSeconds(),
                [PolicyBundle.Claim] = content.DeepClone(),
            }, cancellationToken),
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content.ToJsonString()))));
    }

    /// <summary>What belongs to a resource. Pure.</summary>
    public static PolicyBundle Slice(ResourceDefinition resource, Catalog catalog)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(catalog);
        var indicator = ResourceIndicator.Parse(resource.Resource);
        var policies = catalog.Policies.PolicyDefinitions.Where(p => ResourceIndicator.Parse(p.Resource).Equals(indicator)).OrderBy(p => p.Name, StringComparer.Ordinal).ToList();
        var purposes = policies.Select(p => p.Purpose).ToHashSet(StringComparer.Ordinal);
        return new PolicyBundle
        {
            PolicySetVersion = catalog.Policies.Version,
            Purposes = [.. catalog.Policies.PurposeDefinitions.Where(p => purposes.Contains(p.Purpose)).OrderBy(p => p.Purpose, StringComparer.Ordinal)],
            Policies = policies,
            Agents =
            [
                .. catalog.EnabledAgents
                    .Select(a => new AgentFacts(a.ClientId, a.Kind, a.Tags))
                    .Where(a => policies.Exists(p => catalog.Policies.FindPolicy(p.Name)!.Selects(a)))
                    .Select(a => new BundledAgent { ClientId = a.ClientId, Kind = a.Kind, Tags = a.Tags })
                    .OrderBy(a => a.ClientId, StringComparer.Ordinal),
            ],
            Issuers = [.. catalog.Issuers.Where(i => i.Enabled).Select(i => i.Issuer).Order(StringComparer.Ordinal)],
            Scopes = resource.Scopes,
        };
    }

    // Belongs to one configuration; a request that still holds an older one only has it cut again.
    private sealed class Cut(long version)
    {
        public long Version => version;

        public ConcurrentDictionary<ResourceIndicator, JsonObject> Contents { get; } = new();
    }
}
