using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Exchange;
using TokenExchange.Server.Tests.Fixtures;
using TokenExchange.Storage.Administrators;

namespace TokenExchange.Server.Tests.Administrators;

/// <summary>A server with <see cref="TryPages"/>, and administrators for it.</summary>
internal static class AdminWorld
{
    public const string Password = "seven green bottles";

    public static Task<RunningServer> StartAsync(Action<WebApplicationBuilder>? customize = null) => RunningServer.StartAsync(new ExchangeConfiguration(), builder =>
    {
        builder.Services.AddSingleton<IStartupFilter, TryPages>();
        customize?.Invoke(builder);
    });

    /// <summary>Sets settings.</summary>
    public static Action<WebApplicationBuilder> With(params (string Key, string Value)[] settings) => builder =>
    {
        foreach (var (key, value) in settings)
        {
            builder.Configuration[key] = value;
        }
    };

    public static async Task<T> WithAsync<TService, T>(this RunningServer server, Func<TService, Task<T>> act)
        where TService : notnull
    {
        await using var scope = server.Services.CreateAsyncScope();
        return await act(scope.ServiceProvider.GetRequiredService<TService>());
    }

    public static Task<AdministratorOutcome> EditAsync(this RunningServer server, Func<AdministratorEditor, Task<AdministratorOutcome>> act) => server.WithAsync(act);

    /// <summary>An administrator who has set <see cref="Password"/>.</summary>
    public static async Task<Administrator> AppointAsync(this RunningServer server, string userName, params string[] roles)
    {
        var outcome = await server.EditAsync(e => e.InviteAsync(new NewAdministrator(userName, null, roles.Length == 0 ? [Roles.Administrator] : roles), AdministratorEditor.Command, default));
        var link = outcome.ShouldBeOfType<AdministratorOutcome.Invited>().Link;
        var set = await server.WithAsync<Invitations, PasswordOutcome>(i => i.AcceptAsync(CodeOf(link), Password, null, default));
        return set.ShouldBeOfType<PasswordOutcome.PasswordSet>().Administrator;
    }

    public static async Task<Administrator> ReadAsync(this RunningServer server, string id) => (await server.Services.GetRequiredService<AdministratorStore>().FindAsync(id, default))!;

    public static FirstRun FirstRun(this RunningServer server) => server.Services.GetRequiredService<FirstRun>();

    public static string CodeOf(string link) => link.Split("?code=")[1];

    public static Caller Caller(string userName) => new($"admin:{userName}", IPAddress.Loopback);

    public static async Task<string> SignInAsync(this Browser browser, string userName, string password = Password) => (await browser.PostAsync("/try/password", ("userName", userName), ("password", password))).Body;

    /// <summary>A browser in which somebody has signed in.</summary>
    public static async Task<Browser> SignedInAsync(this RunningServer server, string userName)
    {
        var browser = new Browser(server.Issuer);
        (await browser.SignInAsync(userName)).ShouldBe("SignedIn");
        return browser;
    }

    /// <summary>Sets an authenticator app up and returns its key and the recovery codes.</summary>
    public static async Task<(string Key, IReadOnlyList<string> Codes)> SetUpAuthenticatorAsync(this RunningServer server, Browser browser)
    {
        var key = (string)(await browser.PostAsync("/try/own/offer", ("password", Password))).Json["key"]!;
        var confirmed = await browser.PostAsync("/try/own/confirm", ("code", server.CodeOf(key)));
        return (key, [.. confirmed.Json["codes"]!.AsArray().Select(c => (string)c!)]);
    }

    public static string CodeOf(this RunningServer server, string key, int steps = 0) => OneTimeCode.At(key, OneTimeCode.StepAt(server.Now) + steps);

    public static async Task<string?> WhoAsync(this Browser browser) => await browser.GetAsync("/try/own/who") is { Status: 200 } answer ? answer.Body : null;

    /// <summary>The database's files as they lie there, given-back pages and the log of writes included.</summary>
    public static async Task<IReadOnlyList<string>> DatabaseTextsAsync(this RunningServer server)
    {
        var texts = new List<string>();
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(server.DatabasePath)!, "exchange.db*"))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            texts.Add(await reader.ReadToEndAsync());
        }

        return texts;
    }
}
