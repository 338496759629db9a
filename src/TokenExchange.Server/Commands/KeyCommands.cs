using System.CommandLine;
using System.Globalization;
using TokenExchange.Server.Exchange;
using TokenExchange.Server.Hosting;
using TokenExchange.Server.Keys;
using TokenExchange.Server.Settings;

namespace TokenExchange.Server.Commands;

/// <summary>The commands <c>keys list</c> and <c>keys rotate</c>. They work beside servers that run: these notice within a second.</summary>
internal static class KeyCommands
{
    /// <summary>The options that are written with a value.</summary>
    public const string Lead = "--lead";

    private const string AtOnce = "--at-once";

    /// <summary>The command, whose parts are run by <paramref name="run"/> on an app that was built and not started.</summary>
    public static Command Create(Func<Func<WebApplication, CancellationToken, Task>, CancellationToken, Task<int>> run)
    {
        var list = new Command("list", "Print the signing keys, newest first.");
        list.SetAction((_, ct) => run(ListAsync, ct));

        var lead = new Option<string>(Lead) { Description = "How long the next key is published before it signs: hh:mm:ss or d.hh:mm:ss, 00:10:00 (the default) to 30.00:00:00." };
        var atOnce = new Option<bool>(AtOnce) { Description = "Somebody else may have the key: withdraw all keys, and with them every token, and sign with a new one at once." };
        var rotate = new Command("rotate", "Make the next signing key.") { lead, atOnce };
        rotate.SetAction((parsed, ct) => run((app, stop) => RotateAsync(app, parsed.GetValue(lead), parsed.GetValue(atOnce), stop), ct));

        return new Command("keys", "Look at the signing keys and rotate them.") { list, rotate };
    }

    private static async Task ListAsync(WebApplication app, CancellationToken cancellationToken)
    {
        var keys = await app.Services.GetRequiredService<KeyRotation>().ListAsync(cancellationToken);
        Console.WriteLine(keys.Count == 0 ? "There is no key yet: the first start makes one." : string.Join(Environment.NewLine, keys.Select(Line)));
    }

    private static async Task RotateAsync(WebApplication app, string? lead, bool atOnce, CancellationToken cancellationToken)
    {
        var input = new KeyRotationInput { Lead = Read(lead), AtOnce = atOnce };
        if (new KeyRotationInputValidator().Validate(input) is { IsValid: false } judged)
        {
            throw new ConfigurationException($"{Lead}: {judged.Errors[0].ErrorMessage}.");
        }

        await app.Services.GetRequiredService<SigningKeys>().LoadAsync(cancellationToken);
        var rotation = app.Services.GetRequiredService<KeyRotation>();
        var caller = new Caller("keys", null);
        if (atOnce)
        {
            var replaced = await rotation.ReplaceAtOnceAsync(caller, cancellationToken);
            Console.WriteLine(string.Join(Environment.NewLine, [Line(replaced.Active), .. replaced.Withdrawn.Select(w => $"{w}  withdrawn")]));
            return;
        }

        Console.WriteLine(await rotation.RotateAsync(caller, input.Lead, cancellationToken) switch
        {
            KeyRotationOutcome.Rotated(var next) => Line(next),
            KeyRotationOutcome.Waiting(var next) => throw new ConfigurationException($"A next key is waiting for its time already; nothing was changed:{Environment.NewLine}{Line(next)}"),
            _ => throw new InvalidOperationException("Unknown outcome."),
        });
    }

    private static TimeSpan? Read(string? lead) =>
        lead is null ? null
        : TimeSpan.TryParseExact(lead, [@"hh\:mm\:ss", @"d\.hh\:mm\:ss"], CultureInfo.InvariantCulture, out var duration) ? duration
        : throw new ConfigurationException($"{Lead} is '{lead}': {KeyRotationInputValidator.LeadRule}.");

    private static string Line(KeyStatus key)
    {
        var life = key.State switch
        {
            KeyState.Next => $"next       signs from {Instant(key.ActiveFrom)}",
            KeyState.Active => $"active     signs since {Instant(key.ActiveFrom)}",
            KeyState.Retired => $"retired    published until {Instant(key.PublishedUntil!.Value)}",
            KeyState.Withdrawn => $"withdrawn  at {Instant(key.WithdrawnAt!.Value)}",
            _ => $"gone       published until {Instant(key.PublishedUntil!.Value)}",
        };
        return $"{key.KeyId}  {life}";
    }

    private static string Instant(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
