namespace TokenExchange.Client;

/// <summary>The step-ups under way. Requests of one user that need the same share one: nobody is asked twice at a time.</summary>
internal sealed class StepUps
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Key, Underway> _underway = [];

    /// <summary>Whose sign-in is not enough, and what would be.</summary>
    public readonly record struct Key(ActorTokenCache.Key Asked, string AcrValues, TimeSpan? MaxAge);

    /// <summary>The step-up under way, else a new one. A caller that cancels leaves; once nobody is left, the step-up is cancelled as well.</summary>
    public async Task<SubjectToken?> AskAsync(Key key, Func<CancellationToken, Task<SubjectToken?>> ask, CancellationToken cancellationToken)
    {
        Underway? shared;
        lock (_gate)
        {
            if (!_underway.TryGetValue(key, out shared))
            {
                var nobodyLeft = new CancellationTokenSource();
                _underway[key] = shared = new Underway(SharedWork.Start(() => ask(nobodyLeft.Token)), nobodyLeft);
            }

            shared.Waiting++;
        }

        try
        {
            return await shared.Work.WaitAsync(cancellationToken);
        }
        finally
        {
            if (Leave(key, shared))
            {
                await EndAsync(shared);
            }
        }
    }

    // Whoever still asks on somebody's behalf may look at the token later: it is not disposed under their hands.
    private static async Task EndAsync(Underway shared)
    {
        if (shared.Work.IsCompleted)
        {
            shared.NobodyLeft.Dispose();
        }
        else
        {
            await shared.NobodyLeft.CancelAsync();
        }
    }

    // True for the last one. Done, or given up by everybody: who comes now asks anew.
    private bool Leave(Key key, Underway shared)
    {
        lock (_gate)
        {
            var last = --shared.Waiting == 0;
            if ((last || shared.Work.IsCompleted) && ReferenceEquals(_underway.GetValueOrDefault(key), shared))
            {
                _underway.Remove(key);
            }

            return last;
        }
    }

    private sealed class Underway(Task<SubjectToken?> work, CancellationTokenSource nobodyLeft)
    {
        public Task<SubjectToken?> Work => work;

        public CancellationTokenSource NobodyLeft => nobodyLeft;

        public int Waiting { get; set; }
    }
}
