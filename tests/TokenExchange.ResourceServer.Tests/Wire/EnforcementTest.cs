using System.Diagnostics;

namespace TokenExchange.ResourceServer.Tests.Wire;

/// <summary>A test with an app that follows a fake server.</summary>
public abstract class EnforcementTest : WireTest
{
    internal static readonly TimeSpan MaxPolicyAge = TimeSpan.FromMinutes(5);
    internal static readonly TimeSpan MaxRevocationAge = TimeSpan.FromSeconds(60);

    internal override void Prepare(FakeAuthority authority) => authority.OffersApiTokens();

    protected override void Configure(ActorTokenOptions options) => options.Enforcement = new ActorTokenEnforcement
    {
        ClientId = FakeServerApi.ClientId, ClientSecret = "secret", MaxPolicyAge = MaxPolicyAge, MaxRevocationAge = MaxRevocationAge,
    };

    /// <summary>Asks until the answer is as awaited; what the server tells is heard at once, but not in the same instant.</summary>
    internal static async Task<T> EventuallyAsync<T>(Func<Task<T>> ask, Func<T, bool> awaited, string? what = null)
    {
        for (var since = Stopwatch.StartNew(); ; await Task.Delay(5, TestContext.Current.CancellationToken))
        {
            var answer = await ask();
            if (awaited(answer) || since.Elapsed > TimeSpan.FromSeconds(20))
            {
                awaited(answer).ShouldBeTrue($"{what} {answer}");
                return answer;
            }
        }
    }

    /// <summary>Lets time go on until the app accepts tokens again.</summary>
    internal Task RecoveredAsync() => EventuallyAsync(
        () =>
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            return App.GetAsync("/messages", Token());
        },
        a => a.Status == 200);
}
