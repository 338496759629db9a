using System.Reflection;

namespace TokenExchange.Architecture.Tests;

/// <summary><c>Program.cs</c> reads as a table of contents: it keeps the rules of the house too, though the other rules cannot see into it.</summary>
public sealed class TopLevelStatementTests
{
    [Fact]
    public void Program_leaves_OpenIddicts_server_and_rows_to_their_rooms()
    {
        var mentioned = TopLevelStatements.TypesMentionedBy(Assembly.Load("TokenExchange.Server"), "Program");

        mentioned.ShouldNotBeEmpty();
        mentioned.Where(IsAnotherRoomsBusiness).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Server.OpenIddict.MayHandle", "[OpenIddict.Server]OpenIddict.Server.OpenIddictServerOptions")]
    [InlineData("Server.Exchange.Configures", "[OpenIddict.Server]Microsoft.Extensions.DependencyInjection.OpenIddictServerBuilder")]
    [InlineData("Server.Exchange.ConfiguresInsideALambda", "[OpenIddict.Server]Microsoft.Extensions.DependencyInjection.OpenIddictServerBuilder")]
    public void Statements_that_configure_OpenIddicts_server_are_seen(string type, string mentioned) =>
        TopLevelStatements.TypesMentionedBy(GetType().Assembly, $"{House.Violating.RootNamespace}.{type}")
            .Where(IsAnotherRoomsBusiness)
            .ShouldContain(mentioned, StringComparer.Ordinal);

    private static bool IsAnotherRoomsBusiness(string type) =>
        type.StartsWith("[OpenIddict.Server", StringComparison.Ordinal)
        || (type.StartsWith("[TokenExchange.Storage]", StringComparison.Ordinal) && type.EndsWith("Row", StringComparison.Ordinal));
}
