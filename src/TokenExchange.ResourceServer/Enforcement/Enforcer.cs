using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TokenExchange.Core.Policies;
using TokenExchange.Core.Tokens;
using TokenExchange.ResourceServer.Validation;

namespace TokenExchange.ResourceServer.Enforcement;

/// <summary>Holds tokens against what the server says now, out of memory; and keeps that memory fresh as long as the app runs.</summary>
internal sealed class Enforcer(IOptions<ActorTokenOptions> options, PolicySource policies, RevocationFeed feed, RevocationMemory revocations, TimeProvider time, ILogger<Enforcer> logger)
    : IHostedService, IDisposable
{
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(5);

    private readonly ActorTokenOptions _options = options.Value;
    private readonly CancellationTokenSource _stop = new();
    private Task _following = Task.CompletedTask;
    private int _disposed;

    /// <summary>Judges a token that was found good in itself. Without the option it is good for what it says.</summary>
    /// <param name="token">The token.</param>
    /// <param name="source">Where the request comes from.</param>
    /// <param name="granted">The scopes it is good for here and now; empty when there is a refusal.</param>
    /// <returns>Why it is not good; null when it is.</returns>
    public TokenRefusal? Judge(ActorToken token, IPAddress? source, out ScopeSet granted)
    {
        granted = ScopeSet.Empty;
        if (_options.Enforcement is null)
        {
            granted = token.Scopes;
            return null;
        }

        if (!feed.IsFresh || policies.Current is not { } bundle)
        {
            return TokenRefusal.NothingToGoBy;
        }

        if (revocations.IsDead(token, _options.ClockSkew))
        {
            return TokenRefusal.Revoked;
        }

        switch (PolicyJudge.Judge(bundle, token, requested: null, time.GetUtcNow(), source))
        {
            case PolicyJudgement.Permitted permitted:
                granted = permitted.Scopes;
                return null;
            case PolicyJudgement.NeedsStepUp needs:
                return TokenRefusal.AuthenticationInsufficient(needs.StepUp);
            default:
                return TokenRefusal.NoLongerPermitted;
        }
    }

    /// <summary>What authentication of the user would open these scopes of a token; null when it is not that.</summary>
    public StepUp? StepUpFor(ActorToken token, ScopeSet scopes, IPAddress? source) =>
        _options.Enforcement is not null && policies.Current is { } bundle && scopes.IsSubsetOf(token.Scopes)
            && PolicyJudge.Judge(bundle, token, scopes, time.GetUtcNow(), source) is PolicyJudgement.NeedsStepUp needs
                ? needs.StepUp
                : null;

    /// <summary>Begins to follow; the app is held up only until the first answers are there, and not at all for long.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (_options.Enforcement is null)
        {
            return;
        }

        _following = Task.WhenAll(KeepAsync(policies.FollowAsync), KeepAsync(feed.FollowAsync));
        var patience = Stopwatch.StartNew();
        while (!(feed.IsFresh && policies.Current is not null) && !_following.IsCompleted && patience.Elapsed < _options.BackchannelTimeout)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), cancellationToken);
        }
    }

    /// <inheritdoc />
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_following.IsCompleted)
        {
            return;
        }

        await _stop.CancelAsync();
        await _following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        // An app that is taken down without being stopped ends here, before what it calls the server with. The container may come by twice.
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _stop.Cancel();
            _stop.Dispose();
        }
    }

    // A bug on the way is told, and what was not heard makes itself felt as age.
    private async Task KeepAsync(Func<CancellationToken, Task> follow)
    {
        var stop = _stop.Token;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await Task.Run(() => follow(stop), CancellationToken.None);
            }
            catch (Exception e) when (stop.IsCancellationRequested && e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
#pragma warning disable CA1031 // Whatever it was, not to follow any more would be worse.
            catch (Exception e)
#pragma warning restore CA1031
            {
                logger.FollowingFailed(e);
                await Task.Delay(PauseAfterFailure, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
