using System.Collections.Concurrent;
using TokenExchange.Browser.Running;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Browser.Pages;

/// <summary>
/// Each page is looked at once, for all that is asked of it. Whoever asks for the first one has them all begun, a few at a time: that is quicker than one after the
/// other, and one window is not in the way of the next.
/// </summary>
public sealed class Inspections : IDisposable
{
    /// <summary>Names the folder of the pictures; <c>artifacts/screenshots</c> where it is not there.</summary>
    public const string Variable = "TOKENEXCHANGE_SCREENSHOTS";

    private const int AtOnce = 3;

    private readonly SemaphoreSlim _windows = new(AtOnce);
    private readonly ConcurrentDictionary<string, Lazy<Task<Inspection>>> _populated = new(StringComparer.Ordinal);

    /// <summary>Where the pictures are.</summary>
    public string Folder { get; } = Directory.CreateDirectory(
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? named : Path.Combine(Folders.Project("."), "..", "artifacts", "screenshots")).FullName;

    /// <summary>A page of the populated site.</summary>
    internal Task<Inspection> OfAsync(Sites sites, string view)
    {
        var wanted = BeginAsync(sites, PageInventory.View(view));
        foreach (var other in PageInventory.Views)
        {
            _ = BeginAsync(sites, other);
        }

        return wanted;
    }

    /// <summary>Waits for a free place among the windows.</summary>
    internal async Task<T> InTurnAsync<T>(Func<Task<T>> look)
    {
        await _windows.WaitAsync();
        try
        {
            return await look();
        }
        finally
        {
            _windows.Release();
        }
    }

    public void Dispose() => _windows.Dispose();

    private Task<Inspection> BeginAsync(Sites sites, PageView view) =>
        _populated.GetOrAdd(view.Name, _ => new Lazy<Task<Inspection>>(() => InTurnAsync(async () => await Inspector.InspectAsync(await sites.PopulatedAsync(), view, Folder)))).Value;
}
