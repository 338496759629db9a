using Microsoft.IdentityModel.Tokens;
using OpenIddict.Server;
using TokenExchange.Server.Keys;
using static OpenIddict.Server.OpenIddictServerEvents;
using static OpenIddict.Server.OpenIddictServerHandlers;

namespace TokenExchange.Server.OpenIddict;

/// <summary>Which key signs a token, and which keys are published: asked for each request, because both change with the time and on other nodes.</summary>
internal static class KeysInUse
{
    public static void Register(OpenIddictServerBuilder server)
    {
        server.RemoveEventHandler(Discovery.AttachSigningKeys.Descriptor);
        server.AddEventHandler<HandleJsonWebKeySetRequestContext>(b => b.UseScopedHandler<Publish>().SetOrder(Discovery.AttachSigningKeys.Descriptor.Order));
        server.AddEventHandler<GenerateTokenContext>(b => b.UseScopedHandler<ChooseSigner>().SetOrder(Protection.AttachSecurityCredentials.Descriptor.Order + 1));
    }

    /// <summary>The public part of a key, member by member: whatever else a key holds cannot slip into it (RFC 7518 §6.2.1).</summary>
    private static JsonWebKey Public(ECDsaSecurityKey key)
    {
        var point = key.ECDsa.ExportParameters(includePrivateParameters: false).Q;
        return new JsonWebKey
        {
            Kty = JsonWebAlgorithmsKeyTypes.EllipticCurve, Crv = JsonWebKeyECTypes.P256, Use = JsonWebKeyUseNames.Sig, Alg = SigningKeys.Algorithm, Kid = key.KeyId,
            X = Base64UrlEncoder.Encode(point.X), Y = Base64UrlEncoder.Encode(point.Y),
        };
    }

    private sealed class Publish(SigningKeys keys, TimeProvider clock) : IOpenIddictServerHandler<HandleJsonWebKeySetRequestContext>
    {
        public async ValueTask HandleAsync(HandleJsonWebKeySetRequestContext context)
        {
            var current = await keys.PublishedAsync(context.CancellationToken);
            context.Keys.AddRange(current.Published(clock.GetUtcNow()).Select(Public));
        }
    }

    private sealed class ChooseSigner(TimeProvider clock) : IOpenIddictServerHandler<GenerateTokenContext>
    {
        public ValueTask HandleAsync(GenerateTokenContext context)
        {
            context.SigningCredentials = new SigningCredentials(context.Transaction.Keys().Signer(clock.GetUtcNow()), SigningKeys.Algorithm);
            return ValueTask.CompletedTask;
        }
    }
}
