using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OpenIddict.Abstractions;
using OpenIddict.Core;
using OpenIddict.Server;

namespace TokenExchange.Architecture.Tests.Violations.Server
{
    namespace Startup
    {
        internal sealed class Queries(DbContext context)
        {
            public DbContext Context => context;
        }
    }

    namespace Audit
    {
        internal sealed class Queries(DbContext context)
        {
            public int Count() => context.Set<object>().Count();
        }

        internal static class QueriesInsideAnAsyncLambda
        {
            public static Func<object, Task<int>> Count() => async something =>
            {
                await Task.Yield();
                return ((DbContext)something).SaveChanges();
            };
        }
    }

    namespace Administrators
    {
        internal sealed class KeepsAccounts(Microsoft.AspNetCore.Identity.EntityFrameworkCore.UserOnlyStore<Microsoft.AspNetCore.Identity.IdentityUser> store)
        {
            public bool AutoSaves => store.AutoSaveChanges;
        }

        internal static class ReadsItsAccount
        {
            public static string? Read() => new Storage.SomeAccount().PasswordHash;
        }
    }

    namespace OpenIddict
    {
        internal sealed class MayHandle
        {
            public static bool IsToken(OpenIddictServerOptions options) => options.DisableTokenStorage;
        }
    }

    namespace Exchange
    {
        internal static class Handles
        {
            public static string? Subject(OpenIddictServerEvents.HandleTokenRequestContext context) => context.Request?.SubjectToken;
        }

        internal static class Configures
        {
            public static IServiceCollection Services(OpenIddictServerBuilder builder) => builder.Services;
        }

        internal static class ConfiguresInsideALambda
        {
            public static IServiceCollection AddServer(IServiceCollection services) =>
                services.AddOpenIddict().AddServer(options => options.SetTokenEndpointUris("token")).Services;
        }

        internal static class SpeaksOpenIddictsWords
        {
            public static string? Subject(OpenIddictRequest request) => request.SubjectToken;
        }

        internal static class ReturnsARow
        {
            public static object Read() => new Storage.ExchangeRow { Id = 1 };
        }

        internal static class ReadsAnAccount
        {
            public static string? Read() => new Storage.SomeAccount().PasswordHash;
        }

        internal static class ReturnsRows
        {
            public static IEnumerable<Storage.ExchangeRow> Read() => [];
        }

        internal sealed class ExchangeManager<T>
        {
            public T? Value { get; init; }
        }

        internal abstract class InheritsItsNameManager<TToken>(
            IOpenIddictTokenCache<TToken> cache,
            Microsoft.Extensions.Logging.ILogger<OpenIddictTokenManager<TToken>> logger,
            Microsoft.Extensions.Options.IOptionsMonitor<OpenIddictCoreOptions> options,
            IOpenIddictTokenStore<TToken> store) : OpenIddictTokenManager<TToken>(cache, logger, options, store)
            where TToken : class;
    }
}
