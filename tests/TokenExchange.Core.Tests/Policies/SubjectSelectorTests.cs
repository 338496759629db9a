using TokenExchange.Core.Policies;
using static TokenExchange.Core.Tests.Policies.Sample;

namespace TokenExchange.Core.Tests.Policies;

public class SubjectSelectorTests
{
    [Theory]
    [InlineData(Idp, true)]
    [InlineData("https://idp.example/", false)]
    [InlineData("https://IDP.example", false)]
    [InlineData("https://other.example", false)]
    public void Without_claims_it_selects_every_user_of_exactly_its_issuer(string issuer, bool expected) =>
        new SubjectSelector(issuer, Claims()).Selects(Alice).ShouldBe(expected);

    [Theory]
    [InlineData("department=sales", true)]
    [InlineData("department=marketing", true)]
    [InlineData("department=support,sales", true)]
    [InlineData("department=support", false)]
    [InlineData("department=Sales", false)]
    [InlineData("department=", false)]
    [InlineData("department", null)]
    public void A_claim_selects_when_one_of_its_values_is_accepted(string claim, bool? expected) =>
        new SubjectSelector(Idp, Claims("department=sales,marketing")).Selects(About(claim).Subject).ShouldBe(expected);

    [Theory]
    [InlineData("department=sales", "groups=staff", true)]
    [InlineData("department=sales", "groups=guests", false)]
    [InlineData("department=support", "groups=staff", false)]
    [InlineData("department", "groups=staff", null)]
    [InlineData("department=sales", "groups", null)]
    [InlineData("department", "groups", null)]
    [InlineData("department", "groups=guests", false)]
    [InlineData("department=support", "groups", false)]
    public void All_claims_must_match_and_a_known_mismatch_settles_it(string department, string groups, bool? expected) =>
        new SubjectSelector(Idp, Claims("department=sales", "groups=staff")).Selects(About(department, groups).Subject).ShouldBe(expected);

    [Fact]
    public void A_user_of_another_issuer_is_not_selected_whatever_is_unknown() =>
        new SubjectSelector("https://other.example", Claims("department=sales")).Selects(About("department").Subject).ShouldBe(false);

    private static Dictionary<string, IReadOnlySet<string>> Claims(params string[] claims) => claims.Select(c => c.Split('='))
        .ToDictionary(p => p[0], p => (IReadOnlySet<string>)p[1].Split(',').ToHashSet(StringComparer.Ordinal), StringComparer.Ordinal);
}
