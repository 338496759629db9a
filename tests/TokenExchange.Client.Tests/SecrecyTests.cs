using System.Text.Json;
using System.Text.Json.Nodes;
using TokenExchange.Client.Tests.Fakes;

namespace TokenExchange.Client.Tests;

public sealed class SecrecyTests : IAsyncDisposable
{
    private readonly World _world = new();

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task No_value_of_the_api_shows_a_token_as_text()
    {
        var result = await _world.Bare().ExchangeAsync(_world.Asked, Now);
        object[] values = [SubjectToken.Jwt(World.Alice), SubjectToken.IdToken(World.Alice), SubjectToken.ActorToken(World.Alice), _world.Asked, result, ((ExchangeResult.Succeeded)result).Token];

        foreach (var value in values)
        {
            value.ToString().ShouldNotBeNull().ShouldNotContain(World.Alice);
            value.ToString().ShouldNotBeNull().ShouldNotContain("token-1");
        }
    }

    [Fact]
    public void A_subject_token_is_not_serialized() =>
        JsonSerializer.Serialize(SubjectToken.Jwt(World.Alice)).ShouldBe("""{"TokenType":"urn:ietf:params:oauth:token-type:jwt"}""");

    [Requirement("RFC 6749", "10.3", "Tokens and secrets are seen by nobody they are not for, logs included")]
    [Fact]
    public async Task Nothing_secret_is_logged_or_thrown_whatever_happens()
    {
        var key = ClientAuthenticationTests.NewKey().Private;
        using var mail = _world.Client();
        using var mailByKey = _world.Client(o => (o.ClientSecret, o.ClientKey) = (null, key));
        var thrown = new List<string>();
        var refused = new JsonObject { ["error"] = "invalid_request", ["error_description"] = "No." };
        Func<Seen, Microsoft.AspNetCore.Http.IResult>[] answers =
        [
            r => _world.Server.Issue(r),
            _ => FakeAuthorizationServer.Json(refused, 400),
            _ => Microsoft.AspNetCore.Http.Results.StatusCode(503),
            r => _world.Server.Issue(r, a => a["token_type"] = "DPoP"),
            r => Microsoft.AspNetCore.Http.Results.Text(r.Body),
            r => Microsoft.AspNetCore.Http.Results.Redirect("https://stranger.example/", preserveMethod: true),
        ];

        foreach (var answer in answers)
        {
            _world.Server.Exchange = answer;
            foreach (var client in new[] { mail, mailByKey })
            {
                try
                {
                    await client.GetStringAsync("/messages", Now);
                }
                catch (Exception e) when (e is TokenExchangeException or TokenExchangeRefusedException)
                {
                    thrown.Add(e.ToString());
                }

                _world.Time.Advance(TimeSpan.FromHours(1));
            }
        }

        thrown.Count.ShouldBe(10);
        var text = _world.Logs.Text + string.Join('\n', thrown);
        text.ShouldContain("was refused with invalid_request");
        string[] secrets =
        [
            World.Alice, World.Secret, Uri.EscapeDataString(World.Secret), "token-1", "token-2", JsonNode.Parse(key)!["d"]!.GetValue<string>(),
            .. _world.Server.Exchanges.Select(e => e.Authorization).OfType<string>(),
            .. _world.Server.Exchanges.Select(e => e.Form.GetValueOrDefault("client_assertion")).OfType<string>(),
        ];
        foreach (var secret in secrets)
        {
            text.ShouldNotContain(secret);
        }
    }
}
