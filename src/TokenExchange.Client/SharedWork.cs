namespace TokenExchange.Client;

/// <summary>Work that several callers wait for and no single caller may cancel.</summary>
internal static class SharedWork
{
    /// <summary>Starts the work on its own; a failure nobody waits for any more is not reported as unobserved.</summary>
    public static Task<T> Start<T>(Func<Task<T>> work)
    {
        var task = Task.Run(work, CancellationToken.None);
        _ = task.ContinueWith(static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return task;
    }
}
