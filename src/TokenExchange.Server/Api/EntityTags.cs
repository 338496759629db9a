using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;

namespace TokenExchange.Server.Api;

/// <summary>Versions as entity tags (RFC 9110 §8.8.3): who changes something sends the tag of what they have seen, so that nobody's change is overwritten unseen.</summary>
internal static class EntityTags
{
    // A version that nothing ever has.
    private const long Never = -1;

    /// <summary>The answer to who does not say what they have seen (RFC 6585 §3). <c>*</c> would say: whatever it is.</summary>
    public static ProblemHttpResult Required => ApiAnswers.Problem(StatusCodes.Status428PreconditionRequired, "Send If-Match with the ETag of what you have read, so that nobody's change is lost.");

    /// <summary>Says which version is answered.</summary>
    public static void Write(HttpContext http, long version) => http.Response.Headers.ETag = $"\"{version.ToString(CultureInfo.InvariantCulture)}\"";

    /// <summary>The version the caller has seen; null when they do not say; one that nothing ever has when what they say is no tag of ours.</summary>
    public static long? Seen(HttpContext http) => http.Request.Headers.IfMatch.ToString().Trim() switch
    {
        "" or "*" => null,
        ['"', .. var digits, '"'] when digits.All(char.IsAsciiDigit) && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var version) => version,
        _ => Never,
    };
}
