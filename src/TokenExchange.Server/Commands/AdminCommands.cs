using System.CommandLine;
using System.Globalization;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Hosting;
using TokenExchange.Server.Settings;
using TokenExchange.Storage.Administrators;

namespace TokenExchange.Server.Commands;

/// <summary>Who administers, from the machine itself: for servers whose console nobody sees, and for whoever is locked out.</summary>
internal static class AdminCommands
{
    /// <summary>Written with its value apart or behind an equals sign, and no setting.</summary>
    public const string Role = "--role";

    /// <summary>The same.</summary>
    public const string DisplayName = "--display-name";

    public static Command Create(string[] settings)
    {
        var name = new Argument<string>("name") { Description = "The user name." };
        var roles = new Option<string[]>(Role) { Description = $"What to appoint to: {string.Join(", ", Roles.All)}. May be given several times.", Required = true };
        var displayName = new Option<string?>(DisplayName) { Description = "How people call this administrator." };
        var create = new Command("create", "Appoint an administrator, and print the link to set a password.") { name, roles, displayName };
        create.SetAction((parsed, ct) => CommandLine.RunAsync(
            () => CreateAsync(settings, new NewAdministrator(parsed.GetRequiredValue(name), parsed.GetValue(displayName), parsed.GetRequiredValue(roles)), ct)));

        var list = new Command("list", "Print the administrators.");
        list.SetAction((_, ct) => CommandLine.RunAsync(() => ListAsync(settings, ct)));

        var change = new Command("roles", "Give an administrator these roles and no others.") { name, roles };
        change.SetAction((parsed, ct) => CommandLine.RunAsync(() => ChangeRolesAsync(settings, parsed.GetRequiredValue(name), parsed.GetRequiredValue(roles), ct)));

        var reset = new Command("reset", "Take an administrator's password and second factor away, and print the link to set another password. A disabled one is enabled.") { name };
        reset.SetAction((parsed, ct) => CommandLine.RunAsync(() => ResetAsync(settings, parsed.GetRequiredValue(name), ct)));

        return new Command("admin", "Who administers this server.") { create, list, change, reset };
    }

    private static Task CreateAsync(string[] settings, NewAdministrator input, CancellationToken cancellationToken) => WithEditorAsync(settings, async editor =>
        Console.WriteLine(Link(await editor.InviteAsync(input, AdministratorEditor.Command, cancellationToken))), cancellationToken);

    private static Task ListAsync(string[] settings, CancellationToken cancellationToken) => WithEditorAsync(settings, async editor =>
    {
        var all = await editor.ListAsync(cancellationToken);
        Console.WriteLine(all.Count == 0 ? "There are no administrators." : string.Join(Environment.NewLine, all.Select(Line)));
    }, cancellationToken);

    private static Task ChangeRolesAsync(string[] settings, string name, string[] roles, CancellationToken cancellationToken) => WithEditorAsync(settings, async editor =>
        Console.WriteLine(await editor.ChangeRolesAsync((await FindAsync(editor, name, cancellationToken)).Id, null, roles, AdministratorEditor.Command, cancellationToken) switch
        {
            AdministratorOutcome.Changed(var changed) => $"{changed.UserName} is now {string.Join(", ", changed.Roles)}.",
            var other => Link(other),
        }), cancellationToken);

    private static Task ResetAsync(string[] settings, string name, CancellationToken cancellationToken) => WithEditorAsync(settings, async editor =>
        Console.WriteLine(Link(await editor.ResetAllAsync((await FindAsync(editor, name, cancellationToken)).Id, AdministratorEditor.Command, cancellationToken))), cancellationToken);

    private static async Task<Administrator> FindAsync(AdministratorEditor editor, string name, CancellationToken cancellationToken) =>
        (await editor.ListAsync(cancellationToken)).FirstOrDefault(a => string.Equals(a.UserName, name, StringComparison.OrdinalIgnoreCase))
            ?? throw new ConfigurationException($"There is no administrator {name}.");

    private static async Task WithEditorAsync(string[] settings, Func<AdministratorEditor, Task> act, CancellationToken cancellationToken)
    {
        await using var app = CommandLine.Build(settings);
        await ServerStart.OpenDatabaseAsync(app, cancellationToken);
        await using var scope = app.Services.CreateAsyncScope();
        await act(scope.ServiceProvider.GetRequiredService<AdministratorEditor>());
    }

    private static string Link(AdministratorOutcome outcome) => outcome switch
    {
        AdministratorOutcome.Invited(var administrator, var link, var until) =>
            $"With this link {administrator.UserName} can set a password, once, until {until.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC:{Environment.NewLine}{link}",
        AdministratorOutcome.Invalid(var problems) => throw new ConfigurationException(string.Join(Environment.NewLine, problems)),
        AdministratorOutcome.FromIssuer(var issuer) => throw new ConfigurationException($"This account comes from {issuer}, which says how it signs in and which roles it has."),
        AdministratorOutcome.NotFound => throw new ConfigurationException("This account has been deleted meanwhile."),
        _ => throw new InvalidOperationException("Unknown outcome."),
    };

    private static string Line(Administrator administrator) => string.Join('\t', (string[])
    [
        administrator.UserName,
        string.Join(',', administrator.Roles),
        administrator.Enabled ? "enabled" : "disabled",
        administrator.Issuer ?? (administrator.HasPassword ? administrator.HasSecondFactor ? "password and one-time code" : "password" : "no password yet"),
        administrator.LastSignInAt is { } at ? at.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + " UTC" : "never signed in",
    ]);
}
