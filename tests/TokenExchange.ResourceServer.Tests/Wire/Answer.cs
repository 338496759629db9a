namespace TokenExchange.ResourceServer.Tests.Wire;

/// <summary>What came back, as far as a caller can see it.</summary>
internal sealed record Answer(int Status, string? Challenge, string Body, string? ContentType, string? RetryAfter, string? CacheControl)
{
    private const string Metadata = "resource_metadata=\"https://mail.example/.well-known/oauth-protected-resource\"";

    public void ShouldBeOk(string body) => (Status, Challenge, Body).ShouldBe((200, null, body));

    public void ShouldBeNoToken() =>
        this.ShouldBe(new Answer(401, $"Bearer {Metadata}", string.Empty, null, null, "no-store"));

    public void ShouldBeRefused(string description) => this.ShouldBe(new Answer(
        401, $"Bearer error=\"invalid_token\", error_description=\"{description}\", {Metadata}", Json("invalid_token", description), "application/json", null, "no-store"));

    public void ShouldBeForbidden(string error, string parameter, string description) => this.ShouldBe(new Answer(
        403, $"Bearer error=\"{error}\", {parameter}, error_description=\"{description}\", {Metadata}", Json(error, description), "application/json", null, "no-store"));

    public void ShouldBeUnavailable() => this.ShouldBe(new Answer(
        503, null, Json("temporarily_unavailable", "The authorization server cannot be asked, so the token cannot be judged."), "application/json", "5", "no-store"));

    public void ShouldHaveNothingToGoBy() => this.ShouldBe(new Answer(
        503, null, Json("temporarily_unavailable", "The authorization server has not been heard from for too long, so the token cannot be judged."), "application/json", "5", "no-store"));

    private static string Json(string error, string description) => $$"""{"error":"{{error}}","error_description":"{{description}}"}""";
}
