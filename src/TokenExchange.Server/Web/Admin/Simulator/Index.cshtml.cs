using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.Extensions.Options;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Policies;
using TokenExchange.Core.Protocol;
using TokenExchange.Core.Tokens;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Exchange;
using TokenExchange.Server.Policies;
using TokenExchange.Server.Settings;
using TokenExchange.Server.Simulation;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Server.Web.Admin.Simulator;

/// <summary>Tries an exchange before it happens: the decision, each check of each policy, the token that would result, and how to ask for it.</summary>
[Authorize(Rights.Try)]
public sealed class IndexModel(ConfigurationEditor editor, PolicyDrafts drafts, PolicyChoices choices, Simulation.Simulator simulator, RecordSearch records, IOptions<ExchangeSettings> settings) : AdminPage
{
    private static readonly SimulationInputValidator Validator = new();
    private static readonly JsonSerializerOptions s_indented = new(ConfigurationJson.Indented) { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The question.</summary>
    [BindProperty(SupportsGet = true)]
    public SimulatorForm Q { get; set; } = new();

    /// <summary>A record whose question is asked again; null for none.</summary>
    [BindProperty(SupportsGet = true)]
    public long? Record { get; set; }

    /// <summary>The answer; null until something is asked that can be tried.</summary>
    public SimulatedExchange? Result { get; private set; }

    /// <summary>The version of the policy set that answered; null when it is not published.</summary>
    public long? Version { get; private set; }

    /// <summary>What is configured, to choose from.</summary>
    public ExchangeConfiguration Configured { get; private set; } = new();

    /// <summary>The policy sets to choose from.</summary>
    public IReadOnlyList<SelectListItem> Sets { get; private set; } = [];

    /// <summary>The token that would result, as JSON.</summary>
    public string? TokenJson => Result?.Token is { } token ? JsonSerializer.Serialize(token.ToClaims(), s_indented) : null;

    /// <summary>The answer that the agent would get, where it would be refused.</summary>
    public WireError? Refused => Result?.Refusal is { } refusal ? RefusalWire.For(refusal.Reason) : null;

    /// <summary>The request, for a shell. Secret and assertion are left to be filled in.</summary>
    public string Curl { get; private set; } = string.Empty;

    /// <summary>Shows the form, and the answer when it is filled in.</summary>
    public async Task OnGetAsync()
    {
        Configured = await editor.ExportAsync(Aborted);
        if (Record is { } id && await records.FindAsync(id, Aborted) is { } found)
        {
            Q = SimulatorForm.Of(found.Record, Configured.Issuers!.FirstOrDefault(i => i.Issuer == found.Record.SubjectIssuer)?.SubjectPrefix);
        }

        Sets =
        [
            new SelectListItem("What is published now", string.Empty),
            .. (await drafts.ListAsync(Aborted)).Select(d => new SelectListItem($"Draft: {d.Title}", $"draft:{d.Id}")),
            .. Q.Policies?.StartsWith("version:", StringComparison.Ordinal) == true ? [new SelectListItem($"Version {Q.Policies["version:".Length..]}", Q.Policies)] : (SelectListItem[])[],
        ];
        if (Q.Issuer is null && Configured.Issuers is [var only])
        {
            Q = Q with { Issuer = only.Issuer };
        }

        if (!Q.IsAsked)
        {
            return;
        }

        var (input, problems) = Q.Read(Now);
        Explain(problems, "Q.");
        Explain(Validator.Validate(input).Errors.Select(e => new MemberProblem(SimulatorForm.FieldOf(e.PropertyName), e.ErrorMessage)).DistinctBy(p => p.Member, StringComparer.Ordinal), "Q.");
        if (!ModelState.IsValid)
        {
            return;
        }

        var (chosen, wrong) = await choices.FindAsync(input, Aborted);
        if (chosen is null)
        {
            Explain(wrong.SelectMany(w => w.Value.Select(v => new MemberProblem(nameof(SimulatorForm.Policies), w.Key is "draft" or "policySetVersion" ? v : $"{w.Key}: {v}"))), "Q.");
            return;
        }

        (Result, Version) = (simulator.Try(input, chosen.Catalog), chosen.Version);
        Curl = Write(input);
    }

    private string Write(SimulationInput input)
    {
        var form = new List<(string Name, string Value)>
        {
            ("grant_type", GrantTypes.TokenExchange),
            ("subject_token", input.Earlier.Count == 0 ? "SESSION_ASSERTION" : "ACTOR_TOKEN_OF_THE_AGENT_BEFORE"),
            ("subject_token_type", input.Earlier.Count == 0 ? TokenTypes.Jwt : TokenTypes.AccessToken),
            ("resource", input.Resource),
        };
        if (input.Purpose is { } purpose)
        {
            form.Add(("purpose", purpose));
        }

        if (input.Scopes is { } scopes)
        {
            form.Add(("scope", string.Join(' ', scopes)));
        }

        return $"curl {Quoted(settings.Value.Issuer + "/token")} \\\n  --user {Quoted(Uri.EscapeDataString(input.Agent) + ":SECRET")}"
            + string.Concat(form.Select(f => $" \\\n  --data-urlencode {Quoted($"{f.Name}={f.Value}")}"));
    }

    // Nothing is special between single quotes but their end.
    private static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
