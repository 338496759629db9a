using TokenExchange.Server.Revocations;

namespace TokenExchange.Server.Api;

/// <summary>The API for administrators' scripts: each room maps its own part. Whatever is not mapped is not there, for whoever asks.</summary>
internal static class AdminApi
{
    public static void MapAdminApi(this IEndpointRouteBuilder app)
    {
        var api = app.MapGroup("/admin/api").AddEndpointFilter<RouteGroupBuilder, ApiAccess>();
        api.MapRevocations();
    }
}
