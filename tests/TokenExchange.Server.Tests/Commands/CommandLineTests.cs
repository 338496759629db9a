using System.Text.Json;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Commands;

public sealed class CommandLineTests : IDisposable
{
    private readonly Executable _server = new();

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task Help_names_the_commands()
    {
        var ended = await _server.RunAsync("--help");

        ended.ExitCode.ShouldBe(0);
        foreach (var command in new[] { "serve", "migrate", "apply <file>", "export", "keys" })
        {
            ended.Output.ShouldContain($"  {command} ");
        }
    }

    [Fact]
    public async Task Migrate_says_what_it_applied_and_the_second_time_that_there_is_nothing()
    {
        var first = await _server.RunAsync("migrate");
        var second = await _server.RunAsync("migrate");

        first.Output.ShouldStartWith("Applied ");
        first.Output.ShouldEndWith($"_Initial.{Environment.NewLine}");
        second.ShouldBe(new Executable.Ended(0, $"The database is up to date.{Environment.NewLine}", ""));
        Directory.Exists(Path.Combine(_server.Folder, "exchange-keys")).ShouldBeFalse();
    }

    [Fact]
    public async Task Apply_prints_the_difference_makes_it_so_and_export_prints_it_again()
    {
        var file = _server.Write("exchange.json", """{"purposes":[{"purpose":"inbox.triage","title":"Sort my inbox","description":"Read new mail and label it"}]}""");

        var dry = await _server.RunAsync("apply", "--dry-run", file);
        var applied = await _server.RunAsync("apply", file);
        var again = await _server.RunAsync("apply", file);
        var exported = await _server.RunAsync("export");

        dry.ShouldBe(new Executable.Ended(0, Lines("+ purpose inbox.triage", "    title: Sort my inbox", "    description: Read new mail and label it"), ""));
        applied.ShouldBe(new Executable.Ended(0, Lines("+ purpose inbox.triage"), ""));
        again.ShouldBe(new Executable.Ended(0, $"Nothing to change.{Environment.NewLine}", ""));
        exported.ExitCode.ShouldBe(0);
        JsonSerializer.Deserialize<ExchangeConfiguration>(exported.Output, ConfigurationJson.Compact)!.Purposes!.Single().Title.ShouldBe("Sort my inbox");
    }

    [Fact]
    public async Task A_broken_file_ends_with_its_mistakes_and_nothing_else()
    {
        var shape = await _server.RunAsync("apply", _server.Write("shape.json", """{"purpose":[]}"""));
        var content = await _server.RunAsync("apply", _server.Write("content.json", """{"purposes":[{"purpose":"A"}]}"""));
        var missing = await _server.RunAsync("apply", "missing.json");

        shape.ShouldBe(new Executable.Ended(1, "", Lines("shape.json was not applied:", "  purpose: is not a member; write one of issuers, resources, clients, purposes, policies")));
        content.ShouldBe(new Executable.Ended(1, "", Lines(
            "content.json was not applied:",
            "  purposes[0].purpose: write 1 to 100 of a-z 0-9 . _ -, beginning with a letter or digit",
            "  purposes[0].title: write a few words, at most 200 characters",
            "  purposes[0].description: write a sentence, at most 1000 characters")));
        missing.ShouldBe(new Executable.Ended(1, "", Lines("There is no file missing.json.")));
    }

    [Fact]
    public async Task A_wrong_setting_ends_with_its_sentence()
    {
        (await _server.RunAsync("--Exchange:ClockSkew=soon")).ShouldBe(new Executable.Ended(1, "", Lines("Exchange:ClockSkew is 'soon': write a duration, hh:mm:ss.")));
        (await _server.RunAsync("migrate", "--environment=Production")).Error
            .ShouldBe(Lines("Exchange:Issuer is not set: write the https address under which this server is reached, e.g. https://exchange.example."));
    }

    [Fact]
    public async Task What_is_no_command_is_not_taken_for_one()
    {
        var mistyped = await _server.RunAsync("migrat");
        var without = await _server.RunAsync("apply");

        mistyped.ExitCode.ShouldBe(1);
        mistyped.Error.ShouldContain("migrat");
        without.ExitCode.ShouldBe(1);
        without.Error.ShouldContain("apply");
        File.Exists(Path.Combine(_server.Folder, "exchange.db")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_database_that_is_none_ends_with_a_sentence()
    {
        _server.Write("exchange.db", "This is not a database, however long it is.");

        var ended = await _server.RunAsync("export");

        ended.ExitCode.ShouldBe(1);
        ended.Output.ShouldBeEmpty();
        ended.Error.ShouldContain("The database cannot be used: ");
        ended.Error.ShouldEndWith(Lines("See Storage:Provider and ConnectionStrings:Exchange."));
    }

    [Fact]
    public async Task An_outdated_schema_stops_the_start_with_the_command_to_run()
    {
        var ended = await _server.RunAsync("--Storage:MigrateOnStart=false");

        ended.ShouldBe(new Executable.Ended(1, "", Lines(
            "The database schema is outdated (migrations to apply: 1). Run this executable with the command migrate, or set Storage:MigrateOnStart to true.")));
    }

    [Fact]
    public async Task It_serves_and_signs_with_the_same_key_after_a_restart()
    {
        string keys;
        await using (var first = await _server.ServeAsync())
        {
            (await first.Http.GetStringAsync("/health/live")).ShouldBe("""{"status":"live"}""");
            (await first.Http.GetStringAsync("/health/ready")).ShouldBe("""{"status":"ready"}""");
            keys = await first.Http.GetStringAsync("/jwks");
        }

        await using var second = await _server.ServeAsync();

        keys.ShouldContain("\"kid\"");
        (await second.Http.GetStringAsync("/jwks")).ShouldBe(keys);
    }

    [Fact]
    public async Task A_lost_key_ring_stops_the_start_with_what_to_set()
    {
        string keyId;
        await using (var first = await _server.ServeAsync())
        {
            keyId = JsonDocument.Parse(await first.Http.GetStringAsync("/jwks")).RootElement.GetProperty("keys")[0].GetProperty("kid").GetString()!;
        }

        Directory.Delete(Path.Combine(_server.Folder, "exchange-keys"), recursive: true);

        var ended = await _server.RunAsync();

        ended.ExitCode.ShouldBe(1);
        ended.Error.ShouldBe(Lines($"The signing key {keyId} in the database cannot be opened with the key ring. Set Keys:RingDirectory to the directory this database was used with."));
    }

    [Fact]
    public async Task A_file_named_in_the_settings_is_applied_when_it_serves_and_by_no_other_command()
    {
        var file = _server.Write("exchange.json", """{"purposes":[{"purpose":"inbox.triage","title":"Sort my inbox","description":"Read new mail and label it"}]}""");

        (await _server.RunAsync("export", $"--Exchange:Apply={file}")).Output.ShouldContain("\"purposes\": []");
        await using (await _server.ServeAsync($"--Exchange:Apply={file}"))
        {
        }

        (await _server.RunAsync("export")).Output.ShouldContain("Sort my inbox");
    }

    [Fact]
    public async Task Keys_are_listed_and_rotated_beside_a_server_that_runs()
    {
        (await _server.RunAsync("keys", "list")).ShouldBe(new Executable.Ended(0, Lines("There is no key yet: the first start makes one."), ""));
        await using var serving = await _server.ServeAsync();

        var rotated = await _server.RunAsync("keys", "rotate", "--lead=1.00:00:00");
        var again = await _server.RunAsync("keys", "rotate");
        var listed = await _server.RunAsync("keys", "list");

        var (next, active) = (await KeyIdsAsync(serving, count: 2)) switch { [var first, var second] => (second, first), var other => throw new InvalidOperationException($"{other.Length} keys") };
        rotated.Output.ShouldMatch($@"^{next}  next       signs from \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\dZ\r?\n$");
        (rotated.ExitCode, rotated.Error).ShouldBe((0, ""));
        again.ShouldBe(new Executable.Ended(1, "", Lines("A next key is waiting for its time already; nothing was changed:", rotated.Output.TrimEnd())));
        listed.Output.ShouldMatch($@"^{next}  next       signs from .*Z\r?\n{active}  active     signs since .*Z\r?\n$");
        (listed.ExitCode, listed.Error).ShouldBe((0, ""));

        var replaced = await _server.RunAsync("keys", "rotate", "--at-once");

        var key = (await KeyIdsAsync(serving, count: 1)).Single();
        replaced.Output.ShouldMatch($@"^{key}  active     signs since .*Z\r?\n{next}  withdrawn\r?\n{active}  withdrawn\r?\n$");
        (replaced.ExitCode, replaced.Error).ShouldBe((0, ""));
    }

    [Theory]
    [InlineData("--lead=soon", "--lead is 'soon': write a duration from 00:10:00 to 30.00:00:00, or leave it out.")]
    [InlineData("--lead=00:09:59", "--lead: write a duration from 00:10:00 to 30.00:00:00, or leave it out.")]
    [InlineData("--lead=00:10:00 --at-once", "--lead: leave it out with atOnce: the new key signs immediately.")]
    public async Task A_rotation_that_cannot_be_ends_with_a_sentence(string options, string sentence) =>
        (await _server.RunAsync(["keys", "rotate", .. options.Split(' ')])).ShouldBe(new Executable.Ended(1, "", Lines(sentence)));

    [Fact]
    public async Task Keys_made_under_another_key_ring_are_never_stored()
    {
        await using (await _server.ServeAsync())
        {
        }

        var ended = await _server.RunAsync("keys", "rotate", "--at-once", "--Keys:RingDirectory=elsewhere");

        ended.ExitCode.ShouldBe(1);
        ended.Error.ShouldContain(" in the database cannot be opened with the key ring. ");
        (await _server.RunAsync("keys", "list")).Output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(1);
    }

    [Fact]
    public async Task An_address_in_use_ends_with_a_sentence()
    {
        await using var other = await RunningServer.StartAsync(new ExchangeConfiguration());

        var ended = await _server.RunAsync($"--urls={other.Issuer}");

        ended.ExitCode.ShouldBe(1);
        ended.Error.ShouldBe(Lines($"Failed to bind to address {other.Issuer}: address already in use."));
    }

    // The server that runs looks once a second.
    private static async Task<string[]> KeyIdsAsync(Executable.Serving serving, int count)
    {
        for (var since = System.Diagnostics.Stopwatch.StartNew(); ; await Task.Delay(50))
        {
            using var keys = JsonDocument.Parse(await serving.Http.GetStringAsync("/jwks"));
            string[] ids = [.. keys.RootElement.GetProperty("keys").EnumerateArray().Select(k => k.GetProperty("kid").GetString()!)];
            if (ids.Length == count || since.Elapsed > TimeSpan.FromSeconds(20))
            {
                return ids;
            }
        }
    }

    private static string Lines(params string[] lines) => string.Concat(lines.Select(l => l + Environment.NewLine));
}
