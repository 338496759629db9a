using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TokenExchange.Core.Tokens;
using TokenExchange.ResourceServer.Authorization;
using TokenExchange.ResourceServer.Validation;

namespace TokenExchange.ResourceServer.Authority;

/// <summary>Asks the authority whether an action is permitted right now (OpenID AuthZEN Authorization API 1.0). No answer is kept.</summary>
internal sealed class EvaluationClient(IOptions<ActorTokenOptions> options, AuthorityApi api, ILogger<EvaluationClient> logger)
{
    private const string Path = "/access/v1/evaluation";

    private readonly string _endpoint = options.Value.Authority!.TrimEnd('/') + Path;

    /// <summary>Null when each of the scopes is permitted. Everything but a clear answer counts as no answer, and no answer is no access.</summary>
    public async Task<ActionRefusal?> AskAsync(string token, string subject, ScopeSet scopes, IPAddress? source, CancellationToken cancel)
    {
        var endpoint = scopes.Count == 1 ? _endpoint : _endpoint + "s";
        var question = Write(token, subject, scopes, source).ToJsonString();
        using var response = await api.SendAsync(() => new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = new StringContent(question, Encoding.UTF8, "application/json") }, null, cancel);
        if (response is null)
        {
            return Unavailable;
        }

        if (response.StatusCode != HttpStatusCode.OK)
        {
            // A 401 or 403 here is about this app's own client, so the caller's token is not to blame.
            logger.EvaluationRefused(endpoint, (int)response.StatusCode);
            return Unavailable;
        }

        if (TryRead(await response.Content.ReadAsByteArrayAsync(cancel), scopes.Count, out var refusal))
        {
            return refusal;
        }

        logger.EvaluationUnreadable(endpoint);
        return Unavailable;
    }

    private static ActionRefusal.OfToken Unavailable { get; } = new(TokenRefusal.ActionUnjudged);

    private JsonObject Write(string token, string subject, ScopeSet scopes, IPAddress? source)
    {
        static JsonObject Action(string scope) => new() { ["name"] = scope };
        var context = new JsonObject { ["access_token"] = token };
        if (source is not null)
        {
            context["source"] = (source.IsIPv4MappedToIPv6 ? source.MapToIPv4() : source).ToString();
        }

        var question = new JsonObject
        {
            ["subject"] = new JsonObject { ["type"] = "user", ["id"] = subject },
            ["resource"] = new JsonObject { ["type"] = "resource", ["id"] = options.Value.Resource },
            ["context"] = context,
        };
        if (scopes.Count == 1)
        {
            question["action"] = Action(scopes.Single());
        }
        else
        {
            question["evaluations"] = new JsonArray([.. scopes.Select(s => new JsonObject { ["action"] = Action(s) })]);
            question["options"] = new JsonObject { ["evaluations_semantic"] = "deny_on_first_deny" };
        }

        return question;
    }

    // AuthZEN 1.0 §6.2 and §7.2: decision is the one required member, a boolean. A list ends at the first no, and is a yes only when it is whole.
    private static bool TryRead(byte[] json, int asked, out ActionRefusal? refusal)
    {
        refusal = null;
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
            var root = document.RootElement;
            JsonElement[] answers = asked == 1 ? [root] : [.. root.GetProperty("evaluations").EnumerateArray()];
            foreach (var answer in answers)
            {
                if (!answer.GetProperty("decision").GetBoolean())
                {
                    refusal = ReadRefusal(answer);
                    return true;
                }
            }

            return answers.Length == asked;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return false;
        }
    }

    // A no is clear whatever stands beside it; what can be read there decides how it is told.
    private static ActionRefusal ReadRefusal(JsonElement answer)
    {
        var context = answer.TryGetProperty("context", out var found) && found.ValueKind == JsonValueKind.Object ? found : default;
        return ReadText(context, "reason") switch
        {
            "step_up_needed" => new ActionRefusal.StepUp(ReadText(context, "acr_values"), ReadSeconds(context)),
            "subject_token_expired" => new ActionRefusal.OfToken(TokenRefusal.Expired),

            // The user has to lend anew, which the agent finds out by asking for a new token.
            "subject_token_revoked" or "delegation_ended" => new ActionRefusal.OfToken(TokenRefusal.Revoked),
            _ => new ActionRefusal.Denied(),
        };
    }

    private static string? ReadText(JsonElement context, string name) =>
        context.ValueKind == JsonValueKind.Object && context.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string? ReadSeconds(JsonElement context) =>
        context.TryGetProperty("max_age", out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var seconds) && seconds >= 0 ? $"{seconds}" : null;
}
