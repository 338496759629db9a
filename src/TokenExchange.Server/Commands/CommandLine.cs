using System.CommandLine;
using System.Data.Common;
using System.Text.Json;
using Microsoft.Extensions.Logging.Console;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Hosting;
using TokenExchange.Server.Settings;
using TokenExchange.Storage;

namespace TokenExchange.Server.Commands;

/// <summary>The executable's commands; without one it serves. With each of them, settings are written <c>--Section:Key=value</c>.</summary>
internal static class CommandLine
{
    private const string DryRun = "--dry-run";

    // Ours, not settings.
    private static readonly string[] s_options = [DryRun, KeyCommands.Lead, AdminCommands.Role, AdminCommands.DisplayName];

    /// <summary>Runs what the arguments say and returns the exit code: 0, or 1 when something was wrong, said in a sentence on standard error.</summary>
    // Settings are taken out first: the parser would take one that stands before a file's name for that name, and a mistyped command for a setting.
    public static Task<int> RunAsync(string[] args)
    {
        var settings = args.Where(IsSetting).ToArray();
        return Create(settings).Parse([.. args.Where(a => !IsSetting(a))]).InvokeAsync();
    }

    private static bool IsSetting(string argument) =>
        argument.StartsWith("--", StringComparison.Ordinal) && argument.Contains('=', StringComparison.Ordinal)
        && !s_options.Any(o => argument.StartsWith($"{o}=", StringComparison.Ordinal));

    private static RootCommand Create(string[] settings)
    {
        var serve = new Command("serve", "Serve (the default).");
        serve.SetAction((_, ct) => RunAsync(() => ServeAsync(settings, ct)));

        var migrate = new Command("migrate", "Bring the database up to date.");
        migrate.SetAction((_, ct) => RunAsync(() => MigrateAsync(settings, ct)));

        var file = new Argument<string>("file") { Description = "A configuration file, see docs/configuration.md." };
        var dryRun = new Option<bool>(DryRun) { Description = "Print the difference, member by member, and change nothing." };
        var apply = new Command("apply", "Make the configuration so.") { file, dryRun };
        apply.SetAction((parsed, ct) => RunAsync(() => ApplyAsync(settings, parsed.GetRequiredValue(file), parsed.GetValue(dryRun), ct)));

        var export = new Command("export", "Print the configuration in the same form.");
        export.SetAction((_, ct) => RunAsync(() => ExportAsync(settings, ct)));

        var keys = KeyCommands.Create((act, ct) => RunAsync(() => OpenedAsync(settings, act, ct)));

        var root = new RootCommand("The TokenExchange server: RFC 8693 with purposes. Any command takes settings, --Section:Key=value.") { serve, migrate, apply, export, keys, AdminCommands.Create(settings) };
        root.SetAction((_, ct) => RunAsync(() => ServeAsync(settings, ct)));
        return root;
    }

    private static async Task ServeAsync(string[] settings, CancellationToken cancellationToken)
    {
        await using var app = ServerApp.Build(settings);
        await ServerStart.PrepareAsync(app, cancellationToken);
        await app.StartAsync(cancellationToken);

        // On the console and in no log: whoever opens it first administers this server.
        if (await app.Services.GetRequiredService<FirstRun>().OpenAsync(cancellationToken) is { } link)
        {
            Console.WriteLine($"No administrator yet. Open this once to create the first one: {link}");
        }

        await app.WaitForShutdownAsync(cancellationToken);
    }

    private static async Task MigrateAsync(string[] settings, CancellationToken cancellationToken)
    {
        await using var app = Build(settings);
        ServerStart.ReadSettings(app.Services);
        var schema = app.Services.GetRequiredService<Schema>();
        var pending = await schema.PendingAsync(cancellationToken);
        await schema.MigrateAsync(cancellationToken);
        Console.WriteLine(pending.Count == 0 ? "The database is up to date." : $"Applied {string.Join(", ", pending)}.");
    }

    private static async Task ApplyAsync(string[] settings, string file, bool dryRun, CancellationToken cancellationToken)
    {
        await using var app = Build(settings);
        await ServerStart.OpenDatabaseAsync(app, cancellationToken);
        var changes = await ServerStart.ApplyFileAsync(app.Services.GetRequiredService<ConfigurationEditor>(), file, dryRun, cancellationToken);
        Console.WriteLine(changes.Count == 0 ? "Nothing to change." : string.Join(Environment.NewLine, changes.SelectMany(c => dryRun ? c.Lines : [c.Headline])));
    }

    private static async Task ExportAsync(string[] settings, CancellationToken cancellationToken)
    {
        await using var app = Build(settings);
        await ServerStart.OpenDatabaseAsync(app, cancellationToken);
        Console.WriteLine(JsonSerializer.Serialize(await app.Services.GetRequiredService<ConfigurationEditor>().ExportAsync(cancellationToken), ConfigurationJson.Indented));
    }

    private static async Task OpenedAsync(string[] settings, Func<WebApplication, CancellationToken, Task> act, CancellationToken cancellationToken)
    {
        await using var app = Build(settings);
        await ServerStart.OpenDatabaseAsync(app, cancellationToken);
        await act(app, cancellationToken);
    }

    // What a command prints is its result and may go into a file: log lines go to standard error.
    internal static WebApplication Build(string[] settings) =>
        ServerApp.Build(settings, builder => builder.Services.Configure<ConsoleLoggerOptions>(o => o.LogToStandardErrorThreshold = LogLevel.Trace));

    // A mistake ends with a sentence, not with a stack trace.
    internal static async Task<int> RunAsync(Func<Task> command)
    {
        try
        {
            await command();
            return 0;
        }
        catch (ConfigurationException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
        }
        catch (DbException e)
        {
            await Console.Error.WriteLineAsync($"The database cannot be used: {e.Message} See Storage:Provider and ConnectionStrings:Exchange.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(e.Message);
        }

        return 1;
    }
}
