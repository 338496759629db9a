using TokenExchange.Server.Revocations;

namespace TokenExchange.Server.Api;

/// <summary>The server's own API: each room maps its own part, behind <see cref="ApiAccess"/>. Whatever is not mapped is not there, for whoever asks.</summary>
internal static class ServerApi
{
    public static void MapServerApi(this IEndpointRouteBuilder app)
    {
        var admin = app.MapGuarded("/admin/api");
        admin.MapRevocations();
    }

    // Every endpoint of the group must say which scope it asks for.
    private static RouteGroupBuilder MapGuarded(this IEndpointRouteBuilder app, string prefix) => app.MapGroup(prefix).AddEndpointFilter<RouteGroupBuilder, ApiAccess>();
}
