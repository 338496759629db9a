using TokenExchange.Browser.Population;
using TokenExchange.Browser.Running;
using TokenExchange.Server.Administrators;

[assembly: AssemblyFixture(typeof(Sites))]

namespace TokenExchange.Browser.Running;

/// <summary>What all tests of a run share: one Chromium, and the sites that are only looked at. A test that changes something starts a site of its own.</summary>
public sealed class Sites : IAsyncDisposable
{
    private readonly Lazy<Task<Site>> _populated;
    private readonly Lazy<Task<Site>> _tried;
    private readonly Lazy<Task<Site>> _changed;
    private readonly Lazy<Task<Site>> _empty;
    private readonly Lazy<Task<Site>> _hostile;

    public Sites()
    {
        _populated = new(() => Site.StartAsync(Chromium, PopulatedSite.Configuration, PopulatedSite.FillAsync));
        _tried = new(() => Site.StartAsync(Chromium, PopulatedSite.Configuration, PopulatedSite.FillAsync));
        _changed = new(() => Site.StartAsync(Chromium, PopulatedSite.Configuration, roles: Roles.All, customize: b => b.Configuration["Policies:FourEyes"] = "true"));
        _empty = new(() => Site.StartAsync(Chromium, _ => new()));
        _hostile = new(() => Site.StartAsync(Chromium, HostileSite.Configuration, HostileSite.FillAsync));
    }

    public Chromium Chromium { get; } = new();

    /// <summary>Where every page has something to show. Only looked at.</summary>
    public Task<Site> PopulatedAsync() => _populated.Value;

    /// <summary>The same for who tries what is not theirs, which leaves traces.</summary>
    public Task<Site> TriedAsync() => _tried.Value;

    /// <summary>For who changes something that is their own: with four eyes, and nobody acts for anybody.</summary>
    public Task<Site> ChangedAsync() => _changed.Value;

    /// <summary>As it is after the first start.</summary>
    public Task<Site> EmptyAsync() => _empty.Value;

    /// <summary>Where every text that somebody else can choose is an attack.</summary>
    public Task<Site> HostileAsync() => _hostile.Value;

    public async ValueTask DisposeAsync()
    {
        await Chromium.DisposeAsync();
        foreach (var site in new[] { _populated, _tried, _changed, _empty, _hostile }.Where(s => s is { IsValueCreated: true, Value.IsCompletedSuccessfully: true }))
        {
            await (await site.Value).DisposeAsync();
        }
    }
}
