using ArchUnitNET.Domain;
using ArchUnitNET.Fluent;
using Microsoft.EntityFrameworkCore;

namespace TokenExchange.Architecture.Tests;

/// <summary>Each rule twice: it holds in the house, and it is broken by exactly the types built to break it.</summary>
public sealed class HouseRuleTests
{
    [Fact]
    public void Every_project_is_looked_at() =>
        new[] { "src", "migrations" }
            .SelectMany(folder => Repository.WrittenFiles(Repository.PathOf(folder), "*.csproj"))
            .Select(Path.GetFileNameWithoutExtension)
            .Order(StringComparer.Ordinal)
            .ShouldBe(House.AssemblyNames.Order(StringComparer.Ordinal));

    [Fact]
    public void Core_knows_only_System_and_itself() => Holds(HouseRules.CoreKnowsOnlySystemAndItself, house => house.Core);

    [Fact]
    public void Core_that_logs_is_seen() =>
        Offenders(HouseRules.CoreKnowsOnlySystemAndItself).ShouldBe(["Core.AsksTheServer", "Core.Logs", "Core.LogsInsideALambda"]);

    [Fact]
    public void EF_Core_lives_in_Storage() => Holds(HouseRules.EfCoreLivesInStorage, house => house.Source);

    [Fact]
    public void A_query_outside_Storage_is_seen() =>
        Offenders(HouseRules.EfCoreLivesInStorage).ShouldBe(["Server.Administrators.KeepsAccounts", "Server.Audit.Queries", "Server.Audit.QueriesInsideAnAsyncLambda", "Server.Startup.Queries"]);

    [Fact]
    public void OpenIddicts_server_lives_in_its_room() => Holds(HouseRules.OpenIddictsServerLivesInItsRoom, house => house.Source);

    [Fact]
    public void OpenIddicts_server_in_another_room_is_seen() =>
        Offenders(HouseRules.OpenIddictsServerLivesInItsRoom).ShouldBe(["Server.Exchange.Configures", "Server.Exchange.ConfiguresInsideALambda", "Server.Exchange.Handles"]);

    [Fact]
    public void Rows_stay_in_Storage() => Holds(HouseRules.RowsStayInStorage, house => house.Source);

    [Fact]
    public void A_row_that_leaves_Storage_is_seen() =>
        Offenders(HouseRules.RowsStayInStorage).ShouldBe(["Migrations.CopiesRows", "Server.Exchange.ReturnsARow", "Server.Exchange.ReturnsRows"]);

    [Fact]
    public void Accounts_stay_in_their_room()
    {
        HouseRules.Accounts(House.Real).GetObjects(House.Real.Architecture).Select(type => type.Name).ShouldBe(["AdministratorAccount"]);
        Holds(HouseRules.AccountsStayInTheirRoom, house => house.Source);
    }

    [Fact]
    public void An_account_in_another_room_is_seen() => Offenders(HouseRules.AccountsStayInTheirRoom).ShouldBe(["Server.Exchange.ReadsAnAccount"]);

    [Fact]
    public void Storage_with_a_context_has_rows()
    {
        var contexts = House.Real.Storage.GetObjects(House.Real.Architecture).OfType<Class>()
            .Where(type => type.InheritedClasses.Any(parent => string.Equals(parent.FullName, typeof(DbContext).FullName, StringComparison.Ordinal)));

        if (contexts.Any())
        {
            HouseRules.Rows(House.Real).GetObjects(House.Real.Architecture).ShouldNotBeEmpty("or the rule about rows looks for a name nobody uses");
        }
    }

    [Fact]
    public void Names_say_what_a_type_does() => Holds(HouseRules.NamesSayWhatATypeDoes, house => house.Source);

    [Fact]
    public void A_name_that_says_nothing_is_seen() =>
        Offenders(HouseRules.NamesSayWhatATypeDoes)
            .ShouldBe(["Client.TokenUtil", "Client.TokenUtils", "Core.ScopeHelper", "Server.Exchange.ExchangeManager`1", "Storage.RowProcessor"]);

    [Fact]
    public void What_others_install_does_not_know_the_server() =>
        Holds(HouseRules.WhatOthersInstallDoesNotKnowTheServer, house => house.Published);

    [Fact]
    public void A_package_that_knows_the_server_is_seen() =>
        Offenders(HouseRules.WhatOthersInstallDoesNotKnowTheServer).ShouldBe(["Client.AsksTheServer", "Core.AsksTheServer", "ResourceServer.ReadsTheDatabase"]);

    // The selection is asserted on its own, so that a rule about nothing can never pass for a rule that holds.
    private static void Holds(Func<House, IArchRule> rule, Func<House, IObjectProvider<IType>> selection)
    {
        selection(House.Real).GetObjects(House.Real.Architecture).ShouldNotBeEmpty();

        var law = rule(House.Real);
        var reason = law.Description[law.Description.LastIndexOf("because", StringComparison.Ordinal)..];
        law.Evaluate(House.Real.Architecture).Where(result => !result.Passed).Select(result => result.Description).ShouldBeEmpty(reason);
    }

    private static IEnumerable<string> Offenders(Func<House, IArchRule> rule) =>
        rule(House.Violating).Evaluate(House.Violating.Architecture)
            .Where(result => !result.Passed)
            .Select(result => ((IType)result.EvaluatedObject!).FullName[(House.Violating.RootNamespace.Length + 1)..])
            .Order(StringComparer.Ordinal);
}
