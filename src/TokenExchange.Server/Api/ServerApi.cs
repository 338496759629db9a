using Microsoft.AspNetCore.Mvc;
using TokenExchange.Server.Bundles;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Evaluations;
using TokenExchange.Server.Events;
using TokenExchange.Server.Keys;
using TokenExchange.Server.Policies;
using TokenExchange.Server.Revocations;
using TokenExchange.Server.Simulation;

namespace TokenExchange.Server.Api;

/// <summary>The server's own API: each room maps its own part, behind <see cref="ApiAccess"/>. Whatever is not mapped is not there, for whoever asks.</summary>
internal static class ServerApi
{
    public static void MapServerApi(this IEndpointRouteBuilder app)
    {
        var admin = app.MapGuarded("/admin/api");
        admin.MapDescription();
        admin.MapConfiguration();
        admin.MapPolicySets();
        admin.MapDrafts();
        admin.MapRevocations();
        admin.MapSimulations();
        admin.MapKeys();
        app.MapGuarded("/policies").MapBundles();
        app.MapGuarded("/ssf").MapEventStreams();
        app.MapSsfMetadata();

        var access = app.MapGroup(string.Empty).AddEndpointFilter<RouteGroupBuilder, RequestIdentifier>().MapGuarded(EvaluationApi.Prefix);
        access.MapEvaluations();
        app.MapEvaluationMetadata();
    }

    /// <summary>Which scope an endpoint asks for, and what it does, in a few words.</summary>
    public static RouteHandlerBuilder Needs(this RouteHandlerBuilder endpoint, string scope, string summary) => endpoint.WithMetadata(new ApiScope(scope)).WithSummary(summary);

    /// <summary>What an endpoint reads, for its description. It does not judge the request: who may not call learns nothing by it.</summary>
    public static RouteHandlerBuilder Reads<T>(this RouteHandlerBuilder endpoint, bool optional = false) => endpoint.WithMetadata(new ApiBody(typeof(T), optional));

    /// <summary>The largest body an endpoint reads, in bytes, where that is not what holds for all others.</summary>
    public static RouteHandlerBuilder ReadsUpTo(this RouteHandlerBuilder endpoint, long bytes) => endpoint.WithMetadata(new RequestSizeLimitAttribute(bytes));

    /// <summary>An endpoint that changes only what its caller has seen.</summary>
    public static RouteHandlerBuilder AsSeen(this RouteHandlerBuilder endpoint) => endpoint.WithMetadata(new ApiIfMatch());

    // Every endpoint of the group must say which scope it asks for.
    private static RouteGroupBuilder MapGuarded(this IEndpointRouteBuilder app, string prefix) => app.MapGroup(prefix).AddEndpointFilter<RouteGroupBuilder, ApiAccess>();
}
