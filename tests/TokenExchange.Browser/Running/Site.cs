using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using TokenExchange.Browser.Population;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Browser.Running;

/// <summary>The real server on a real port over a real SQLite file, as people with a browser meet it, by the real clock.</summary>
public sealed class Site : IAsyncDisposable
{
    private readonly Chromium _chromium;
    private readonly ServerErrors _errors;
    private readonly ConcurrentDictionary<string, Lazy<Task<PlainVisitor>>> _signedIn = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Who, bool Script), ConcurrentBag<Visit>> _windows = new();

    private Site(Chromium chromium, RunningServer server, MovableClock clock, IdentityProvider users, ServerErrors errors) => (_chromium, Server, Clock, Users, _errors) = (chromium, server, clock, users, errors);

    public RunningServer Server { get; }

    public MovableClock Clock { get; }

    /// <summary>Where users sign in.</summary>
    public IdentityProvider Users { get; }

    public Uri Address => Server.Http.BaseAddress!;

    /// <summary>Ids that came about when it was filled, by the name an example of a page calls them.</summary>
    public ConcurrentDictionary<string, string> Known { get; } = new(StringComparer.Ordinal);

    public static async Task<Site> StartAsync(Chromium chromium, Func<IdentityProvider, ExchangeConfiguration> configuration, Func<Site, Task>? fill = null, IReadOnlyList<string>? roles = null, Action<WebApplicationBuilder>? customize = null)
    {
        // Keys are made at the start and must be older than whatever they sign.
        var clock = new MovableClock { Behind = fill is null ? TimeSpan.Zero : TimeSpan.FromDays(2) };
        var users = new IdentityProvider();
        var errors = new ServerErrors();
        var server = await RunningServer.StartAsync(configuration(users), builder =>
        {
            users.AddTo(builder);
            builder.Logging.AddProvider(errors);
            builder.Services.AddSingleton<TimeProvider>(clock);
            customize?.Invoke(builder);
        });
        await users.StartAsync(server, clock);
        var site = new Site(chromium, server, clock, users, errors);
        foreach (var role in roles ?? (fill is null ? [Roles.Administrator] : Roles.All))
        {
            await Who.AppointAsync(site, role);
        }

        if (fill is not null)
        {
            await fill(site);
            clock.Behind = TimeSpan.Zero;
            await Landmarks.FindAsync(site);
        }

        return site;
    }

    /// <summary>Somebody without a browser, signed in once for all that only look.</summary>
    public Task<PlainVisitor> AsAsync(string who) => _signedIn.GetOrAdd(who, w => new Lazy<Task<PlainVisitor>>(() => SignedInAsync(w))).Value;

    /// <summary>Somebody without a browser, newly signed in.</summary>
    public async Task<PlainVisitor> SignedInAsync(string who)
    {
        var visitor = new PlainVisitor(Address);
        await Who.SignInAsync(visitor, who);
        return visitor;
    }

    /// <summary>Opens a window for somebody who is signed in, does something there, and holds against it whatever the browser complained of meanwhile.</summary>
    public async Task VisitAsync(string who, Func<Visit, Task> act, BrowserNewContextOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(act);
        await using var visit = await OpenAsync(who, options);
        try
        {
            await act(visit);
        }
        catch (Exception e) when (e is not Xunit.Sdk.SkipException)
        {
            // What somebody would have seen says more than what was not found.
            throw new InvalidOperationException($"At {visit.Page.Url}: {await visit.Page.Locator("body").InnerTextAsync()}", e);
        }

        visit.Complaints.ShouldBeEmpty();
    }

    /// <summary>The same for who judges the complaints by themselves, and closes the window.</summary>
    public async Task<Visit> OpenAsync(string who, BrowserNewContextOptions? options = null)
    {
        options ??= new BrowserNewContextOptions();
        options.BaseURL = Address.ToString();
        options.ReducedMotion ??= ReducedMotion.Reduce;
        options.ViewportSize ??= new ViewportSize { Width = Visit.Wide, Height = Visit.High };
        options.Locale ??= "en-GB";
        options.TimezoneId ??= "Europe/Berlin";
        var context = await _chromium.OpenAsync(options);
        if (who != Who.Nobody)
        {
            await context.AddCookiesAsync((await AsAsync(who)).Cookies.Select(c => new Cookie
            {
                Name = c.Name, Value = c.Value, Domain = c.Domain, Path = c.Path, HttpOnly = c.HttpOnly, Secure = c.Secure, SameSite = SameSiteAttribute.Lax,
            }));
        }

        return await Visit.BeginAsync(context, options.JavaScriptEnabled ?? true);
    }

    /// <summary>
    /// Looks at something in a window that others have looked through and will again: opening one takes longer than most looks. It is as wide as a screen and in the
    /// light theme; what the browser complained of before is forgotten.
    /// </summary>
    public async Task<T> LookAsync<T>(string who, bool script, Func<Visit, Task<T>> look)
    {
        ArgumentNullException.ThrowIfNull(look);
        var windows = _windows.GetOrAdd((who, script), _ => []);
        if (!windows.TryTake(out var visit))
        {
            visit = await OpenAsync(who, new BrowserNewContextOptions { JavaScriptEnabled = script });
        }

        await visit.Page.SetViewportSizeAsync(Visit.Wide, Visit.High);
        await visit.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Light });
        visit.Forget();
        var seen = await look(visit);

        // A window in which something went wrong is not used again.
        windows.Add(visit);
        return seen;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var visitor in _signedIn.Values.Where(v => v is { IsValueCreated: true, Value.IsCompletedSuccessfully: true }))
        {
            (await visitor.Value).Dispose();
        }

        await Users.DisposeAsync();
        await Server.DisposeAsync();
        _errors.All.ShouldBeEmpty("the server wrote errors into its log");
    }
}
