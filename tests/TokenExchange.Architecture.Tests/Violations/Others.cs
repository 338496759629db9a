namespace TokenExchange.Architecture.Tests.Violations
{
    namespace ResourceServer
    {
        internal static class ReadsTheDatabase
        {
            public static Type Store => typeof(Storage.Store);
        }
    }

    namespace Client
    {
        internal static class AsksTheServer
        {
            public static Type Server => typeof(Server.Startup.Queries);
        }

        internal static class TokenUtil;

        internal static class TokenUtils;
    }

    namespace Migrations
    {
        internal static class CopiesRows
        {
            public static long Copy(Storage.ExchangeRow row) => row.Id;
        }
    }
}
