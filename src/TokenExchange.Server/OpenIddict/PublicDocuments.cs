using OpenIddict.Server;
using TokenExchange.Server.Exchange;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace TokenExchange.Server.OpenIddict;

/// <summary>What metadata and keys have in common: anybody may read and keep them for a while.</summary>
internal static class PublicDocuments
{
    // No longer than our own relying-app package keeps keys: a withdrawn key is forgotten everywhere within that time.
    public const string CacheControl = "public, max-age=300";

    public static void Register(OpenIddictServerBuilder server)
    {
        server.AddEventHandler<ApplyJsonWebKeySetResponseContext>(b => b.UseInlineHandler(Apply).SetOrder(int.MinValue + 50_000));
        server.AddEventHandler<ApplyConfigurationResponseContext>(b => b.UseInlineHandler(Apply).SetOrder(int.MinValue + 50_000));
    }

    private static ValueTask Apply(ApplyJsonWebKeySetResponseContext context) => Apply(context.Transaction, context.Response);

    private static ValueTask Apply(ApplyConfigurationResponseContext context) => Apply(context.Transaction, context.Response);

    private static ValueTask Apply(OpenIddictServerTransaction transaction, global::OpenIddict.Abstractions.OpenIddictResponse response)
    {
        if (!string.IsNullOrEmpty(response.Error))
        {
            var error = RefusalWire.For(RefusalReason.MalformedRequest);
            (response.Error, response.ErrorDescription, response.ErrorUri) = (error.Error, "This document is read with GET.", null);
        }
        else
        {
            transaction.Http().Response.Headers.CacheControl = CacheControl;
        }

        return ValueTask.CompletedTask;
    }
}
