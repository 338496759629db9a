using System.Text;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Evaluations;

/// <summary>What cannot be asked gets no decision: 400 with the member that is wrong, and nothing that was sent.</summary>
public sealed class HostileQuestionsTests(SharedAskingServer shared) : IClassFixture<SharedAskingServer>
{
    private const string Subject = """ "subject":{"type":"user","id":"alice"}""";
    private const string Action = """ "action":{"name":"mail.read"}""";
    private const string Resource = """ "resource":{"type":"resource","id":"https://mail.example"}""";
    private const string Context = """ "context":{"access_token":"a.b.c"}""";
    private const string AboutSubject = "subject: write type user, and as id the sub of the actor token";
    private const string AboutAction = "action: write as name one scope of the resource";
    private const string AboutResource = "resource: write type resource, and as id the URI under which it is registered";
    private const string AboutToken = "context.access_token: write the actor token the agent brought";
    private const string AboutSource = "context.source: write the address the agent calls from, or leave it out";

    private RunningServer Server => shared.Server;

    public static TheoryData<string, string> Questions => new()
    {
        { "", "The body is not JSON." },
        { "{", "The body is not JSON." },
        { "null", "Send a JSON object as application/json." },
        { "[]", "The body is not JSON." },
        { "{}", AboutSubject },
        { $"{{{Action},{Resource},{Context}}}", AboutSubject },
        { $$"""{"subject":{"type":"agent","id":"alice"},{{Action}},{{Resource}},{{Context}}}""", AboutSubject },
        { $$"""{"subject":{"type":"user","id":""},{{Action}},{{Resource}},{{Context}}}""", AboutSubject },
        { $$"""{"subject":{"type":"user","id":"ali\u0000ce"},{{Action}},{{Resource}},{{Context}}}""", AboutSubject },
        { $$"""{"subject":{"type":"user"},{{Action}},{{Resource}},{{Context}}}""", AboutSubject },
        { $$"""{"subject":{"type":"user","id":7},{{Action}},{{Resource}},{{Context}}}""", "subject.id: this member is unknown or of another type" },
        { $$"""{"subject":{"type":"user","id":"\ud800"},{{Action}},{{Resource}},{{Context}}}""", "subject.id: this member is unknown or of another type" },
        { $$"""{"subject":["alice"],{{Action}},{{Resource}},{{Context}}}""", "subject: this member is unknown or of another type" },
        { $"{{{Subject},{Subject},{Action},{Resource},{Context}}}", "subject: this member is unknown or of another type" },
        { $"{{{Subject},{Resource},{Context}}}", AboutAction },
        { $$"""{{{Subject}},"action":{"name":"mail.read mail.send"},{{Resource}},{{Context}}}""", AboutAction },
        { $$"""{{{Subject}},"action":{"name":""},{{Resource}},{{Context}}}""", AboutAction },
        { $$"""{{{Subject}},"action":{"name":"{{new string('a', 256)}}"},{{Resource}},{{Context}}}""", AboutAction },
        { $"{{{Subject},{Action},{Context}}}", AboutResource },
        { $$"""{{{Subject}},{{Action}},"resource":{"type":"document","id":"https://mail.example"},{{Context}}}""", AboutResource },
        { $$"""{{{Subject}},{{Action}},"resource":{"type":"resource","id":"mail"},{{Context}}}""", AboutResource },
        { $"{{{Subject},{Action},{Resource}}}", AboutToken },
        { $$$"""{{{{Subject}}},{{{Action}}},{{{Resource}}},"context":{}}""", AboutToken },
        { $$$"""{{{{Subject}}},{{{Action}}},{{{Resource}}},"context":{"access_token":""}}""", AboutToken },
        { $$$"""{{{{Subject}}},{{{Action}}},{{{Resource}}},"context":{"access_token":"{{{new string('a', 16 * 1024 + 1)}}}"}}""", AboutToken },
        { $$$"""{{{{Subject}}},{{{Action}}},{{{Resource}}},"context":{"access_token":"a.b.c","source":"localhost"}}""", AboutSource },
        { $$$"""{{{{Subject}}},{{{Action}}},{{{Resource}}},"context":{"access_token":"a.b.c","source":""}}""", AboutSource },
        { $$$"""{{{{Subject}}},{{{Action}}},{{{Resource}}},"context":{"access_token":"a.b.c","source":"<script>"}}""", AboutSource },
        { $$$"""{{{{Subject}}},{{{Action}}},{{{Resource}}},{{{Context}}},"x":{{{string.Concat(Enumerable.Repeat("[", 20))}}}{{{string.Concat(Enumerable.Repeat("]", 20))}}}}""", "x: this member is unknown or of another type" },
    };

    [Theory]
    [MemberData(nameof(Questions), DisableDiscoveryEnumeration = true)]
    public async Task A_mistake_is_named_with_its_member_and_decides_nothing(string json, string detail)
    {
        foreach (var path in new[] { "/access/v1/evaluation", "/access/v1/evaluations" })
        {
            var app = await Server.AppTokenAsync();
            var before = (await Server.RecordsAsync()).Count;

            var answer = await Server.ApiAsync(HttpMethod.Post, path, app, json);

            (answer.Status, answer.ContentType, (string)answer.Json["detail"]!).ShouldBe((400, "application/problem+json", detail));
            (await Server.RecordsAsync()).Count.ShouldBe(before);
        }
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task Nothing_but_JSON_is_read(string type)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/access/v1/evaluation") { Content = new StringContent(AskingWorld.Question("a.b.c").ToJsonString(), Encoding.UTF8, type) };
        request.Headers.Authorization = new("Bearer", await Server.AppTokenAsync());

        var answer = await Server.SendAsync(request);

        (answer.Status, (string)answer.Json["detail"]!).ShouldBe((400, "Send a JSON object as application/json."));
    }

    [Theory]
    [InlineData("bfe9eb29-ab87-4ca3-be83-a1d5d8305716")]
    [InlineData("a \"b\" <c>")]
    public async Task A_request_that_has_a_name_is_answered_under_it(string name)
    {
        var token = await Server.FirstTokenAsync();
        foreach (var (app, json, status) in new[]
        {
            (await Server.AppTokenAsync(), AskingWorld.Question(token).ToJsonString(), 200), (await Server.AppTokenAsync(), "{}", 400), ("nobody", "{}", 401),
        })
        {
            var answer = await SendAsync(app, json, name);

            answer.Status.ShouldBe(status);
            answer.Headers.GetValues("X-Request-ID").ShouldBe([name]);
        }
    }

    [Fact]
    public async Task A_request_without_a_name_gets_none() => (await Server.EvaluateAsync(AskingWorld.Question("a.b.c"))).Headers.Contains("X-Request-ID").ShouldBeFalse();

    [Fact]
    public async Task A_name_that_cannot_be_given_back_is_refused()
    {
        foreach (var name in new[] { new string('a', 256), "" })
        {
            var answer = await SendAsync(await Server.AppTokenAsync(), AskingWorld.Question("a.b.c").ToJsonString(), name);

            (answer.Status, (string)answer.Json["detail"]!).ShouldBe((400, "X-Request-ID: send it once, at most 255 characters of printable ASCII"));
        }
    }

    private async Task<Answer> SendAsync(string app, string json, string name)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/access/v1/evaluation") { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new("Bearer", app);
        request.Headers.TryAddWithoutValidation("X-Request-ID", name).ShouldBeTrue();
        return await Server.SendAsync(request);
    }
}
