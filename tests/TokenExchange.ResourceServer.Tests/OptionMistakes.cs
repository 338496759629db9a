using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TokenExchange.ResourceServer.Tests.Wire;

namespace TokenExchange.ResourceServer.Tests;

/// <summary>A mistake stops the start with a sentence that names the option and says what to write.</summary>
public sealed class OptionMistakes
{
    private const string IssuerAdvice = "Write the issuer exactly as it stands in its tokens, e.g. https://exchange.example.";
    private const string Algorithms = "ActorTokenOptions.Algorithms must name at least one algorithm out of ES256, ES384, ES512, PS256, PS384, PS512, RS256, RS384, RS512. Leave it out for ES256.";
    private const string Credentials =
        "ActorTokenOptions.Introspection needs both ClientId and ClientSecret: this app's own client at the server. Leave Introspection out to check tokens offline only.";

    private const string OwnClient =
        "ActorTokenOptions.Enforcement needs both ClientId and ClientSecret: this app's own client at the server. Leave Enforcement out to go by the token alone.";

    public static TheoryData<string, Action<ActorTokenOptions>> Mistakes => new()
    {
        { $"ActorTokenOptions.Authority is missing. {IssuerAdvice}", o => o.Authority = null },
        { $"ActorTokenOptions.Authority is missing. {IssuerAdvice}", o => o.Authority = "" },
        { $"ActorTokenOptions.Authority 'exchange.example' is not an issuer URL without query and fragment. {IssuerAdvice}", o => o.Authority = "exchange.example" },
        { $"ActorTokenOptions.Authority '/exchange' is not an issuer URL without query and fragment. {IssuerAdvice}", o => o.Authority = "/exchange" },
        { $"ActorTokenOptions.Authority 'https://e.example?a' is not an issuer URL without query and fragment. {IssuerAdvice}", o => o.Authority = "https://e.example?a" },
        { $"ActorTokenOptions.Authority 'https://a:b@e.example' is not an issuer URL without query and fragment. {IssuerAdvice}", o => o.Authority = "https://a:b@e.example" },
        {
            "ActorTokenOptions.Authority 'http://localhost:5080' is not https. Write an https URL, or for development on one machine set RequireHttpsMetadata to false.",
            o => o.Authority = "http://localhost:5080"
        },
        {
            "ActorTokenOptions.Resource is missing. Write the URI of this API as it is registered at the server, e.g. https://mail.example.",
            o => o.Resource = null
        },
        {
            "ActorTokenOptions.Resource 'mail' is not a resource (RFC 8707 §2). Write an absolute URI without query and fragment, e.g. https://mail.example.",
            o => o.Resource = "mail"
        },
        { "ActorTokenOptions.Scopes has an entry that is not one scope token (RFC 6749 §3.3). Write one scope per entry, e.g. mail.read.", o => o.Scopes = ["mail.read mail.send"] },
        { Algorithms, o => o.Algorithms = [] },
        { Algorithms, o => o.Algorithms = ["ES256", "HS256"] },
        { Algorithms, o => o.Algorithms = ["none"] },
        { "ActorTokenOptions.ClockSkew is -00:00:01. Write a duration from 00:00:00 to 00:01:00.", o => o.ClockSkew = TimeSpan.FromSeconds(-1) },
        { "ActorTokenOptions.ClockSkew is 00:05:00. Write a duration from 00:00:00 to 00:01:00.", o => o.ClockSkew = TimeSpan.FromMinutes(5) },
        { "ActorTokenOptions.KeyRefreshInterval is 00:00:09. Write a duration from 00:00:10 to 1.00:00:00.", o => o.KeyRefreshInterval = TimeSpan.FromSeconds(9) },
        { "ActorTokenOptions.MaxKeyAge is 00:04:59. Write a duration from 00:05:00 to 1.00:00:00.", o => o.MaxKeyAge = TimeSpan.FromSeconds(299) },
        { "ActorTokenOptions.MaxKeyAge is 1.00:00:01. Write a duration from 00:05:00 to 1.00:00:00.", o => o.MaxKeyAge = TimeSpan.FromSeconds(86401) },
        { "ActorTokenOptions.BackchannelTimeout is 00:00:00. Write a duration from 00:00:00.1000000 to 00:01:00.", o => o.BackchannelTimeout = TimeSpan.Zero },
        { Credentials, o => o.Introspection = new ActorTokenIntrospection { ClientId = "mail-api" } },
        { Credentials, o => o.Introspection = new ActorTokenIntrospection { ClientId = " ", ClientSecret = "secret" } },
        { OwnClient, o => o.Enforcement = new ActorTokenEnforcement { ClientId = "mail-api" } },
        { OwnClient, o => o.Enforcement = new ActorTokenEnforcement { ClientId = " ", ClientSecret = "secret" } },
        {
            "ActorTokenOptions.Enforcement.MaxPolicyAge is 00:00:59. Write a duration from 00:01:00 to 1.00:00:00.",
            o => o.Enforcement = new ActorTokenEnforcement { ClientId = "mail-api", ClientSecret = "secret", MaxPolicyAge = TimeSpan.FromSeconds(59) }
        },
        {
            "ActorTokenOptions.Enforcement.MaxRevocationAge is 00:00:29. Write a duration from 00:00:30 to 01:00:00.",
            o => o.Enforcement = new ActorTokenEnforcement { ClientId = "mail-api", ClientSecret = "secret", MaxRevocationAge = TimeSpan.FromSeconds(29) }
        },
    };

    [Requirement("RFC 8725", "3.2", "Only asymmetric algorithms can be allowed, and none is never among them")]
    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task A_mistake_stops_the_start_with_a_sentence(string sentence, Action<ActorTokenOptions> mistake)
    {
        var refused = await Should.ThrowAsync<OptionsValidationException>(() => StartAsync(mistake));

        refused.Failures.ShouldBe([sentence]);
    }

    [Fact]
    public async Task All_mistakes_are_told_at_once()
    {
        var refused = await Should.ThrowAsync<OptionsValidationException>(() => StartAsync(o => (o.Authority, o.Resource) = (null, null)));

        refused.Failures.Count().ShouldBe(2);
    }

    [Fact]
    public async Task Every_algorithm_and_bound_that_is_documented_is_accepted() => await (await StartAsync(o =>
    {
        o.Algorithms = ["ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512"];
        (o.ClockSkew, o.KeyRefreshInterval, o.MaxKeyAge) = (TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(10), TimeSpan.FromHours(24));
        o.BackchannelTimeout = TimeSpan.FromMilliseconds(100);
    })).DisposeAsync();

    [Fact]
    public void An_endpoint_cannot_require_nothing_or_something_misspelled()
    {
        var app = WebApplication.CreateSlimBuilder().Build();

        Should.Throw<ArgumentException>(() => app.MapGet("/", () => "").RequirePurpose()).Message
            .ShouldBe("Name at least one purpose, each like inbox.triage: printable ASCII without space, quote and backslash. (Parameter 'purposes')");
        Should.Throw<ArgumentException>(() => app.MapGet("/", () => "").RequirePurpose("inbox.triage", "inbox summary"));
        Should.Throw<ArgumentException>(() => app.MapGet("/", () => "").RequireScope()).Message
            .ShouldBe("Name at least one scope, each one scope token (RFC 6749 §3.3): pass several as several arguments. (Parameter 'scopes')");
        Should.Throw<ArgumentException>(() => app.MapGet("/", () => "").RequireScope("mail.read mail.send"));
    }

    private static Task<RelyingApp> StartAsync(Action<ActorTokenOptions> change) => RelyingApp.StartAsync(
        builder => builder.Services.AddAuthentication().AddActorToken(o =>
        {
            (o.Authority, o.Resource) = ("https://exchange.example", "https://mail.example");
            change(o);
        }),
        _ => { });
}
