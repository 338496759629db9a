using System.Text.Json.Nodes;
using TokenExchange.Core.Tokens;

namespace TokenExchange.ResourceServer.Responses;

/// <summary>The relying app's own metadata document (RFC 9728): where it stands and what it says.</summary>
internal static class ResourceMetadata
{
    /// <summary>The path of the document, with the resource's own path appended (RFC 9728 §3.1); null when the resource is not an http(s) URL.</summary>
    public static string? FindPath(ResourceIndicator resource)
    {
        var uri = new Uri(resource.Value);
        return uri.Scheme is "https" or "http" ? ActorTokenDefaults.MetadataPath + uri.AbsolutePath.TrimEnd('/') : null;
    }

    /// <summary>
    /// Where callers find it. Made of the configured resource and never of the request's Host field, which a stranger may choose.
    /// </summary>
    public static string? FindUrl(ResourceIndicator resource) =>
        FindPath(resource) is { } path ? new Uri(resource.Value).GetLeftPart(UriPartial.Authority) + path : null;

    /// <summary>The document (RFC 9728 §2).</summary>
    public static string Write(ActorTokenOptions options)
    {
        var document = new JsonObject
        {
            ["resource"] = options.Resource,
            ["authorization_servers"] = new JsonArray(options.Authority),
            ["bearer_methods_supported"] = new JsonArray("header"),
        };
        if (options.Scopes.Count > 0)
        {
            document["scopes_supported"] = new JsonArray([.. options.Scopes.Select(s => JsonValue.Create(s))]);
        }

        return document.ToJsonString();
    }
}
