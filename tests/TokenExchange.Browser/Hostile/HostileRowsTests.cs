using System.Reflection;

namespace TokenExchange.Browser.Hostile;

/// <summary>No attack is forgotten: each has tests, and this is which.</summary>
public sealed class HostileRowsTests
{
    [Fact]
    public void Every_attack_on_the_pages_has_tests() => Shown().ShouldBe(
        """
        CSRF
          CsrfTests.A_form_without_the_token_of_its_page_changes_nothing
          CsrfTests.A_form_with_the_token_of_somebody_else_changes_nothing
        """.Split('\n'));

    private static IEnumerable<string> Shown() => HostileRows.All.SelectMany(row => TestsOf(row).Select(t => "  " + t).Prepend(row));

    private static IEnumerable<string> TestsOf(string row) => (
        from type in typeof(HostileRowsTests).Assembly.GetTypes()
        from method in type.GetMethods()
        where method.GetCustomAttributes<FactAttribute>().Any() && method.GetCustomAttributes<AttackAttribute>().Concat(type.GetCustomAttributes<AttackAttribute>()).Any(a => a.Row == row)
        let name = $"{type.Name}.{method.Name}"
        select name).Order(StringComparer.Ordinal);
}
