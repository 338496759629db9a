using System.Text.RegularExpressions;
using TokenExchange.Server.Tests.Commands;

namespace TokenExchange.Server.Tests.Administrators;

/// <summary>Who administers, from the machine itself.</summary>
public sealed partial class AdminCommandsTests : IDisposable
{
    private readonly Executable _server = new();

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task An_administrator_is_appointed_listed_and_reset()
    {
        (await _server.RunAsync("admin", "list")).Output.ShouldBe(Lines("There are no administrators."));
        var created = await _server.RunAsync("admin", "create", "alice", "--role=administrator", "--role", "auditor", "--display-name=Alice Green");
        created.Error.ShouldBeEmpty();
        created.Output.ShouldMatch(@"^With this link alice can set a password, once, until \d{4}-\d\d-\d\d \d\d:\d\d UTC:\s+http://localhost:5080/admin/set-password\?code=[A-Za-z0-9_-]{43}\s+$");

        (await _server.RunAsync("admin", "list")).Output.ShouldBe(Lines("alice\tadministrator,auditor\tenabled\tno password yet\tnever signed in"));
        var reset = await _server.RunAsync("admin", "reset", "ALICE");
        Link().Match(reset.Output).Value.ShouldNotBe(Link().Match(created.Output).Value, StringComparer.Ordinal);
        Link().IsMatch(reset.Output).ShouldBeTrue();

        (await _server.RunAsync("admin", "roles", "alice", "--role", "approver")).ShouldBe(new Executable.Ended(0, Lines("alice is now approver."), ""));
        (await _server.RunAsync("admin", "list")).Output.ShouldBe(Lines("alice\tapprover\tenabled\tno password yet\tnever signed in"));
    }

    [Fact]
    public async Task A_mistake_ends_with_its_sentence()
    {
        (await _server.RunAsync("admin", "create", "a b", "--role", "root")).ShouldBe(new Executable.Ended(1, "", Lines(
            "userName: write 1 to 64 letters, digits and . _ - @ +", "roles: choose one or more of administrator, policy_author, approver, auditor")));
        (await _server.RunAsync("admin", "create", "alice")).ExitCode.ShouldBe(1);
        (await _server.RunAsync("admin", "roles", "nobody", "--role", "auditor")).ShouldBe(new Executable.Ended(1, "", Lines("There is no administrator nobody.")));
        (await _server.RunAsync("admin", "reset", "nobody")).ShouldBe(new Executable.Ended(1, "", Lines("There is no administrator nobody.")));
    }

    [Fact]
    public async Task A_server_without_an_administrator_says_on_its_console_how_to_make_one_and_one_with_does_not()
    {
        await using (var serving = await _server.ServeAsync())
        {
            (await serving.LineAsync("No administrator yet.")).ShouldMatch(@"^No administrator yet\. Open this once to create the first one: http://localhost:5080/admin/setup\?code=[A-Za-z0-9_-]{43}$");
        }

        await _server.RunAsync("admin", "create", "alice", "--role", "administrator");
        await using var again = await _server.ServeAsync();

        (await again.LineAsync("Application started")).ShouldNotBeNull();
        again.Output.ShouldNotContain("No administrator yet.");
    }

    private static string Lines(params string[] lines) => string.Concat(lines.Select(l => l + Environment.NewLine));

    [GeneratedRegex(@"\?code=[A-Za-z0-9_-]{43}", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex Link();
}
