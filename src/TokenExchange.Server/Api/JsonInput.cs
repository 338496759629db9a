using System.Text.Json;
using FluentValidation;
using TokenExchange.Core.Configuration;

namespace TokenExchange.Server.Api;

/// <summary>Reads what callers of the API send as JSON, strictly: a member nobody knows is a mistake, and every mistake is named with its member.</summary>
internal static class JsonInput
{
    /// <summary>The input, or the answer that says what is wrong with it (RFC 9457).</summary>
    public static async Task<(T? Input, IResult? Problem)> ReadAsync<T>(HttpContext http, IValidator<T> validator)
        where T : class
    {
        T? input;
        try
        {
            input = http.Request.HasJsonContentType() ? await http.Request.ReadFromJsonAsync<T>(ConfigurationJson.Compact, http.RequestAborted) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return (null, Malformed(e is JsonException { Path: { Length: > 1 } path } ? $"{path[2..]}: this member is unknown or of another type" : "The body is not JSON."));
        }

        if (input is null)
        {
            return (null, Malformed("Send a JSON object as application/json."));
        }

        var judged = await validator.ValidateAsync(input, http.RequestAborted);
        return judged.IsValid
            ? (input, null)
            : (null, TypedResults.ValidationProblem(judged.Errors.GroupBy(e => JsonNamingPolicy.CamelCase.ConvertName(e.PropertyName), StringComparer.Ordinal)
                .ToDictionary(g => g.Key, g => g.Select(e => e.ErrorMessage).ToArray(), StringComparer.Ordinal)));
    }

    private static Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult Malformed(string detail) => TypedResults.Problem(detail, statusCode: StatusCodes.Status400BadRequest);
}
