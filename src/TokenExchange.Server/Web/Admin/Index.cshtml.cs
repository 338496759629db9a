using Microsoft.AspNetCore.Mvc;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Status;
using TokenExchange.Storage.Audit;
using TokenExchange.Storage.Delegations;

namespace TokenExchange.Server.Web.Admin;

/// <summary>What agents do in people's names at this moment; on a new installation, what is still to set up.</summary>
public sealed class IndexModel(LiveDelegations live, RecordStatistics statistics, RecordSearch records, ConfigurationEditor editor, Health health) : AdminPage
{
    private const int Minutes = 60;
    private const int Top = 5;
    private static readonly RecordFilter s_permits = new() { Kinds = new HashSet<RecordKind> { RecordKind.Permit } };

    /// <summary>How many delegations are alive.</summary>
    public int Alive { get; private set; }

    /// <summary>Exchanges of the last hour, minute by minute.</summary>
    public ExchangeRates Rates { get; private set; } = new([], IsComplete: true);

    /// <summary>Why tokens were refused most often in the last day.</summary>
    public RecordCounts Refusals { get; private set; } = new([], default, IsComplete: true);

    /// <summary>How the server is.</summary>
    public HealthReport Health { get; private set; } = null!;

    /// <summary>What leads to the first exchange; empty as soon as there was one.</summary>
    public IReadOnlyList<Step> Steps { get; private set; } = [];

    /// <summary>Tokens issued in the last hour.</summary>
    public int Permitted => Rates.Minutes.Sum(m => m.Permitted ?? 0);

    /// <summary>Requests refused in the last hour: exchanges, and whatever else clients and administrators may not do.</summary>
    public int Refused => Rates.Minutes.Sum(m => m.Refused ?? 0);

    /// <summary>A step of the checklist.</summary>
    /// <param name="IsDone">Whether it is done.</param>
    /// <param name="Title">What is to do.</param>
    /// <param name="Words">Why.</param>
    /// <param name="Path">Where.</param>
    /// <param name="Action">What the link says.</param>
    public sealed record Step(bool IsDone, string Title, string Words, string Path, string Action);

    /// <summary>Shows the page.</summary>
    public async Task OnGetAsync() => await ReadAsync();

    /// <summary>The figures alone, which the page asks for again and again.</summary>
    public async Task<IActionResult> OnGetFiguresAsync()
    {
        await ReadAsync();
        return Partial("Admin/_Figures", this);
    }

    private async Task ReadAsync()
    {
        Health = await health.LookAsync(Aborted);
        Alive = await live.CountAsync(Now, Aborted);
        Rates = await statistics.PerMinuteAsync(Minutes, Now, Aborted);
        Refusals = await statistics.TopRefusalsAsync(Now.AddDays(-1), Top, Aborted);
        if (Permitted == 0 && (await records.OlderAsync(s_permits, than: null, 1, Aborted)).Records.Count == 0)
        {
            Steps = StepsOf(await editor.ExportAsync(Aborted));
        }
    }

    private static Step[] StepsOf(ExchangeConfiguration configured) =>
    [
        new Step(configured.Issuers!.Count > 0, "Trust an identity provider", "It signs the session assertions of your users. Until one is trusted, nobody can lend anything.", "/admin/issuers/new", "Add a trusted issuer"),
        new Step(configured.Resources!.Count > 0, "Describe a resource", "An API that agents shall call, with its scopes in words that users understand.", "/admin/resources/new", "Add a resource"),
        new Step(configured.Clients!.Any(c => ClientKind.IsAgent(c.Kind)), "Register an agent", "The program that acts. It gets a secret of its own, shown once.", "/admin/agents/new", "Add an agent"),
        new Step(configured.Purposes!.Count > 0 && configured.Policies!.Count > 0, "Write a purpose and a policy, and publish them", "Why an agent acts, for whom, where and how far. What no policy permits is refused.", "/admin/policies", "Write policies"),
        new Step(IsDone: false, "Try it in the simulator", "See the decision and the token before anything is issued, and copy the request.", "/admin/simulator", "Open the simulator"),
        new Step(IsDone: false, "Watch the first exchange arrive", "Send the request with a real assertion. It appears here and in the audit at once; this list then goes away.", "/admin/audit", "Open the audit"),
    ];
}
