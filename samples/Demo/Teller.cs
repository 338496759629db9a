using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Tokens;
using Spectre.Console;
using TokenExchange.Client;
using TokenExchange.Storage.Audit;

namespace Demo;

/// <summary>Tells the story on the console and keeps count: every step has expectations, and a step whose expectation fails has failed.</summary>
internal sealed class Teller
{
    private static readonly JsonSerializerOptions Pretty = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Stopwatch _time = Stopwatch.StartNew();
    private bool _failing;

    public int Steps { get; private set; }

    public int Failed { get; private set; }

    /// <summary>Tells one step.</summary>
    public async Task StepAsync(string title, Func<Task> tell)
    {
        Steps++;
        _failing = false;
        Console.WriteLine();
        Console.WriteLine($"── {Steps}. {title}");
        try
        {
            await tell();
        }
        catch (Exception e)
        {
            Expect(false, $"no exception, but: {e.Message}");
        }

        Failed += _failing ? 1 : 0;
    }

    public static void Say(string line) => Console.WriteLine($"   {line}");

    /// <summary>Checks an expectation and says it, kept or not.</summary>
    public void Expect(bool holds, string what)
    {
        Console.WriteLine($"   {(holds ? "✓" : "✗ EXPECTED:")} {what}");
        _failing |= !holds;
    }

    /// <summary>Expects a token and returns it, shown decoded.</summary>
    public static string ExpectToken(ExchangeResult result)
    {
        if (result is not ExchangeResult.Succeeded(var token))
        {
            var refused = (ExchangeResult.Refused)result;
            throw new InvalidOperationException($"a token was expected, not {refused.Error}: {refused.ErrorDescription}");
        }

        Show("the actor token", token.Value);
        return token.Value;
    }

    /// <summary>Expects a refusal by this rule.</summary>
    public void ExpectRefusal(ExchangeResult result, string error, string rule)
    {
        if (result is not ExchangeResult.Refused refused)
        {
            Expect(false, $"{error} by {rule}, but a token was issued");
            return;
        }

        Expect(string.Equals(refused.Error, error, StringComparison.Ordinal) && refused.ErrorUri?.EndsWith("/" + rule, StringComparison.Ordinal) == true,
            $"refused: {refused.Error}, \"{refused.ErrorDescription}\", rule {refused.ErrorUri?.Split('/')[^1]}");
    }

    /// <summary>Shows a JWT's claims.</summary>
    public static void Show(string what, string jwt)
    {
        var claims = Claims(jwt);
        Say($"{what}, decoded (signature left out):");
        foreach (var line in claims.ToJsonString(Pretty).Split('\n'))
        {
            Say("  " + line.TrimEnd('\r'));
        }
    }

    public static JsonObject Claims(string jwt) => JsonNode.Parse(Base64UrlEncoder.Decode(jwt.Split('.')[1]))!.AsObject();

    /// <summary>Prints the records, oldest first.</summary>
    public static void Show(IEnumerable<ExchangeRecord> records)
    {
        var table = new Table().Border(TableBorder.Ascii).AddColumns("at", "what", "reason", "client", "for", "chain", "purpose", "scopes", "policy");
        foreach (var r in records.Reverse())
        {
            table.AddRow(new[]
            {
                r.At.ToString("HH:mm:ss", CultureInfo.InvariantCulture), r.Kind.ToString(), r.Reason, r.ClientId, r.Subject, Chain(r.Chain), r.Purpose, r.GrantedScopes ?? r.RequestedScopes, r.Policy,
            }.Select(c => new Text(c ?? string.Empty)));
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors });
        console.Profile.Width = 200;
        console.Write(table);
    }

    public void End()
    {
        Console.WriteLine();
        Console.WriteLine($"told in {_time.Elapsed.TotalSeconds:F1} s");
        Console.WriteLine($"demo: {Steps} steps, {Failed} failed");
    }

    private static string Chain(string? act)
    {
        var names = new List<string>();
        for (var level = act is null ? null : JsonNode.Parse(act); level is not null; level = level["act"])
        {
            names.Add((string)level["sub"]!);
        }

        return string.Join(" < ", names);
    }
}
