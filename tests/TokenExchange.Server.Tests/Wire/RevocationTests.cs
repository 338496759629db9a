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

    [Requirement("RFC 8693", "2.2.2", "A subject token that is invalid for any reason is invalid_request")]
    [Requirement("RFC 7662", "4", "Revoked tokens are not active, at once")]
    [Requirement("RFC 7009", "2.1", "A revocation holds at once")]
    [Requirement("RFC 7009", "2.1", "What was derived from a token ends with it")]
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

    [Requirement("RFC 8693", "2.1", "Exchanging a token leaves it as good as it was")]
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

    [Requirement("RFC 7009", "2.2", "Revoking succeeds with 200, also when there is nothing to revoke")]
    [Theory]
    [InlineData("nonsense")]
    [InlineData("a.b.c")]
    public async Task What_is_no_token_is_revoked_already(string token) => (await Server.RevokeAsync(token)).Status.ShouldBe(200);

    [Requirement("RFC 7009", "2.2", "Revoking succeeds with 200, also when there is nothing to revoke")]
    [Fact]
    public async Task Revoking_twice_is_no_error()
    {
        var token = await Server.FirstTokenAsync();

        (await Server.RevokeAsync(token)).Status.ShouldBe(200);
        (await Server.RevokeAsync(token)).Status.ShouldBe(200);
    }

    [Requirement("RFC 7009", "2.1", "The client that asks must authenticate")]
    [Requirement("ASVS 5.0", "V10.4.10", "Clients authenticate whenever they call the server")]
    [Fact]
    public async Task Without_authentication_nothing_is_revoked()
    {
        var token = await Server.FirstTokenAsync();

        var answer = await Server.PostAsync("/revoke", World.InboxAgent, "wrong", ("token", token));

        (answer.Status, (string)answer.Json["error"]!).ShouldBe((401, "invalid_client"));
        (await IsActive(token)).ShouldBeTrue();
    }

    [Requirement("RFC 7009", "2.1", "A hint of the token type that is wrong does no harm")]
    [Requirement("RFC 7009", "2.2", "A hint of a token type that is unknown does no harm")]
    [Theory]
    [InlineData("access_token")]
    [InlineData("refresh_token")]
    [InlineData("nonsense")]
    public async Task A_token_type_hint_changes_nothing(string hint)
    {
        var token = await Server.FirstTokenAsync();

        (await Server.PostAsync("/revoke", World.InboxAgent, World.Secret, ("token", token), ("token_type_hint", hint))).Status.ShouldBe(200);

        (await IsActive(token)).ShouldBeFalse();
    }

    [Requirement("RFC 7009", "2.1", "A client ends its own tokens only")]
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
