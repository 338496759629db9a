using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.Extensions.Options;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Clients;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Settings;
using TokenExchange.Server.Web.Parts;
using TokenExchange.Storage.Audit;
using TokenExchange.Storage.Delegations;

namespace TokenExchange.Server.Web.Admin.Agents;

/// <summary>One client: who it is, how it authenticates, what it may do and does.</summary>
public sealed class EditModel(
    ItemEditor items, ClientSecrets secrets, ConfigurationEditor configuration, LiveDelegations live, RecordSearch records, IOptions<ExchangeSettings> settings) : AgentPage(items)
{
    private const int Shortly = 20;

    private static readonly (string Name, string Words, TimeSpan Span)[] s_overlaps =
    [
        ("0", "not at all: it is refused at once", TimeSpan.Zero), ("1h", "for 1 hour", TimeSpan.FromHours(1)), ("1d", "for 1 day", TimeSpan.FromDays(1)),
        ("7d", "for 7 days", TimeSpan.FromDays(7)), ("30d", "for 30 days", TimeSpan.FromDays(30)),
    ];

    /// <summary>Which part is shown.</summary>
    [BindProperty(SupportsGet = true, Name = "tab")]
    public string? Tab { get; set; }

    /// <summary>How long the secret before is still accepted, by a name of <see cref="Overlaps"/>.</summary>
    [BindProperty]
    public string? KeepFor { get; set; } = "1d";

    /// <summary>Its workloads: issuer and subject, one pair a line.</summary>
    [BindProperty]
    public string? Workloads { get; set; }

    /// <summary>The parts there are for this client, with their names.</summary>
    public IEnumerable<(string Tab, string Name)> Tabs =>
    [
        ("overview", "Overview"), ("credentials", "Credentials"),
        .. IsAgent ? [("purposes", "Purposes"), ("delegations", "Delegations")] : ((string, string)[])[],
        ("audit", "Audit"),
        .. IsAgent && MayTry ? [("evaluate", "Evaluate")] : ((string, string)[])[],
    ];

    /// <summary>The part that is shown.</summary>
    public string Here => Tabs.Any(t => t.Tab == Tab) ? Tab! : "overview";

    /// <summary>Whether it may act for users.</summary>
    public bool IsAgent => ClientKind.IsAgent(Shown.Kind);

    /// <summary>Whether whoever looks may change it.</summary>
    public bool MayConfigure { get; private set; }

    /// <summary>Whether whoever looks may use the simulator.</summary>
    public bool MayTry { get; private set; }

    /// <summary>How long a secret can be kept beside a new one.</summary>
    public static IEnumerable<SelectListItem> Overlaps { get; } = [.. s_overlaps.Select(o => new SelectListItem(o.Words, o.Name))];

    /// <summary>The policies that select it, by purpose.</summary>
    public IReadOnlyList<IGrouping<string, PolicyUse>> Purposes { get; private set; } = [];

    /// <summary>What is configured.</summary>
    public ExchangeConfiguration Configured { get; private set; } = new();

    /// <summary>For whom it acts now; the latest.</summary>
    public LivePage Live { get; private set; } = new([], null);

    /// <summary>What it did; the latest.</summary>
    public IReadOnlyList<NumberedRecord> Records { get; private set; } = [];

    /// <summary>Shows a part.</summary>
    public async Task<IActionResult> OnGetAsync()
    {
        if (!await FindAsync(firstLook: true))
        {
            return NotFound();
        }

        Fill();
        return await ShowAsync(Page());
    }

    /// <summary>Saves who it is.</summary>
    [Needs(Rights.Configure)]
    public Task<IActionResult> OnPostSaveAsync()
    {
        var problems = new List<MemberProblem>();
        var change = Input.Read(problems);
        return ChangeAsync("overview", problems, by => Items.EditAsync(Kind, Name, Seen, change, by, CancellationToken.None), "It is saved, and holds from the next request on.");
    }

    /// <summary>Lets it be used again.</summary>
    [Needs(Rights.Configure)]
    public Task<IActionResult> OnPostEnableAsync() =>
        ChangeAsync("overview", [], by => Items.EnableAsync(Kind, Name, Seen, by, CancellationToken.None), "It is enabled: it can sign in again.");

    /// <summary>Stops it from being used.</summary>
    [Needs(Rights.Configure)]
    public Task<IActionResult> OnPostDisableAsync() =>
        ChangeAsync("overview", [], by => Items.DisableAsync(Kind, Name, by, CancellationToken.None), "It is disabled: it cannot sign in, and this server calls its tokens dead.");

    /// <summary>Gives it another secret, which the answer shows.</summary>
    [Needs(Rights.Configure)]
    public Task<IActionResult> OnPostRotateAsync()
    {
        var problems = new List<MemberProblem>();
        var overlap = s_overlaps.FirstOrDefault(o => o.Name == KeepFor);
        if (overlap.Name is null)
        {
            problems.Add(new MemberProblem(nameof(KeepFor), "choose how long"));
        }

        return GiveAsync(problems, by => secrets.RotateAsync(Name, Seen, overlap.Span, by, CancellationToken.None));
    }

    /// <summary>Refuses the secret before the present one.</summary>
    [Needs(Rights.Configure)]
    public Task<IActionResult> OnPostWithdrawAsync() =>
        ChangeAsync("credentials", [], by => secrets.WithdrawPreviousAsync(Name, Seen, by, CancellationToken.None), "The former secret is refused from now on.");

    /// <summary>Lets it authenticate in another way, or with other keys.</summary>
    [Needs(Rights.Configure)]
    public async Task<IActionResult> OnPostCredentialsAsync()
    {
        var problems = new List<MemberProblem>();
        var secret = Keys.Method == CredentialsInput.Secret ? ClientSecrets.New() : null;
        var change = Keys.Read(problems, out var isSecret, secret?.Sha256);
        if (isSecret)
        {
            ForgetPastedKey();
        }

        Func<Editing, Task<ItemOutcome<ClientDefinition>>> act = by => Items.EditAsync(Kind, Name, Seen, change, by, CancellationToken.None);
        return secret is null
            ? await ChangeAsync("credentials", problems, act, "It authenticates so from the next request on.")
            : await GiveAsync(problems, async by => await act(by) is var outcome && outcome is ItemOutcome<ClientDefinition>.Saved ? new SecretGiven(outcome, secret) : new SecretGiven(outcome, null));
    }

    /// <summary>Says which workloads are instances of it.</summary>
    [Needs(Rights.Configure)]
    public Task<IActionResult> OnPostWorkloadsAsync()
    {
        var problems = new List<MemberProblem>();
        var pairs = FormText.LinesOnce(Workloads).Select(FormText.Words).ToList();
        if (pairs.Exists(p => p.Length != 2))
        {
            problems.Add(new MemberProblem(nameof(Workloads), "write issuer and subject with a space between them, one pair a line"));
        }

        WorkloadDefinition[] workloads = [.. pairs.Where(p => p.Length == 2).Select(p => new WorkloadDefinition { Issuer = p[0], Subject = p[1] })];
        return ChangeAsync("credentials", problems, by => Items.EditAsync(Kind, Name, Seen, c => c with { Workloads = workloads }, by, CancellationToken.None), "Its workloads are saved.");
    }

    private async Task<IActionResult> ChangeAsync(string tab, List<MemberProblem> problems, Func<Editing, Task<ItemOutcome<ClientDefinition>>> act, string done)
    {
        Tab = tab;
        if (await AnswerAsync(problems, act, done) is not { } refused)
        {
            return Then("/Admin/Agents/Edit", new { id = Id, tab });
        }

        Fill();
        return await ShowAsync(refused);
    }

    private async Task<IActionResult> GiveAsync(List<MemberProblem> problems, Func<Editing, Task<SecretGiven>> act)
    {
        Tab = "credentials";
        NewSecret? made = null;
        var refused = await AnswerAsync(
            problems,
            async by =>
            {
                var given = await act(by);
                made = given.Secret;
                return given.Outcome;
            },
            done: null);
        if (refused is null)
        {
            await FindAsync(firstLook: true);
            Secret = new ShownSecret(
                Shown.ClientId, made!.Value, ClientSnippet.Of(settings.Value.Issuer, Shown, await configuration.ExportAsync(Aborted)), Url.Page("/Admin/Agents/Edit", new { id = Id, tab = "credentials" })!);
        }

        Fill();
        return await ShowAsync(refused ?? Page());
    }

    private async Task<IActionResult?> AnswerAsync(List<MemberProblem> problems, Func<Editing, Task<ItemOutcome<ClientDefinition>>> act, string? done)
    {
        if (problems.Count == 0)
        {
            return await RefusedAsync(await act(await EditingAsync()), done);
        }

        Explain(problems);
        return await FindAsync(firstLook: false) ? Page() : NotFound();
    }

    // As the client is. Where something was typed, the fields show that instead.
    private void Fill()
    {
        (Input, Keys) = (AgentInput.Of(Shown), CredentialsInput.Of(Shown));
        Workloads = string.Join('\n', Shown.Workloads.Select(w => $"{w.Issuer} {w.Subject}"));
    }

    private async Task<IActionResult> ShowAsync(IActionResult answer)
    {
        (MayConfigure, MayTry) = (await MayAsync(Rights.Configure), await MayAsync(Rights.Try));
        switch (Here)
        {
            case "purposes":
                Configured = await configuration.ExportAsync(Aborted);
                Purposes = PolicyUse.Of(Shown, Configured.Policies!);
                break;
            case "delegations":
                Live = await live.ListAsync(new LiveFilter { Agent = Shown.ClientId }, Now, null, Shortly, Aborted);
                break;
            case "audit":
                Records = (await records.OlderAsync(new RecordFilter { ClientId = Shown.ClientId }, null, Shortly, Aborted)).Records;
                break;
            case "evaluate":
                Configured = await configuration.ExportAsync(Aborted);
                break;
        }

        return answer;
    }
}
