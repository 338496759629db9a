using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace TokenExchange.Client.Tests.Fakes;

/// <summary>Publishes metadata and issues <c>token-1</c>, <c>token-2</c>, … for whatever it is asked, until told otherwise.</summary>
public sealed class FakeAuthorizationServer : FakeServer
{
    private int _issued;

    /// <summary>Changes the metadata before it is published.</summary>
    public Action<JsonObject> Metadata { get; set; } = _ => { };

    /// <summary>Changes their text, for what no library would write.</summary>
    public Func<string, string> MetadataText { get; set; } = text => text;

    /// <summary>What the token endpoint answers.</summary>
    public Func<Seen, IResult> Exchange { get; set; }

    /// <summary>The token endpoint answers no exchange before this is complete.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public FakeAuthorizationServer() => Exchange = request => Issue(request);

    public IReadOnlyList<Seen> Exchanges => [.. Requests.Where(r => r.Path is "/token")];

    public int MetadataReads => Requests.Count(r => r.Path is "/.well-known/oauth-authorization-server");

    public IResult Issue(Seen request, Action<JsonObject>? change = null)
    {
        var answer = new JsonObject
        {
            ["access_token"] = $"token-{Interlocked.Increment(ref _issued)}",
            ["issued_token_type"] = "urn:ietf:params:oauth:token-type:access_token",
            ["token_type"] = "Bearer",
            ["expires_in"] = 300,
            ["scope"] = request.Form.GetValueOrDefault("scope", "mail.label mail.read"),
            ["purpose"] = request.Form.GetValueOrDefault("purpose", "inbox.triage"),
        };
        change?.Invoke(answer);
        return Json(answer);
    }

    public static IResult Json(JsonNode body, int status = 200) => Results.Text(body.ToJsonString(), "application/json", statusCode: status);

    protected override async Task<IResult> AnswerAsync(Seen request)
    {
        switch (request.Path)
        {
            case "/.well-known/oauth-authorization-server":
                var metadata = new JsonObject { ["issuer"] = Url, ["token_endpoint"] = Url + "/token" };
                Metadata(metadata);
                return Results.Text(MetadataText(metadata.ToJsonString()), "application/json");
            case "/token":
                await Gate;
                return Exchange(request);
            default:
                return Results.NotFound();
        }
    }
}
