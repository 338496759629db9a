using System.Text.Json;
using FluentValidation;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Configuration;

namespace TokenExchange.Server.Api;

/// <summary>Reads what callers of the API send as JSON, strictly: a member nobody knows is a mistake, and every mistake is named with its member.</summary>
internal static class JsonInput
{
    /// <summary>The input, or the answer that says what is wrong with it (RFC 9457).</summary>
    public static async Task<(T? Input, IResult? Problem)> ReadAsync<T>(HttpContext http, IValidator<T> validator)
        where T : class
    {
        if (await ReadAsync<T>(http, ConfigurationJson.Compact) is var (input, problem) && input is null)
        {
            return (null, problem);
        }

        var judged = await validator.ValidateAsync(input, http.RequestAborted);
        return judged.IsValid
            ? (input, null)
            : (null, TypedResults.ValidationProblem(judged.Errors.GroupBy(e => ConfigurationValidator.PathOf(e.PropertyName), StringComparer.Ordinal)
                .ToDictionary(g => g.Key, g => g.Select(e => e.ErrorMessage).ToArray(), StringComparer.Ordinal)));
    }

    /// <summary>The same for input of many members: every one that is unknown or of another type is named, not only the first.</summary>
    public static async Task<(T? Input, IResult? Problem)> ReadWholeAsync<T>(HttpContext http, IValidator<T>? validator = null)
        where T : class
    {
        if (!http.Request.HasJsonContentType())
        {
            return (null, Malformed("Send a JSON object as application/json."));
        }

        T input;
        try
        {
            using var document = await JsonDocument.ParseAsync(http.Request.Body, default, http.RequestAborted);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return (null, Malformed("Send a JSON object as application/json."));
            }

            if (ConfigurationShape.Problems<T>(document.RootElement) is { Count: > 0 } problems)
            {
                return (null, ApiAnswers.Invalid(problems));
            }

            input = document.Deserialize<T>(ConfigurationJson.Compact)!;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            return (null, Malformed("The body is not JSON."));
        }

        return validator?.Validate(input) is { IsValid: false } judged
            ? (null, ApiAnswers.Invalid(judged.Errors.Select(e => new MemberProblem(JsonNamingPolicy.CamelCase.ConvertName(e.PropertyName), e.ErrorMessage))))
            : (input, null);
    }

    /// <summary>The input as it was sent, not judged yet, or the answer that says why it cannot be read.</summary>
    public static async Task<(T? Input, IResult? Problem)> ReadAsync<T>(HttpContext http, JsonSerializerOptions form)
        where T : class
    {
        try
        {
            var input = http.Request.HasJsonContentType() ? await http.Request.ReadFromJsonAsync<T>(form, http.RequestAborted) : null;
            return input is null ? (null, Malformed("Send a JSON object as application/json.")) : (input, null);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return (null, Malformed(e is JsonException { Path: { Length: > 1 } path } ? $"{path[2..]}: this member is unknown or of another type" : "The body is not JSON."));
        }
    }

    /// <summary>The answer to what was read and is wrong.</summary>
    public static Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult Malformed(string detail) => TypedResults.Problem(detail, statusCode: StatusCodes.Status400BadRequest);
}
