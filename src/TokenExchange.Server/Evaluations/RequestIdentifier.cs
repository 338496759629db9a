using TokenExchange.Server.Api;

namespace TokenExchange.Server.Evaluations;

/// <summary>Whoever names a request by <c>X-Request-ID</c> gets the same name back with the answer, whatever the answer is (AuthZEN 1.0 §10.1).</summary>
internal sealed class RequestIdentifier : IEndpointFilter
{
    private const string Header = "X-Request-ID";
    private const int MaxLength = 255;

    /// <inheritdoc />
    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(next);
        var http = context.HttpContext;
        if (!http.Request.Headers.TryGetValue(Header, out var values))
        {
            return next(context);
        }

        // What could not stand in a header of ours is refused rather than answered under another name.
        if (values is not [{ Length: > 0 and <= MaxLength } name] || name.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return ValueTask.FromResult<object?>(JsonInput.Malformed($"{Header}: send it once, at most {MaxLength} characters of printable ASCII"));
        }

        // Said at the last moment: what becomes of an exception begins with clearing the headers.
        http.Response.OnStarting(() =>
        {
            http.Response.Headers[Header] = name;
            return Task.CompletedTask;
        });
        return next(context);
    }
}
