using System.CommandLine;
using System.Text.Json;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Hosting;
using TokenExchange.Storage;

namespace TokenExchange.Server.Commands;

/// <summary>The executable's commands; without one it serves. Whatever is not a command or its option is a setting, <c>--Section:Key=value</c>.</summary>
internal static class CommandLine
{
    public static RootCommand Create()
    {
        var serve = new Command("serve", "Serve (the default).");
        serve.SetAction((parsed, ct) => RunAsync(() => ServeAsync(Settings(parsed), ct)));

        var migrate = new Command("migrate", "Bring the database up to date.");
        migrate.SetAction((parsed, ct) => RunAsync(() => MigrateAsync(Settings(parsed), ct)));

        var file = new Argument<string>("file") { Description = "A configuration file, see docs/configuration.md." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Print the difference only." };
        var apply = new Command("apply", "Make the configuration so.") { file, dryRun };
        apply.SetAction((parsed, ct) => RunAsync(() => ApplyAsync(Settings(parsed), parsed.GetRequiredValue(file), parsed.GetValue(dryRun), ct)));

        var export = new Command("export", "Print the configuration in the same form.");
        export.SetAction((parsed, ct) => RunAsync(() => ExportAsync(Settings(parsed), ct)));

        var root = new RootCommand("The TokenExchange server: RFC 8693 with purposes.") { serve, migrate, apply, export };
        root.SetAction((parsed, ct) => RunAsync(() => ServeAsync(Settings(parsed), ct)));
        foreach (var command in root.Subcommands.Append(root))
        {
            command.TreatUnmatchedTokensAsErrors = false;
        }

        return root;
    }

    private static async Task ServeAsync(string[] settings, CancellationToken cancellationToken)
    {
        await using var app = ServerApp.Build(settings);
        await ServerStart.PrepareAsync(app, cancellationToken);
        await app.RunAsync(cancellationToken);
    }

    private static async Task MigrateAsync(string[] settings, CancellationToken cancellationToken)
    {
        await using var app = ServerApp.Build(settings);
        ServerStart.ReadSettings(app.Services);
        var schema = app.Services.GetRequiredService<Schema>();
        var pending = await schema.PendingAsync(cancellationToken);
        await schema.MigrateAsync(cancellationToken);
        Console.WriteLine(pending.Count == 0 ? "The database is up to date." : $"Applied {string.Join(", ", pending)}.");
    }

    private static async Task ApplyAsync(string[] settings, string file, bool dryRun, CancellationToken cancellationToken)
    {
        await using var app = ServerApp.Build(settings);
        await ServerStart.PrepareAsync(app, cancellationToken);
        var changes = await ServerStart.ApplyFileAsync(app.Services.GetRequiredService<ConfigurationEditor>(), file, dryRun, cancellationToken);
        Console.WriteLine(changes.Count == 0 ? "Nothing to change." : string.Join(Environment.NewLine, changes));
    }

    private static async Task ExportAsync(string[] settings, CancellationToken cancellationToken)
    {
        await using var app = ServerApp.Build(settings);
        await ServerStart.PrepareAsync(app, cancellationToken);
        Console.WriteLine(JsonSerializer.Serialize(await app.Services.GetRequiredService<ConfigurationEditor>().ExportAsync(cancellationToken), ConfigurationJson.Indented));
    }

    // A mistake ends with a sentence, not with a stack trace.
    private static async Task<int> RunAsync(Func<Task> command)
    {
        try
        {
            await command();
            return 0;
        }
        catch (ConfigurationException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }

    private static string[] Settings(ParseResult parsed) => [.. parsed.UnmatchedTokens];
}
