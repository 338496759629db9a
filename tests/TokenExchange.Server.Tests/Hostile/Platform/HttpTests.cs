using System.Text;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Hostile.Platform;

/// <summary>Browsers, proxies, addresses and sizes.</summary>
public sealed class HttpTests(HostileWorld world) : IClassFixture<HostileWorld>
{
    private RunningServer Server => world.Server;

    [Theory]
    [InlineData("https://stranger.example")]
    [InlineData("null")]
    public async Task An_answer_is_for_no_origin_to_read(string origin)
    {
        var answer = await Server.PostRawAsync("/token", await FormAsync(), r => r.Headers.Add("Origin", origin));

        answer.Status.ShouldBe(200);
        answer.Headers.Where(h => h.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    [InlineData("HEAD")]
    [InlineData("TRACE")]
    [InlineData("PROPFIND")]
    public async Task Another_method_gets_nothing(string method)
    {
        var before = await Books.OpenAsync(Server);
        using var request = new HttpRequestMessage(new HttpMethod(method), "/token");
        if (method is not "TRACE" and not "HEAD")
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(await FormAsync()));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/x-www-form-urlencoded");
        }

        using var response = await Server.Http.SendAsync(request);

        ((int)response.StatusCode).ShouldBe(400);
        (await Books.OpenAsync(Server)).ShouldBe(before with { Records = before.Records + 1 });
        (await Server.LastRecordAsync()).Reason.ShouldBe("malformed_request");
    }

    [Theory]
    [InlineData("X-HTTP-Method-Override: GET")]
    [InlineData("X-Original-URL: /health/live")]
    [InlineData("X-Rewrite-URL: /health/live")]
    [InlineData("X-Forwarded-Host: stranger.example")]
    [InlineData("X-Forwarded-Proto: https")]
    [InlineData("X-Forwarded-Prefix: /stranger")]
    [InlineData("Host: stranger.example")]
    [InlineData("Forwarded: for=10.9.8.7;host=stranger.example;proto=https")]
    [InlineData("X-Forwarded-For: 10.9.8.7")]
    [InlineData("X-Real-IP: 10.9.8.7")]
    [InlineData("True-Client-IP: 10.9.8.7")]
    [InlineData("CF-Connecting-IP: 10.9.8.7")]
    public async Task A_header_that_a_proxy_would_write_changes_nothing(string header)
    {
        var (name, value) = (header.Split(": ")[0], header.Split(": ")[1]);
        void Add(HttpRequestMessage request) => request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue();

        var answer = await Server.PostRawAsync("/token", await FormAsync(), Add);

        ((string)answer.Claims["iss"]!).ShouldBe(Server.Issuer);
        (await Server.LastRecordAsync()).Source.ShouldBe("127.0.0.1");
        (await Server.PostRawAsync("/token", "grant_type=x", Add)).Body.ShouldContain($"\"error_uri\":\"{Server.Issuer}/errors/");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/.well-known/oauth-authorization-server");
        Add(request);
        using var metadata = await Server.Http.SendAsync(request);
        (await metadata.Content.ReadAsStringAsync()).ShouldBe(await Server.Http.GetStringAsync("/.well-known/oauth-authorization-server"));
    }

    [Fact]
    public async Task A_policy_for_a_network_is_not_met_by_saying_so()
    {
        await using var server = await RunningServer.StartAsync(World.Configuration with
        {
            Policies = [World.Permit("office", World.Triage, World.InboxAgent, "mail.read") with { Conditions = [new ConditionDefinition { SourceNetwork = ["10.0.0.0/8"] }] }],
        });
        var form = await FormAsync(server);

        foreach (var header in new[] { "X-Forwarded-For", "X-Real-IP", "Forwarded" })
        {
            await server.ShouldRefuseAsync(
                () => server.PostRawAsync("/token", form, r => r.Headers.TryAddWithoutValidation(header, header == "Forwarded" ? "for=10.9.8.7" : "10.9.8.7")), 400, ErrorCodes.InvalidRequest, "purpose_not_permitted");
        }
    }

    [Fact]
    public async Task A_token_in_the_address_is_not_read()
    {
        var (form, assertion) = (await FormAsync(), Server.Assertion());

        await Server.ShouldRefuseAsync(() => Server.PostRawAsync("/token?" + form, string.Empty), 400, ErrorCodes.InvalidRequest, "malformed_request", secrets: form.Split('=', '&'));
        await Server.ShouldRefuseAsync(() => Server.PostAsync("/token?subject_token=" + assertion, World.InboxAgent, World.Secret,
            ("grant_type", GrantTypes.TokenExchange), ("subject_token_type", TokenTypes.Jwt), ("resource", World.Mail), ("purpose", World.Triage)), 400, ErrorCodes.InvalidRequest, "parameter_missing", secrets: assertion);
        await Server.ShouldRefuseAsync(() => Server.PostAsync($"/token?client_id={World.InboxAgent}&client_secret={World.Secret}", null, null,
            ("grant_type", GrantTypes.TokenExchange), ("subject_token", assertion), ("subject_token_type", TokenTypes.Jwt), ("resource", World.Mail)), 401, ErrorCodes.InvalidClient, "client_authentication_failed", secrets: assertion);
    }

    [Theory]
    [InlineData("access_token")]
    [InlineData("token")]
    [InlineData("authorization")]
    public async Task A_token_in_a_relying_apps_address_is_no_token(string parameter)
    {
        var (status, challenge, body) = await world.App.GetAsync(null, $"/messages?{parameter}={world.OwnToken}");

        (status, challenge, body).ShouldBe((401, "Bearer resource_metadata=\"https://mail.example/.well-known/oauth-protected-resource\"", string.Empty));
    }

    [Theory]
    [InlineData("subject_token")]
    [InlineData("subject_token_type")]
    [InlineData("resource")]
    [InlineData("scope")]
    [InlineData("purpose")]
    [InlineData("client_id")]
    [InlineData("client_secret")]
    [InlineData("unknown")]
    public async Task NUL_in_a_parameter_is_refused_before_the_form_is_read(string parameter)
    {
        var form = await FormAsync();

        await Server.ShouldRefuseAsync(() => Server.PostRawAsync("/token", $"{form}&{parameter}=a%00b"), 400, ErrorCodes.InvalidRequest, "malformed_request", secrets: form.Split('=', '&'));
    }

    public static TheoryData<string, int> Sizes => new()
    {
        { "a token of 1 MB", 413 }, { "a body one byte too long", 413 }, { "a chunked body that is too long", 413 }, { "70 parameters", 400 }, { "a name that is too long", 400 },
        { "headers of 17 KB", 431 }, { "70 headers", 431 }, { "an address of 5 KB", 414 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task What_is_too_large_is_not_read(string what, int status)
    {
        var before = await Books.OpenAsync(Server);
        var form = await FormAsync();

        var answer = what switch
        {
            "a token of 1 MB" => await Server.PostRawAsync("/token", form.Replace("subject_token=", "subject_token=" + new string('A', 1024 * 1024), StringComparison.Ordinal)),
            "a body one byte too long" => await Server.PostRawAsync("/token", form + "&a=" + new string('a', (128 * 1024) + 1 - form.Length - 3)),
            "a chunked body that is too long" => await Server.PostRawAsync("/token", form + "&a=" + new string('a', 128 * 1024), r => r.Headers.TransferEncodingChunked = true),
            "70 parameters" => await Server.PostRawAsync("/token", form + string.Concat(Enumerable.Range(0, 70).Select(i => $"&p{i}=x"))),
            "a name that is too long" => await Server.PostRawAsync("/token", form + $"&{new string('n', 3000)}=x"),
            "headers of 17 KB" => await Server.PostRawAsync("/token", form, r => r.Headers.TryAddWithoutValidation("X-Long", new string('x', 17 * 1024))),
            "70 headers" => await Server.PostRawAsync("/token", form, r => Enumerable.Range(0, 70).ToList().ForEach(i => r.Headers.TryAddWithoutValidation($"X-{i}", "x"))),
            _ => await Server.PostRawAsync("/token?" + new string('x', 5 * 1024), form),
        };

        answer.Status.ShouldBe(status);
        if (status is 400 or 413)
        {
            answer.Body.ShouldBe($$"""{"error":"invalid_request","error_description":"The request is not a well-formed token request.","error_uri":"{{Server.Issuer}}/errors/malformed_request"}""");
            (await Books.OpenAsync(Server)).ShouldBe(before with { Records = before.Records + 1 });
            return;
        }

        // Refused by the web server before there is a request to speak of.
        answer.Body.ShouldBeEmpty();
        (await Books.OpenAsync(Server)).ShouldBe(before);
    }

    [Fact]
    public async Task A_body_of_the_greatest_length_is_read()
    {
        var form = await FormAsync();

        (await Server.PostRawAsync("/token", form + "&a=" + new string('a', (128 * 1024) - form.Length - 3))).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_token_of_a_megabyte_does_not_reach_a_relying_app()
    {
        var before = world.App.Served;

        (await world.App.GetAsync(new string('A', 1024 * 1024))).Status.ShouldBe(431);

        world.App.Served.ShouldBe(before);
    }

    private Task<string> FormAsync() => FormAsync(Server);

    private static async Task<string> FormAsync(RunningServer server)
    {
        using var form = new FormUrlEncodedContent(
        [
            new("grant_type", GrantTypes.TokenExchange), new("client_id", World.InboxAgent), new("client_secret", World.Secret), new("subject_token", server.Assertion()), new("subject_token_type", TokenTypes.Jwt),
            new("resource", World.Mail), new("purpose", World.Triage),
        ]);
        return await form.ReadAsStringAsync();
    }
}
