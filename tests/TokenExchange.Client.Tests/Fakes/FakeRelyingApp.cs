using Microsoft.AspNetCore.Http;

namespace TokenExchange.Client.Tests.Fakes;

/// <summary>Says yes to every request, until told otherwise.</summary>
public sealed class FakeRelyingApp : FakeServer
{
    public Func<Seen, IResult> Answer { get; set; } = _ => Results.Text("welcome");

    protected override Task<IResult> AnswerAsync(Seen request) => Task.FromResult(Answer(request));

    /// <summary>A 401 with a challenge (RFC 6750 §3).</summary>
    public static IResult Challenge(string challenge) => new Unauthorized(challenge);

    private sealed class Unauthorized(string challenge) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status401Unauthorized;
            httpContext.Response.Headers.WWWAuthenticate = challenge;
            return Task.CompletedTask;
        }
    }
}
