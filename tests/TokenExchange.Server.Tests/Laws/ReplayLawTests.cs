using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Core.Policies;
using TokenExchange.Server.Tests.Fixtures;
using TokenExchange.Storage.Audit;
using TokenExchange.Storage.Policies;

namespace TokenExchange.Server.Tests.Laws;

/// <summary>What is on record of random walks, asked again of the policies that were published then, is answered as it was.</summary>
public sealed class ReplayLawTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Every_exchange_of_every_walk_is_answered_as_it_was_when_it_is_replayed()
    {
        await using var server = await RunningServer.StartAsync();
        foreach (var outing in WalkGenerators.Outing.Sample(20, 50))
        {
            await new Walker(server, new Tally()).TakeAsync(outing);
        }

        var store = server.Services.GetRequiredService<PolicySetStore>();
        var asked = (await server.Services.GetRequiredService<ExchangeLedger>().ReadLatestAsync(int.MaxValue, default)).Where(r => r.PolicySetVersion is not null).ToList();
        foreach (var version in asked.GroupBy(r => r.PolicySetVersion!.Value))
        {
            var published = (await store.FindAsync(version.Key, default))!;
            var set = new PolicySet(version.Key, published.Purposes, published.Policies);
            foreach (var record in version)
            {
                var question = record.Question.ShouldNotBeNull();
                var replayed = ReplayedOutcome.Of(set, question);

                (replayed.Change, replayed.NotKnowable.Count).ShouldBe((OutcomeChange.None, 0), question.ToJson());
                if (record.Kind == RecordKind.Permit)
                {
                    var permit = replayed.Decision.ShouldBeOfType<Decision.Permit>();
                    (permit.Policy.Name, permit.Purpose, permit.Granted.ToString()).ShouldBe((record.Policy, record.Purpose, record.GrantedScopes));
                }
            }
        }

        output.WriteLine($"{asked.Count} exchanges, {asked.Count(r => r.Kind == RecordKind.Permit)} of them permitted, under {asked.Select(r => r.PolicySetVersion).Distinct().Count()} policy sets");
        asked.Count(r => r.Kind == RecordKind.Permit).ShouldBeGreaterThan(20);
        asked.Count(r => r.Question!.Decision is RecordedDecision.Deny).ShouldBeGreaterThan(20);
        asked.Count(r => r.Question!.Question.ChainDepth > 1).ShouldBeGreaterThan(5);
    }
}
