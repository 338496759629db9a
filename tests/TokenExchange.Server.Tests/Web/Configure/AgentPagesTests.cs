using System.Text.Json;
using System.Text.RegularExpressions;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Tests.Administrators;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Web.Configure;

/// <summary>The pages of agents: secrets stay secret, nobody's change is lost, and a form changes what it shows and nothing else.</summary>
public sealed partial class AgentPagesTests
{
    private static readonly (string, string?)[] s_newAgent = [("Input.ClientId", "new-agent"), ("Input.Name", "New agent"), ("Input.Kind", "ai_agent"), ("Keys.Method", "secret")];

    [Fact]
    public async Task A_new_secret_is_shown_on_the_page_that_answers_and_nowhere_else()
    {
        await using var desk = await Desk.OpenAsync();
        var page = await desk.ReadAsync("/admin/agents/new");

        var answer = await desk.SendAsync("/admin/agents/new", page, "Add it", s_newAgent);

        answer.Status.ShouldBe(200);
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        var secret = Secret().Match(answer.Body).Groups["secret"].Value;
        secret.Length.ShouldBe(43);
        (await IsKnownAsync(desk, "new-agent", secret)).ShouldBeTrue();

        var again = await desk.SendAsync("/admin/agents/new", page, "Add it", s_newAgent);
        again.Body.ShouldContain("There is one of this name already");
        Secret().IsMatch(again.Body).ShouldBeFalse();
        foreach (var path in new[] { "/admin/agents", "/admin/agents/edit?id=new-agent", "/admin/agents/edit?id=new-agent&tab=credentials", "/admin/audit" })
        {
            (await desk.ReadAsync(path)).ShouldNotContain(secret);
        }

        desk.Browser.SetCookies.ShouldAllBe(c => !c.Contains(secret, StringComparison.Ordinal));
        JsonSerializer.Serialize(await desk.Server.RecordsAsync()).ShouldNotContain(secret);
        JsonSerializer.Serialize(await desk.Server.Editor.ExportAsync(default)).ShouldNotContain(secret);
    }

    [Fact]
    public async Task A_secret_is_changed_over_without_a_gap_and_the_old_one_withdrawn_early()
    {
        await using var desk = await Desk.OpenAsync();
        const string Path = $"/admin/agents/edit?id={World.SummaryAgent}&tab=credentials";

        var secret = Secret().Match((await desk.SendAsync(Path, "Make a new secret", ("KeepFor", "7d"))).Body).Groups["secret"].Value;

        (await IsKnownAsync(desk, World.SummaryAgent, secret)).ShouldBeTrue();
        (await IsKnownAsync(desk, World.SummaryAgent, World.Secret)).ShouldBeTrue();
        (await desk.SendAsync(Path, "Withdraw the former secret")).Status.ShouldBe(302);
        (await IsKnownAsync(desk, World.SummaryAgent, secret)).ShouldBeTrue();
        (await IsKnownAsync(desk, World.SummaryAgent, World.Secret)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_conflict_shows_both_and_keeps_what_was_typed_so_that_saving_again_is_a_decision()
    {
        await using var desk = await Desk.OpenAsync();
        const string Path = $"/admin/agents/edit?id={World.InboxAgent}";
        var seen = await desk.ReadAsync(Path);
        (await desk.SendAsync(Path, "Save", ("Input.Owner", "their team"))).Status.ShouldBe(302);

        var conflict = await desk.SendAsync(Path, seen, "Save", ("Input.Owner", "our team"), ("Input.Tags", "internal <b>\u202e"));

        conflict.Status.ShouldBe(200);
        conflict.Body.ShouldContain("Somebody has changed this agent or client since you opened it");
        conflict.Body.ShouldContain("<del>their team</del>");
        conflict.Body.ShouldContain("<ins>our team</ins>");
        Desk.ValueOf(conflict.Body, "Save", "Input.Owner").ShouldBe("our team");
        Desk.ValueOf(conflict.Body, "Save", "Input.Tags").ShouldBe("internal <b>\u202e");
        (await ClientAsync(desk, World.InboxAgent)).Owner.ShouldBe("their team");
        (await desk.SendAsync(Path, conflict.Body, "Save", ("Input.Tags", "internal"))).Status.ShouldBe(302);
        (await ClientAsync(desk, World.InboxAgent)).Owner.ShouldBe("our team");
    }

    [Theory]
    [InlineData(Roles.Auditor)]
    [InlineData(Roles.PolicyAuthor)]
    [InlineData(Roles.Approver)]
    public async Task Who_may_not_configure_sees_no_form_and_what_they_send_anyway_is_refused_on_record(string role)
    {
        await using var desk = await Desk.OpenAsync();
        const string Path = $"/admin/agents/edit?id={World.InboxAgent}";
        var page = await desk.ReadAsync(Path);
        using var other = await desk.OtherAsync("otto", role);
        var shown = (await other.GetAsync(Path)).Body;

        shown.ShouldContain("inbox-agent");
        shown.ShouldNotContain("Change it");
        shown.ShouldNotContain("Disable it");
        var token = Csrf().Match(shown).Groups["token"].Value;
        var refused = await other.PostAsync($"{Path}&handler=Disable", ("_csrf", token), ("Tag", Desk.ValueOf(page, "Save", "Tag")!));

        refused.Status.ShouldBe(403);
        (await desk.Server.LastRecordAsync()).ShouldSatisfyAllConditions(r => r.Reason.ShouldBe("right_missing"), r => r.ClientId.ShouldBe("admin:otto"));
        (await ClientAsync(desk, World.InboxAgent)).Enabled.ShouldBeTrue();
    }

    [Fact]
    public async Task What_is_no_field_of_the_form_changes_nothing()
    {
        await using var desk = await Desk.OpenAsync();
        var before = await ClientAsync(desk, World.InboxAgent);
        string[] members = ["SecretSha256", "PreviousSecretSha256", "PreviousSecretExpires", "Enabled", "JwksUri", "ClientId", "AllowPrivateHosts"];
        var forged = new[] { "Input", "Keys", "Shown", "Client", "Definition" }.SelectMany(p => members.Select(m => ($"{p}.{m}", (string?)(m == "Enabled" ? "false" : "forged")))).Concat(members.Select(m => (m, (string?)"forged")));

        (await desk.SendAsync($"/admin/agents/edit?id={World.InboxAgent}", "Save", [.. forged, ("Input.Owner", "mail team")])).Status.ShouldBe(302);

        JsonSerializer.Serialize(await ClientAsync(desk, World.InboxAgent)).ShouldBe(JsonSerializer.Serialize(before with { Owner = "mail team" }));
    }

    [Fact]
    public async Task A_private_key_that_is_pasted_is_not_shown_again()
    {
        await using var desk = await Desk.OpenAsync();
        var jwk = World.AgentKey.Jwk(withPrivate: true);
        var pasted = $$"""{"keys":[{{jwk.ToJsonString()}}]}""";

        var answer = await desk.SendAsync("/admin/agents/new", "Add it", [.. s_newAgent[..3], ("Keys.Method", "jwks"), ("Keys.Jwks", pasted)]);

        answer.Body.ShouldContain("It held a private key and was not kept");
        answer.Body.ShouldNotContain((string)jwk["d"]!);
        Desk.ValueOf(answer.Body, "Add it", "Input.Name").ShouldBe("New agent");
    }

    [Fact]
    public async Task What_is_referred_to_is_not_deleted_and_the_page_names_what_refers_to_it()
    {
        await using var desk = await Desk.OpenAsync();

        var page = await desk.ReadAsync($"/admin/agents/delete?id={World.InboxAgent}");

        page.ShouldContain("triage-by-inbox-agent");
        page.ShouldNotContain($"Delete {World.InboxAgent}</button>");
        (await desk.SendAsync("/admin/agents/delete?id=disabled-agent", "Delete disabled-agent")).Status.ShouldBe(302);
        (await desk.Server.Editor.ExportAsync(default)).Clients!.ShouldAllBe(c => c.ClientId != "disabled-agent");
    }

    [Fact]
    public async Task Every_part_of_the_page_of_an_agent_shows_it()
    {
        await using var desk = await Desk.OpenAsync();
        await desk.Server.FirstTokenAsync();
        const string Path = $"/admin/agents/edit?id={World.InboxAgent}&tab=";

        (await desk.ReadAsync(Path + "purposes")).ShouldSatisfyAllConditions(p => p.ShouldContain("triage-by-inbox-agent"), p => p.ShouldContain("<strong>Mail</strong> for users of https://idp.example"), p => p.ShouldNotContain("triage-by-summary-agent"));
        (await desk.ReadAsync(Path + "delegations")).ShouldContain("/admin/delegations/one?txn=");
        (await desk.ReadAsync(Path + "audit")).ShouldContain("Exchange permitted");
        (await desk.ReadAsync(Path + "evaluate")).ShouldContain("action=\"/admin/simulator\"");
        (await desk.ReadAsync("/admin/agents?State=disabled")).ShouldSatisfyAllConditions(p => p.ShouldContain("disabled-agent"), p => p.ShouldNotContain("inbox-agent"));
    }

    private static async Task<bool> IsKnownAsync(Desk desk, string client, string secret) =>
        (string?)(await desk.Server.PostAsync("/token", client, secret, ("grant_type", GrantTypes.TokenExchange))).Json["error"] is { } error && error != ErrorCodes.InvalidClient;

    private static async Task<ClientDefinition> ClientAsync(Desk desk, string id) => (await desk.Server.Editor.ExportAsync(default)).Clients!.Single(c => c.ClientId == id);

    [GeneratedRegex("<code class=\"secret\">(?<secret>[^<]+)</code>", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Secret();

    [GeneratedRegex("name=\"_csrf\" type=\"hidden\" value=\"(?<token>[^\"]+)\"", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Csrf();
}
