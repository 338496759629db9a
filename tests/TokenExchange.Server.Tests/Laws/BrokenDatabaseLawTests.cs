using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Tests.Evaluations;
using TokenExchange.Server.Tests.Fixtures;
using TokenExchange.Storage;

namespace TokenExchange.Server.Tests.Laws;

/// <summary>L7: no database, no token, no access; whichever step it fails at.</summary>
public sealed class BrokenDatabaseLawTests(ITestOutputHelper output)
{
    private const int MostCommands = 200;

    [Fact]
    [Trait("Law", "L7")]
    [Trait("Law", "L5")]
    public async Task L7_Whichever_database_command_of_an_exchange_fails_nothing_is_issued()
    {
        var breaker = new Breaker();
        await using var server = await StartAsync(breaker);
        var held = await server.FirstTokenAsync();

        foreach (var (name, exchange) in new (string, Func<Task<Answer>>)[]
        {
            // Each has a session of its own, so that the delegation has to be started as well.
            ("a first hop", () => server.HopAsync(World.InboxAgent, server.Assertion(c => c["sid"] = Guid.NewGuid().ToString()), TokenTypes.Jwt)),
            ("narrowing", () => server.HopAsync(World.InboxAgent, held, TokenTypes.AccessToken, ("scope", "mail.read"))),
            ("a hand-on", () => server.HopAsync(World.SummaryAgent, held, TokenTypes.AccessToken)),
        })
        {
            var failures = await FailAtEachAsync(breaker, exchange, (n, answer) =>
            {
                answer.Status.ShouldBe(503, $"{name}, command {n}: {answer.Body}");
                answer.Body.ShouldNotContain("access_token");
            });
            output.WriteLine($"{name}: failed at each of {failures} commands");
            failures.ShouldBeGreaterThan(5, name);
        }
    }

    [Fact]
    [Trait("Law", "L7")]
    public async Task L7_Whichever_database_command_of_an_introspection_fails_nothing_is_active()
    {
        var breaker = new Breaker();
        await using var server = await StartAsync(breaker);
        var token = await server.FirstTokenAsync();

        var failures = await FailAtEachAsync(breaker, () => server.IntrospectAsync(token), (n, answer) => answer.Status.ShouldBe(503, $"command {n}: {answer.Body}"));

        failures.ShouldBeGreaterThan(2);
    }

    [Fact]
    [Trait("Law", "L5")]
    [Trait("Law", "L7")]
    public async Task L7_Whichever_database_command_of_an_evaluation_fails_nothing_is_decided()
    {
        var breaker = new Breaker();
        await using var server = await StartAsync(breaker);
        var question = AskingWorld.Question(await server.FirstTokenAsync()).ToJsonString();
        var app = await server.AppTokenAsync();

        var failures = await FailAtEachAsync(breaker, () => server.ApiAsync(HttpMethod.Post, "/access/v1/evaluation", app, question), (n, answer) =>
        {
            answer.Status.ShouldBe(503, $"command {n}: {answer.Body}");
            answer.Body.ShouldNotContain("\"decision\"");
        });

        failures.ShouldBeGreaterThan(4);
    }

    [Fact]
    [Trait("Law", "L6")]
    [Trait("Law", "L7")]
    public async Task L7_Whichever_database_command_of_a_revocation_fails_it_is_not_claimed_unless_it_holds()
    {
        var breaker = new Breaker();
        await using var server = await StartAsync(breaker);
        var token = await server.FirstTokenAsync();

        var failures = await FailAtEachAsync(breaker, () => server.RevokeAsync(token), (n, answer) => answer.Status.ShouldBe(503, $"command {n}: {answer.Body}"));

        failures.ShouldBeGreaterThan(2);
        (await server.IntrospectAsync(token)).Body.ShouldBe("""{"active":false}""");
    }

    // The first command fails, then the second one, until none is left to fail and the request succeeds. Returns how many there were.
    private static async Task<int> FailAtEachAsync(Breaker breaker, Func<Task<Answer>> request, Action<int, Answer> judge)
    {
        for (var n = 1; n < MostCommands; n++)
        {
            breaker.FailAt(n);
            var answer = await request();
            if (!breaker.HasFailed)
            {
                breaker.FailAt(int.MaxValue);
                answer.Status.ShouldBe(200, answer.Body);
                return n - 1;
            }

            judge(n, answer);
        }

        throw new InvalidOperationException("It never succeeds.");
    }

    private static Task<RunningServer> StartAsync(Breaker breaker) => RunningServer.StartAsync(customize: builder =>
    {
        // Every failure is logged with its trace, which here says nothing.
        builder.Logging.ClearProviders();
        builder.Services.ConfigureDbContext<ExchangeDbContext>(options => options.AddInterceptors(breaker, new CommitBreaker(breaker)));
    });

    private static SqliteException Failure() => new("disk I/O error", 10);

    /// <summary>Fails at the n-th command from now, and at no other.</summary>
    private sealed class Breaker : DbCommandInterceptor
    {
        private int _left;

        public bool HasFailed => Volatile.Read(ref _left) <= 0;

        public void FailAt(int n) => Volatile.Write(ref _left, n);

        public void Count()
        {
            if (Interlocked.Decrement(ref _left) == 0)
            {
                throw Failure();
            }
        }

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
        {
            Count();
            return ValueTask.FromResult(result);
        }

        public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        {
            Count();
            return ValueTask.FromResult(result);
        }

        public override ValueTask<InterceptionResult<object>> ScalarExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<object> result, CancellationToken cancellationToken = default)
        {
            Count();
            return ValueTask.FromResult(result);
        }
    }

    /// <summary>Beginning and committing a transaction count as commands.</summary>
    private sealed class CommitBreaker(Breaker breaker) : DbTransactionInterceptor
    {
        public override ValueTask<InterceptionResult> TransactionCommittingAsync(
            DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
        {
            breaker.Count();
            return ValueTask.FromResult(result);
        }
    }
}
