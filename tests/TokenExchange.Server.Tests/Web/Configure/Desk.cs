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
        var (action, fields) = FormOf(page, button);
        foreach (var name in changes.Select(c => c.Name).Distinct(StringComparer.Ordinal))
        {
            fields.RemoveAll(f => f.Name == name);
        }

        fields.AddRange(changes.Where(c => c.Value is not null).Select(c => (c.Name, c.Value!)));
        return browser.PostAsync(action ?? path, [.. fields]);
    }

    /// <summary>What a field of a form holds.</summary>
    public static string? ValueOf(string page, string button, string name) => FormOf(page, button).Fields.Where(f => f.Name == name).Select(f => f.Value).FirstOrDefault();

    public async ValueTask DisposeAsync()
    {
        browser.Dispose();
        await server.DisposeAsync();
    }

    private static (string? Action, List<(string Name, string Value)> Fields) FormOf(string page, string button)
    {
        var form = Forms().Matches(page).Select(m => m.Value).FirstOrDefault(f => Buttons().Matches(f).Any(b => WebUtility.HtmlDecode(b.Groups["words"].Value).Trim() == button))
            ?? throw new InvalidOperationException($"No form of the page has the button '{button}'.");
        var fields = new List<(string Name, string Value)>();
        foreach (Match control in Controls().Matches(form))
        {
            var (tag, kind) = (control.Groups["tag"].Value, Attribute(control.Groups["tag"].Value, "type"));
            if (Attribute(tag, "name") is not { } name || (kind is "checkbox" or "radio" && !tag.Contains("checked", StringComparison.Ordinal)))
            {
                continue;
            }

            var inner = control.Groups["inner"].Value;
            var value = tag.StartsWith("<select", StringComparison.Ordinal) ? (Options().Matches(inner).FirstOrDefault(o => o.Value.Contains("selected", StringComparison.Ordinal)) ?? Options().Match(inner)) is { Success: true } option ? Attribute(option.Value, "value") : null
                : tag.StartsWith("<textarea", StringComparison.Ordinal) ? WebUtility.HtmlDecode(inner.TrimStart('\r', '\n'))
                : Attribute(tag, "value") ?? "on";
            if (value is not null)
            {
                fields.Add((name, value));
            }
        }

        var pressed = Buttons().Matches(form).First(b => WebUtility.HtmlDecode(b.Groups["words"].Value).Trim() == button).Groups["tag"].Value;
        if (Attribute(pressed, "name") is { } sent)
        {
            fields.Add((sent, Attribute(pressed, "value") ?? string.Empty));
        }

        return (Attribute(form[..(form.IndexOf('>', StringComparison.Ordinal) + 1)], "action"), fields);
    }

    private static string? Attribute(string tag, string name) => Regex.Match(tag, $"\\s{name}=\"(?<value>[^\"]*)\"", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)) is { Success: true } found ? WebUtility.HtmlDecode(found.Groups["value"].Value) : null;

    [GeneratedRegex("<form.*?</form>", RegexOptions.Singleline, 1_000)]
    private static partial Regex Forms();

    [GeneratedRegex("(?<tag><button[^>]*>)(?<words>[^<]*)</button>", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Buttons();

    [GeneratedRegex("(?<tag><input[^>]*>)|(?<tag><(select|textarea)[^>]*>)(?<inner>.*?)</(select|textarea)>", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Controls();

    [GeneratedRegex("<option[^>]*>", RegexOptions.None, 1_000)]
    private static partial Regex Options();
}
