using Microsoft.Extensions.DependencyInjection;
using OpenIddict.Abstractions;
using TokenExchange.Core.Configuration;
using TokenExchange.Storage.Clients;
using TokenExchange.Storage.Tests.Databases;

namespace TokenExchange.Storage.Tests;

/// <summary>The clients of the configuration are OpenIddict's applications.</summary>
public abstract class ClientTests(DatabaseServer server) : StorageTests(server)
{
    [Fact]
    public async Task OpenIddict_finds_a_client_of_the_configuration()
    {
        // One that is disabled or has expired would not be found.
        var definition = Some.Everything().Clients![0] with { Enabled = true, Expires = DateTimeOffset.UtcNow.AddDays(1) };
        await ReplaceAsync(definition, Some.Everything().Clients![1]);

        var client = (await FindAsync(definition.ClientId)).ShouldNotBeNull();

        client.ClientType.ShouldBe(OpenIddictConstants.ClientTypes.Confidential);
        client.ClientSecret.ShouldBe(definition.SecretSha256);
        client.DisplayName.ShouldBe(definition.Name);
        client.Kind.ShouldBe(definition.Kind);
        client.Enabled.ShouldBe(definition.Enabled);
        client.Expires.ShouldBe(definition.Expires);
        (await FindAsync("mail-api"))!.JsonWebKeySet.ShouldBe(Some.Everything().Clients![1].Jwks!.Value.GetRawText());
    }

    [Fact]
    public async Task A_client_id_that_differs_in_case_is_not_found()
    {
        await ReplaceAsync(Some.Client("agent"));

        (await FindAsync("Agent")).ShouldBeNull();
        (await FindAsync("agent ")).ShouldBeNull();
        (await FindAsync("agent")).ShouldNotBeNull();
    }

    [Fact]
    public async Task Of_two_clients_that_differ_in_case_each_is_found()
    {
        await ReplaceAsync(Some.Client("Agent") with { Name = "upper" }, Some.Client("agent") with { Name = "lower" });

        (await FindAsync("Agent"))!.DisplayName.ShouldBe("upper");
        (await FindAsync("agent"))!.DisplayName.ShouldBe("lower");
    }

    [Fact]
    public async Task A_client_that_changes_stays_the_same_application_and_one_that_comes_back_does_not()
    {
        await ReplaceAsync(Some.Client("agent"));
        var first = (await FindAsync("agent"))!.Id;

        await ReplaceAsync(Some.Client("agent") with { SecretSha256 = "b3RoZXI" });
        var changed = (await FindAsync("agent"))!;
        await ReplaceAsync();
        var gone = await FindAsync("agent");
        await ReplaceAsync(Some.Client("agent"));
        var back = (await FindAsync("agent"))!;

        changed.Id.ShouldBe(first);
        changed.ClientSecret.ShouldBe("b3RoZXI");
        gone.ShouldBeNull();
        back.Id.ShouldNotBe(first, StringComparer.Ordinal);
    }

    // A scope per question, as one per request.
    private async Task<ClientRow?> FindAsync(string clientId)
    {
        await using var scope = Database.CreateScope();
        return (ClientRow?)await scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>().FindByClientIdAsync(clientId, Stop);
    }

    private async Task ReplaceAsync(params ClientDefinition[] clients) =>
        (await Database.Configuration.ReplaceAsync(await Database.Configuration.VersionAsync(Stop), Some.Nothing() with { Clients = clients }, Some.Change(), Stop)).ShouldBeTrue();
}

[Collection(OnSqlite.Name)]
public sealed class SqliteClientTests(SqliteServer server) : ClientTests(server);

[Collection(OnSqlServer.Name)]
public sealed class SqlServerClientTests(SqlServerServer server) : ClientTests(server);
