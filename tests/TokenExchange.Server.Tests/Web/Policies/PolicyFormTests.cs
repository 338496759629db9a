using System.Text.Json;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Tests.Administrators;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Web.Policies;

/// <summary>One policy in its form: what it says goes in and comes out whole, rows come and go, and nothing that is typed is lost.</summary>
public sealed class PolicyFormTests : IAsyncLifetime
{
    private const string Odd = "odd \"one\" <script>alert(1)</script> \u202e";

    private RunningServer _server = null!;
    private Browser _ada = null!;

    // Everything that a policy can say, in one.
    private static readonly PolicyDefinition Rich = new()
    {
        Name = "rich", Purpose = World.Triage, Effect = "permit", Agents = [World.SummaryAgent, World.InboxAgent], AgentKinds = [ClientKind.Service], AgentTags = ["a,b", "internal"],
        Subjects =
        [
            new SubjectDefinition
            {
                Issuer = World.Idp,
                Claims = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { ["department"] = ["sales", Odd], ["a.b[c]"] = ["x"] },
            },
            new SubjectDefinition { Issuer = World.Idp },
        ],
        Resource = World.Mail + "/", Scopes = ["mail.send", "mail.read"],
        Limits = new LimitsDefinition
        {
            MaxLifetime = TimeSpan.FromSeconds(90), MaxDelegationAge = TimeSpan.FromDays(2), MaxSessionAge = TimeSpan.FromHours(36), MaxChainDepth = 3,
            OnwardTo = [new OnwardDefinition { Agent = World.ArchiveAgent, Resource = World.Calendar, Scopes = ["calendar.read"] }, new OnwardDefinition { Agent = World.SummaryAgent }],
            MaxAuthAge = TimeSpan.FromSeconds(1.5), AcrValues = ["phr", "urn:mace:a,b"],
            PerScope = new Dictionary<string, AuthenticationDefinition>(StringComparer.Ordinal) { ["mail.send"] = new() { MaxAuthAge = TimeSpan.FromMinutes(1), AcrValues = ["phrh"] } },
        },
        Conditions =
        [
            new ConditionDefinition { TimeWindow = new TimeWindowDefinition { Days = ["Fri", "Mon"], From = "08:00", To = "18:30", Zone = "Europe/Berlin" } },
            new ConditionDefinition { SourceNetwork = ["10.0.0.0/8", "2001:db8::/32"] },
            new ConditionDefinition { ClaimEquals = new ClaimConditionDefinition { Claim = "tenant", Value = Odd } },
            new ConditionDefinition { ClaimContains = new ClaimConditionDefinition { Claim = "groups", Value = "staff" } },
        ],
    };

    public async ValueTask InitializeAsync()
    {
        _server = await PolicyPages.StartAsync(configuration: World.Configuration with { Policies = [.. World.Configuration.Policies!, Rich] });
        _ada = await _server.SignInAsync("ada");
    }

    public ValueTask DisposeAsync()
    {
        _ada.Dispose();
        return _server.DisposeAsync();
    }

    [Theory]
    [InlineData("policy", "give the policy a name; nothing was saved")]
    [InlineData("purpose", "give the purpose a name; nothing was saved")]
    public async Task What_has_no_name_is_not_saved_and_what_was_typed_stays_in_the_form(string page, string sentence)
    {
        var draft = await _ada.BeginAsync();
        var before = (await _server.DraftAsync(draft))!.Header.Version;
        var typed = page == "policy" ? "Input.Limits.MaxChainDepth" : "Input.Title";
        var form = (await _ada.FormAsync(PolicyPages.At(page, draft), "Input.")).With(typed, "7");

        var answer = await _ada.SendAsync(PolicyPages.At(page, draft), form, page == "policy" ? "save" : null);

        answer.Status.ShouldBe(200);
        PolicyPages.Words(answer.Body).ToLowerInvariant().ShouldContain(sentence);
        PageForm.In(answer.Body, "Input.")[typed].ShouldBe("7");
        (await _server.DraftAsync(draft))!.Header.Version.ShouldBe(before);
    }

    [Fact]
    public async Task A_form_that_is_sent_as_it_came_changes_nothing()
    {
        var draft = await _ada.BeginAsync();

        foreach (var policy in (await _server.DraftAsync(draft))!.Policies)
        {
            var page = await _ada.FollowAsync(await _ada.SaveAsync(draft, policy.Name, _ => { }));
            PolicyPages.Words(page).ShouldContain("It was so already; nothing was changed.", customMessage: policy.Name);
        }

        (await _server.DraftAsync(draft))!.Header.Version.ShouldBe(1);
    }

    [Fact]
    public async Task A_row_more_or_less_is_no_change_and_loses_nothing_that_was_typed()
    {
        var draft = await _ada.BeginAsync();
        var path = PolicyPages.Policy(draft, Rich.Name);
        var form = (await _ada.FormAsync(path, "Input.Name")).With("Input.Name", Odd).With("Input.Limits.MaxLifetime.Value", "not a number").With("Input.Scopes", "mail.label");
        var sent = form.Fields.ToList();
        string[] acts =
        [
            "add:subjects", "add:claims:2", "add:onwardTo", "add:perScope", "add:conditions:timeWindow", "add:conditions:sourceNetwork", "add:conditions:claimEquals", "add:conditions:claimContains",
            "remove:conditions:7", "remove:conditions:6", "remove:conditions:5", "remove:conditions:4", "remove:perScope:1", "remove:onwardTo:2", "remove:claims:2:0", "remove:subjects:2",
        ];

        foreach (var act in acts)
        {
            var answer = await _ada.SendAsync(path, form, act);
            answer.Status.ShouldBe(200, act);
            form = PageForm.In(answer.Body, "Input.Name");
        }

        form.Fields.Where(f => f.Name != "_csrf").ShouldBe(sent.Where(f => f.Name != "_csrf"));
        (await _server.DraftAsync(draft))!.Header.Version.ShouldBe(1);
    }

    [Fact]
    public async Task A_row_in_the_middle_is_taken_away_and_those_below_move_up()
    {
        var draft = await _ada.BeginAsync();
        var path = PolicyPages.Policy(draft, Rich.Name);

        var answer = await _ada.SendAsync(path, await _ada.FormAsync(path, "Input.Name"), "remove:conditions:1");
        await _ada.FollowAsync(await _ada.SendAsync(path, PageForm.In(answer.Body, "Input.Name"), "save"));

        (await _server.PolicyAsync(draft, Rich.Name)).Conditions.Select(c => JsonSerializer.Serialize(c, ConfigurationJson.Compact))
            .ShouldBe(new[] { Rich.Conditions[0], Rich.Conditions[2], Rich.Conditions[3] }.Select(c => JsonSerializer.Serialize(c, ConfigurationJson.Compact)));
    }

    [Theory]
    [InlineData("add:subjects:1")]
    [InlineData("remove:subjects:99")]
    [InlineData("remove:subjects:-1")]
    [InlineData("remove:claims:99:0")]
    [InlineData("add:conditions:anything")]
    [InlineData("remove:conditions:999999999999")]
    public async Task What_no_button_says_does_no_harm(string act)
    {
        var draft = await _ada.BeginAsync();
        var path = PolicyPages.Policy(draft, Rich.Name);

        (await _ada.SendAsync(path, await _ada.FormAsync(path, "Input.Name"), act)).Status.ShouldBe(200);

        (await _server.DraftAsync(draft))!.Header.Version.ShouldBe(1);
    }

    [Fact]
    public async Task A_policy_is_added_with_its_rows_and_is_the_caller_s()
    {
        var draft = await _ada.BeginAsync();
        var path = $"{PolicyPages.At("policy", draft)}&purpose=mail.digest";
        var form = await _ada.FormAsync(path, "Input.Name");
        form["Input.Purpose"].ShouldBe("mail.digest");
        form["Input.Subjects[0].Issuer"].ShouldBe(World.Idp, "there is only one");
        form = PageForm.In((await _ada.SendAsync(path, form.With("Input.Resource", World.Mail), "show:scopes")).Body, "Input.Name");
        form = PageForm.In((await _ada.SendAsync(path, form, "add:onwardTo")).Body, "Input.Name");

        var answer = await _ada.SendAsync(
            path,
            form.With("Input.Name", "digest").With("Input.Agents", World.InboxAgent).With("Input.MoreTags", "one two").With("Input.Scopes", "mail.read").With("Input.Limits.OnwardTo[0].Agent", World.SummaryAgent)
                .With("Input.Limits.MaxChainDepth", "2").With("Input.Limits.MaxLifetime.Value", "1.5"),
            "save");

        PolicyPages.Words(await _ada.FollowAsync(answer)).ShouldContain("Saved: policy digest.");
        var saved = (await _server.DraftAsync(draft))!;
        JsonSerializer.Serialize(saved.Policies[^1], ConfigurationJson.Compact).ShouldBe(JsonSerializer.Serialize(
            World.Permit("digest", "mail.digest", World.InboxAgent, "mail.read") with
            {
                AgentTags = ["one", "two"], Limits = new LimitsDefinition { MaxLifetime = TimeSpan.FromSeconds(90), MaxChainDepth = 2, OnwardTo = [new OnwardDefinition { Agent = World.SummaryAgent }] },
            },
            ConfigurationJson.Compact));
        saved.Header.Editors.ShouldBe(["admin:ada"]);
    }

    [Fact]
    public async Task White_space_around_what_is_typed_is_no_part_of_it()
    {
        var draft = await _ada.BeginAsync();

        await _ada.FollowAsync(await _ada.SaveAsync(draft, Rich.Name, f => f.With("Input.Name", " richer ").With("Input.Subjects[0].Claims[0].Values", " sales \r\n \r\n\tthe office")
            .With("Input.Conditions[1].SourceNetwork", "\t10.0.0.0/8 ").With("Input.Conditions[3].ClaimContains.Value", " staff ")));

        var saved = await _server.PolicyAsync(draft, "richer");
        saved.Subjects[0].Claims.First().Value.ShouldBe(["sales", "the office"]);
        saved.Conditions[1].SourceNetwork.ShouldBe(["10.0.0.0/8"]);
        saved.Conditions[3].ClaimContains!.Value.ShouldBe("staff");
    }

    [Fact]
    public async Task What_is_no_number_is_not_saved_and_said_beside_its_field()
    {
        var draft = await _ada.BeginAsync();

        var answer = await _ada.SaveAsync(draft, PolicyPages.Inbox, f => f.With("Input.Limits.MaxLifetime.Value", "five").With("Input.Limits.MaxChainDepth", "two").With("Input.Scopes", "mail.read"));

        answer.Status.ShouldBe(200);
        answer.Body.ShouldContain("<p class=\"error\" id=\"Input_Limits_MaxLifetime-error\">Write a number, e.g. 5, and choose its unit.</p>");
        answer.Body.ShouldContain("<p class=\"error\" id=\"Input_Limits_MaxChainDepth-error\">Write a whole number.</p>");
        PolicyPages.Words(answer.Body).ShouldContain("Nothing was saved. Please mend: Token lifetime: write a number");
        var form = PageForm.In(answer.Body, "Input.Name");
        (form["Input.Limits.MaxLifetime.Value"], form["Input.Limits.MaxChainDepth"]).ShouldBe(("five", "two"));
        form.All("Input.Scopes").ShouldBe(["mail.read"]);
        (await _server.DraftAsync(draft))!.Header.Version.ShouldBe(1);
    }

    [Fact]
    public async Task What_cannot_be_published_is_saved_and_said_beside_its_field()
    {
        var draft = await _ada.BeginAsync();

        var page = await _ada.FollowAsync(await _ada.SaveAsync(draft, PolicyPages.Inbox, f => f.With("Input.Limits.MaxLifetime.Value", "90").With("Input.Scopes").With("Input.Limits.OnwardTo[0].Agent", "")));

        PolicyPages.Words(page).ShouldContain("Saved in the draft. What is marked keeps it from being published.");
        page.ShouldContain("<p class=\"error\" id=\"Input_Limits_MaxLifetime-error\">Write a duration from 1&#xA0;s to 1&#xA0;h.</p>");
        page.ShouldContain("<p class=\"error\" id=\"Input_Scopes-error\">A permit names at least one scope.</p>");
        page.ShouldContain("<p class=\"error\" id=\"Input_Limits_OnwardTo_0__Agent-error\">The agent is not a client of kind ai_agent or service.</p>");
        (await _server.PolicyAsync(draft)).Limits.MaxLifetime.ShouldBe(TimeSpan.FromMinutes(90));
        var content = await _ada.PageAsync(PolicyPages.At("", draft));
        PolicyPages.Words(content).ShouldContain("3 things keep this draft from being published policy triage-by-inbox-agent, Scopes : a permit names at least one scope");
        PolicyPages.Links(content).ShouldContain(PolicyPages.Policy(draft, PolicyPages.Inbox) + "#Input_Limits_MaxLifetime", StringComparer.Ordinal);
    }

    [Fact]
    public async Task The_scopes_of_another_resource_are_shown_when_it_is_chosen_and_those_of_the_one_before_go()
    {
        var draft = await _ada.BeginAsync();
        var path = PolicyPages.Policy(draft, PolicyPages.Inbox);

        var answer = await _ada.SendAsync(path, (await _ada.FormAsync(path, "Input.Name")).With("Input.Resource", World.Calendar), "show:scopes");

        answer.Body.ShouldContain("value=\"calendar.read\"");
        var form = PageForm.In(answer.Body, "Input.Name");
        form.All("Input.Scopes").ShouldBeEmpty();
        form["Input.Resource"].ShouldBe(World.Calendar);
    }

    [Fact]
    public async Task A_name_that_is_taken_is_refused_and_what_was_typed_stays()
    {
        var draft = await _ada.BeginAsync();

        var answer = await _ada.SaveAsync(draft, PolicyPages.Inbox, f => f.With("Input.Name", Rich.Name));

        answer.Status.ShouldBe(200);
        answer.Body.ShouldContain("<p class=\"error\" id=\"Input_Name-error\">There is a policy of this name already; choose another name.</p>");
        PageForm.In(answer.Body, "Input.Name")["Input.Name"].ShouldBe(Rich.Name);
        (await _server.DraftAsync(draft))!.Header.Version.ShouldBe(1);
    }

    [Fact]
    public async Task A_purpose_with_another_id_takes_its_policies_along()
    {
        var draft = await _ada.BeginAsync();
        var path = $"{PolicyPages.At("purpose", draft)}&name=mail.answer";

        await _ada.FollowAsync(await _ada.SendAsync(path, (await _ada.FormAsync(path, "Input.Purpose")).With("Input.Purpose", "mail.reply")));

        (await _server.PolicyAsync(draft, "answer-by-inbox-agent")).Purpose.ShouldBe("mail.reply");
    }

    [Fact]
    public async Task Hostile_names_are_shown_as_what_they_are_on_every_page()
    {
        var draft = await _ada.BeginAsync(Odd.Replace("\u202e", "x", StringComparison.Ordinal));
        await _ada.SaveAsync(draft, PolicyPages.Inbox, f => f.With("Input.Name", Odd));

        foreach (var path in new[] { "/admin/policies", PolicyPages.At("", draft), PolicyPages.At("changes", draft), PolicyPages.At("replay", draft), PolicyPages.At("json", draft), PolicyPages.At("publish", draft), PolicyPages.At("delete", draft), PolicyPages.Policy(draft, Odd), $"/admin/policies/policy?draft={draft}&id={Uri.EscapeDataString(Odd)}", $"{PolicyPages.At("remove", draft)}&policy={Uri.EscapeDataString(Odd)}" })
        {
            var page = await _ada.PageAsync(path);
            page.ShouldContain("alert(1)", customMessage: path);
            page.ShouldNotContain("<script>alert", customMessage: path);
        }

        PolicyPages.Words(await _ada.PageAsync(PolicyPages.At("", draft))).ShouldContain("[U+202E]");
    }
}
