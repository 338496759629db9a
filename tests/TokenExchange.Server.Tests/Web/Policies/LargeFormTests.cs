using TokenExchange.Server.Administrators;
using TokenExchange.Server.Tests.Administrators;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Web.Policies;

/// <summary>Forms that hold more than anybody means are answered beside the field, or as a bad request: never as an error of the server's own.</summary>
public sealed class LargeFormTests(LargeFormTests.Desk desk) : IClassFixture<LargeFormTests.Desk>
{
    private readonly RunningServer _server = desk.Server;
    private readonly Browser _ada = desk.Ada;

    [Fact]
    public async Task A_draft_in_JSON_with_very_many_mistakes_is_told_the_first_hundred()
    {
        var path = PolicyPages.At("json", await _ada.BeginAsync());
        var text = $$"""{"purposes":[],"policies":[{{{string.Join(',', Enumerable.Range(0, 5000).Select(i => $"\"k{i}\":0"))}}}]}""";

        var answer = await _ada.SendAsync(path, (await _ada.FormAsync(path, "Text")).With("Text", text));

        answer.Status.ShouldBe(200);
        var words = PolicyPages.Words(answer.Body);
        words.ShouldContain("policies[0].k99: is not a member");
        words.ShouldContain("there are more problems than these 100; mend these first", Case.Insensitive);
        words.ShouldNotContain("policies[0].k100: is not a member");
        words.Split("write one of name, purpose").Length.ShouldBe(3, "once above the form and once beside the field");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("stale")]
    public async Task A_policy_with_more_than_a_thousand_acr_values_is_refused_beside_its_field_whatever_was_seen(string? seen)
    {
        var draft = await _ada.BeginAsync();

        var answer = await _ada.SaveAsync(draft, PolicyPages.Inbox, form =>
        {
            form.With("Input.Limits.AcrValues", string.Join(' ', Enumerable.Range(0, 1001).Select(i => $"a{i}")));
            if (seen is not null)
            {
                form.With("Seen", seen);
            }
        });

        answer.Status.ShouldBe(200);
        answer.Body.ShouldContain("id=\"Input_Limits_AcrValues-error\"");
        PolicyPages.Words(answer.Body).ShouldContain("write at most 1000 entries", Case.Insensitive);
        (await _server.PolicyAsync(draft)).Limits.AcrValues.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Input.Subjects[{0}].Issuer", "Input_Subjects")]
    [InlineData("Input.Conditions[{0}].Kind", "Input_Conditions")]
    [InlineData("Input.Limits.OnwardTo[{0}].Agent", "Input_Limits_OnwardTo")]
    public async Task A_policy_with_more_rows_than_can_be_is_refused_beside_them(string field, string place)
    {
        var draft = await _ada.BeginAsync();

        var answer = await _ada.SaveAsync(draft, PolicyPages.Inbox, form => AddRows(form, 1030, field));

        answer.Status.ShouldBe(200);
        answer.Body.ShouldContain($"<div id=\"{place}\"><p class=\"field-error\">Write at most 1000 entries");
        (await _server.DraftAsync(draft))!.Header.Version.ShouldBe(1);
    }

    [Fact]
    public async Task A_resource_with_more_scopes_than_can_be_is_refused_beside_them()
    {
        foreach (var path in new[] { "/admin/resources/new", "/admin/resources/edit?id=https%3A%2F%2Fmail.example" })
        {
            var form = AddRows(await _ada.FormAsync(path, "Input.Name"), 1030, "Input.Scopes[{0}].Name");

            var answer = await _ada.PostAsync(path, [.. form.Fields]);

            answer.Status.ShouldBe(200, path);
            answer.Body.ShouldContain("<div id=\"Input_Scopes\"><p class=\"field-error\">Write at most 1000 entries");
        }
    }

    [Fact]
    public async Task A_form_with_more_fields_than_are_read_is_a_bad_request()
    {
        var draft = await _ada.BeginAsync();
        foreach (var path in new[] { "/admin/resources/new", "/admin/resources/edit?id=https%3A%2F%2Fmail.example", PolicyPages.Policy(draft, PolicyPages.Inbox), "/admin/issuers/new" })
        {
            var form = AddRows(await _ada.FormAsync(path, "Input."), 5001, "A[{0}]");

            var answer = await _ada.PostAsync(path, [.. form.Fields]);

            answer.Status.ShouldBe(400, path);
            PolicyPages.Words(answer.Body).ShouldContain("The form was too old, was sent from somewhere else, or has more fields than are read.");
        }
    }

    [Theory]
    [InlineData("0001-01-01", "100", "write an instant from 1970 to 9000")]
    [InlineData("0001-01-01", "0", "write an instant from 1970 to 9000")]
    [InlineData("1970-01-01", "1", "write so few minutes that the sign-in was not before 1970")]
    [InlineData("9999-12-31T23:59:59", "1", "write an instant from 1970 to 9000")]
    public async Task An_instant_that_cannot_be_tried_is_told_beside_its_field(string at, string minutes, string problem)
    {
        var page = await _ada.PageAsync($"/admin/simulator?Q.Agent=inbox-agent&Q.Resource=https%3A%2F%2Fmail.example&Q.User=alice&Q.Issuer=https%3A%2F%2Fidp.example&Q.At={at}&Q.SignedInMinutes={minutes}");

        PolicyPages.Words(page).ShouldContain(problem, Case.Insensitive);
    }

    private static PageForm AddRows(PageForm form, int rows, string field)
    {
        for (var row = 0; row < rows; row++)
        {
            form.With(string.Format(System.Globalization.CultureInfo.InvariantCulture, field, row), "a");
        }

        return form;
    }

    /// <summary>One server, and one who writes, for all of these: each begins a draft of its own, and saves nothing.</summary>
    public sealed class Desk : IAsyncLifetime
    {
        internal RunningServer Server { get; private set; } = null!;

        internal Browser Ada { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Server = await PolicyPages.StartAsync();
            Ada = await Server.SignInAsync("ada");
        }

        public ValueTask DisposeAsync()
        {
            Ada.Dispose();
            return Server.DisposeAsync();
        }
    }
}
