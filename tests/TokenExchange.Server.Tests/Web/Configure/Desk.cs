using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Tests.Administrators;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Web.Configure;

/// <summary>An administrator before the pages: loads one, changes what stands in its form, and sends it as a browser would.</summary>
internal sealed partial class Desk(RunningServer server, Browser browser) : IAsyncDisposable
{
    public RunningServer Server => server;

    public Browser Browser => browser;

    public static async Task<Desk> OpenAsync(ExchangeConfiguration? configuration = null, Action<WebApplicationBuilder>? customize = null, string role = Roles.Administrator)
    {
        var server = await RunningServer.StartAsync(configuration, builder =>
        {
            builder.Services.AddSingleton<IStartupFilter, TryPages>();
            customize?.Invoke(builder);
        });
        await server.AppointAsync("ada", role);
        return new Desk(server, await server.SignedInAsync("ada"));
    }

    /// <summary>Somebody else at the same server.</summary>
    public async Task<Browser> OtherAsync(string name, string role)
    {
        await server.AppointAsync(name, role);
        return await server.SignedInAsync(name);
    }

    public async Task<string> ReadAsync(string path)
    {
        var answer = await browser.GetAsync(path);
        answer.Status.ShouldBe(200, path);
        return answer.Body;
    }

    /// <summary>Sends a form of a page: the one that holds a button, with some fields changed; null takes one out.</summary>
    /// <param name="path">The page.</param>
    /// <param name="button">The text of the button.</param>
    /// <param name="changes">What is typed.</param>
    public async Task<Answer> SendAsync(string path, string button, params (string Name, string? Value)[] changes) => await SendAsync(path, await ReadAsync(path), button, changes);

    /// <summary>The same for a page that was loaded before.</summary>
    public Task<Answer> SendAsync(string path, string page, string button, params (string Name, string? Value)[] changes)
    {
        var form = FormOf(page, button);
        foreach (var field in changes)
        {
            form.With(field.Name, field.Value is { } value ? [value] : []);
        }

        return browser.PostAsync(Address().Match(Pressed(page, button)) is { Success: true } own ? WebUtility.HtmlDecode(own.Groups["to"].Value) : form.Action ?? path, [.. form.Fields]);
    }

    /// <summary>What a field of a form holds.</summary>
    public static string? ValueOf(string page, string button, string name) => FormOf(page, button)[name];

    public async ValueTask DisposeAsync()
    {
        browser.Dispose();
        await server.DisposeAsync();
    }

    private static PageForm FormOf(string page, string button)
    {
        var form = PageForm.In(page, $">{WebUtility.HtmlEncode(button)}</button>");
        if (Names().Match(Pressed(page, button)) is { Success: true } sent)
        {
            form.With(sent.Groups["name"].Value, sent.Groups["value"].Value);
        }

        return form;
    }

    private static string Pressed(string page, string button) => Buttons().Matches(page).Last(b => WebUtility.HtmlDecode(b.Groups["words"].Value) == button).Groups["tag"].Value;

    [GeneratedRegex("formaction=\"(?<to>[^\"]+)\"", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Address();

    [GeneratedRegex("(?<tag><button[^>]*>)(?<words>[^<]*)</button>", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Buttons();

    [GeneratedRegex("name=\"(?<name>[^\"]+)\" value=\"(?<value>[^\"]*)\"", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Names();
}
