using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Tests.Fixtures;
using TokenExchange.Storage.Audit;
using TokenExchange.Storage.Revocations;

namespace TokenExchange.Server.Tests.Wire;

/// <summary>RFC 7009: ending a token ends everything derived from it, and nothing else.</summary>
public sealed class RevocationTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private RunningServer Server => shared.Server;

    [Fact]
    public async Task Revoking_the_root_kills_the_second_hop()
    {
        var root = await Server.FirstTokenAsync();
        var leaf = (await Server.HopAsync(World.SummaryAgent, root, TokenTypes.AccessToken)).AccessToken;
        var sibling = await Server.FirstTokenAsync();

        var answer = await Server.RevokeAsync(root);

        (answer.Status, answer.Body).ShouldBe((200, "{}"));
        (await IsActive(root)).ShouldBeFalse();
        (await IsActive(leaf)).ShouldBeFalse();
        (await IsActive(sibling)).ShouldBeTrue();
        (await Server.HopAsync(World.SummaryAgent, leaf, TokenTypes.AccessToken)).Body
            .ShouldBe($$"""{"error":"invalid_request","error_description":"The subject token is no longer good.","error_uri":"{{Server.Issuer}}/errors/subject_token_revoked"}""");
    }

    [Fact]
    public async Task Revoking_the_leaf_leaves_the_root()
    {
        var root = await Server.FirstTokenAsync();
        var leaf = (await Server.HopAsync(World.SummaryAgent, root, TokenTypes.AccessToken)).AccessToken;

        (await Server.RevokeAsync(leaf, World.SummaryAgent)).Status.ShouldBe(200);

        (await IsActive(leaf)).ShouldBeFalse();
        (await IsActive(root)).ShouldBeTrue();
    }

    [Fact]
    public async Task The_revocation_is_on_record()
    {
        var token = await Server.FirstTokenAsync();

        await Server.RevokeAsync(token);

        var record = await Server.LastRecordAsync();
        (record.Kind, record.Reason, record.ClientId, record.TokenId).ShouldBe((RecordKind.Revocation, "revoked", World.InboxAgent, (string)Jwt.Payload(token)["jti"]!));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("a.b.c")]
    public async Task What_is_no_token_is_revoked_already(string token) => (await Server.RevokeAsync(token)).Status.ShouldBe(200);

    [Fact]
    public async Task Revoking_twice_is_no_error()
    {
        var token = await Server.FirstTokenAsync();

        (await Server.RevokeAsync(token)).Status.ShouldBe(200);
        (await Server.RevokeAsync(token)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Another_clients_token_stays()
    {
        var token = await Server.FirstTokenAsync();

        var answer = await Server.RevokeAsync(token, World.SummaryAgent);

        (answer.Status, answer.Body).ShouldBe((400, $$"""{"error":"unauthorized_client","error_description":"The token was issued to another client.","error_uri":"{{Server.Issuer}}/errors/token_of_another_client"}"""));
        (await IsActive(token)).ShouldBeTrue();
        (await Server.RecordsAsync()).ShouldContain(r => r.Reason == "token_of_another_client" && r.ClientId == World.SummaryAgent);
    }

    [Theory]
    [InlineData("txn")]
    [InlineData("sid")]
    public async Task Ending_a_delegation_or_session_ends_its_tokens_and_lets_no_new_ones_begin(string claim)
    {
        await using var server = await RunningServer.StartAsync();
        var root = await server.FirstTokenAsync();
        var leaf = (await server.HopAsync(World.SummaryAgent, root, TokenTypes.AccessToken)).AccessToken;
        var id = (string)Jwt.Payload(root)[claim]!;

        await server.Services.GetRequiredService<RevocationStore>().RevokeAsync(
            claim == "txn" ? Root.Delegation(id) : Root.Session(id), "test", new ExchangeRecord { At = server.Now, Kind = RecordKind.Revocation, Reason = "revoked" }, default);

        (await server.IntrospectAsync(leaf)).Body.ShouldBe("""{"active":false}""");
        var again = await server.FirstHopAsync();
        (again.Status, (string)again.Json["error_uri"]!).ShouldBe((400, $"{server.Issuer}/errors/subject_token_revoked"));
    }

    private async Task<bool> IsActive(string token) => (await Server.IntrospectAsync(token)).Json["active"]!.GetValue<bool>();
}
