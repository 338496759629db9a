using Microsoft.AspNetCore.Http.HttpResults;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Configuration;

namespace TokenExchange.Server.Api;

/// <summary>How the API answers: values as configuration is written, refusals as problem details (RFC 9457).</summary>
internal static class ApiAnswers
{
    // Who sends a hundred mistakes needs no more of them to begin with; a body full of mistakes must not become a larger answer.
    private const int MostProblems = ConfigurationShape.MostProblems;

    /// <summary>A value.</summary>
    public static JsonHttpResult<T> Value<T>(T value, int status = StatusCodes.Status200OK) => TypedResults.Json(value, ConfigurationJson.Compact, statusCode: status);

    /// <summary>A refusal, with members of its own where they help.</summary>
    public static ProblemHttpResult Problem(int status, string detail, params (string Name, object? Value)[] members) =>
        TypedResults.Problem(detail, statusCode: status, extensions: members.ToDictionary(m => m.Name, m => m.Value is null ? null : (object?)System.Text.Json.JsonSerializer.SerializeToElement(m.Value, ConfigurationJson.Compact), StringComparer.Ordinal));

    /// <summary>Mistakes, each under the member that is wrong.</summary>
    public static ValidationProblem Invalid(IEnumerable<MemberProblem> problems) => TypedResults.ValidationProblem(
        MemberProblem.UpTo(MostProblems, problems).GroupBy(p => p.Member, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Select(p => p.Message).ToArray(), StringComparer.Ordinal));
}
