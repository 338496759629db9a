using ArchUnitNET.Domain;
using ArchUnitNET.Fluent;
using static ArchUnitNET.Fluent.ArchRuleDefinition;

namespace TokenExchange.Architecture.Tests;

/// <summary>Who may know whom, inside the projects. Each rule is a function of the house, so that it can be seen to fail on one built to break it.</summary>
internal static class HouseRules
{
    // With it Identity's stores, which are queries by another name.
    private const string EfCore = @"^Microsoft\.(AspNetCore\.Identity\.)?EntityFrameworkCore(\.|$)";
    private const string OpenIddict = @"^OpenIddict\.";

    // Not OnlyDependOn: it looks away from types of assemblies that are not loaded, such as any package's.
    public static IArchRule CoreKnowsOnlySystemAndItself(House house) =>
        Types().That().Are(house.Core)
            .Should().NotDependOnAny(Types(true).That().AreNot(house.Core).And().DoNotResideInNamespaceMatching(@"^System(\.|$)"))
            .Because("words and decisions are pure: whoever installs them gets nothing else");

    public static IArchRule EfCoreLivesInStorage(House house) =>
        Types().That().Are(house.Source)
            .And().AreNot(house.Storage)
            .Should().NotDependOnAny(Types(true).That().ResideInNamespaceMatching(EfCore))
            .Because("a query outside Storage is a second storage");

    // By assembly as well: OpenIddict puts its builders into Microsoft.Extensions.DependencyInjection.
    public static IArchRule OpenIddictsServerLivesInItsRoom(House house) =>
        Types().That().Are(house.Source)
            .And().DoNotResideInNamespaceMatching(house.Namespace("Server.OpenIddict"))
            .Should().NotDependOnAny(
                Types(true).That().ResideInNamespaceMatching(@"^OpenIddict\.Server(\.|$)").Or().ResideInAssemblyMatching(@"^OpenIddict\.Server(\.|,|$)"))
            .Because("the story is ours; OpenIddict's events only carry it in and out");

    public static IArchRule RowsStayInStorage(House house) =>
        Types().That().Are(house.Source).Or().Are(house.Migrations)
            .And().AreNot(house.Storage)
            .Should().NotDependOnAny(Rows(house))
            .Because("a row becomes a value of Core before it leaves its store");

    public static IArchRule NamesSayWhatATypeDoes(House house) =>
        Types().That().Are(house.Source)
            .And().AreNotAssignableTo(Types(true).That().ResideInNamespaceMatching(OpenIddict))
            .Should().NotHaveNameMatching(@"(Manager|(?<!Tag)Helper|Processor|Util)s?(`\d+)?$")
            .Because("a name that fits everything says nothing; only the words of OpenIddict and of Razor are inherited");

    public static IArchRule WhatOthersInstallDoesNotKnowTheServer(House house) =>
        Types().That().Are(house.Published)
            .Should().NotDependOnAny(Types(true).That().Are(house.Server).Or().Are(house.Storage).Or().Are(house.Migrations))
            .Because("agents and relying apps install these packages without the server");

    public static IArchRule AccountsStayInTheirRoom(House house) =>
        Types().That().Are(house.Source).Or().Are(house.Migrations)
            .And().AreNot(house.Storage)
            .And().DoNotResideInNamespaceMatching(house.Namespace("Server.Administrators"))
            .Should().NotDependOnAny(Accounts(house))
            .Because("an account holds hashes and stamps; what others need to know of an administrator is a value");

    /// <summary>What Identity keeps of administrators.</summary>
    public static IObjectProvider<IType> Accounts(House house) => Types().That().Are(house.Storage).And().HaveNameEndingWith("Account");

    /// <summary>The storage's row types.</summary>
    public static IObjectProvider<IType> Rows(House house) => Types().That().Are(house.Storage).And().HaveNameEndingWith("Row");
}
