using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Revocations;
using TokenExchange.Server.Web.Parts;

namespace TokenExchange.Server.Web.Admin.Delegations;

/// <summary>Ends what agents were lent: first says what that hits, then does it.</summary>
[Authorize(Rights.Revoke)]
public sealed class EndModel(Revoker revoker) : AdminPage
{
    private static readonly RevocationInputValidator Validator = new();

    /// <summary>What to end, and why.</summary>
    [BindProperty(SupportsGet = true)]
    public EndForm Input { get; set; } = new();

    /// <summary>What that would end now.</summary>
    public RevocationReach Reach { get; private set; } = new(0, 0, [], 0);

    /// <summary>What is ended, in words.</summary>
    public string What => Input.Kind switch
    {
        "token" => "one token and all that was derived from it",
        "delegation" => "one delegation",
        "session" => "everything lent from one session of a user",
        "agent" => $"everything that was lent to the agent {Input.Id}, wherever it stands in a chain",
        "subject" => $"everything that {Input.Id} has lent",
        "issuer" => $"everything that the users of {Input.Id} have lent",
        "resource" => $"everything that was lent for {Input.Id}",
        "purpose" => $"everything that was lent for the purpose {Input.Id}",
        _ => string.Empty,
    };

    /// <summary>Whether what is lent afterwards is new and goes on.</summary>
    public bool GoesOn => Input.Kind is "agent" or "subject" or "issuer" or "resource" or "purpose";

    /// <summary>Whether it can hit many people, so that it must be typed.</summary>
    public bool IsWide => Input.Kind is "agent" or "issuer" or "resource" or "purpose";

    /// <summary>The form's fields.</summary>
    public sealed record EndForm
    {
        /// <summary>Kind of thing.</summary>
        public string? Kind { get; init; }

        /// <summary>Which one.</summary>
        public string? Id { get; init; }

        /// <summary>Why, for the record.</summary>
        public string? Reason { get; init; }

        /// <summary>The id once more, for what is wide.</summary>
        public string? Typed { get; init; }
    }

    /// <summary>Says what it would hit.</summary>
    public async Task<IActionResult> OnGetAsync()
    {
        if (!IsJudgedRight(out var input))
        {
            return NotFound();
        }

        ModelState.Clear();
        Reach = await revoker.PreviewAsync(input.ToRoot(), Aborted);
        return Page();
    }

    /// <summary>Does it.</summary>
    [Needs(Rights.Revoke)]
    public async Task<IActionResult> OnPostAsync()
    {
        if (!IsJudgedRight(out var input))
        {
            Reach = await PreviewAsync(input);
            return Page();
        }

        if (IsWide && !string.Equals(FormText.Of(Input.Typed), Input.Id, StringComparison.Ordinal))
        {
            ModelState.AddModelError("Input.Typed", $"type {Input.Id} to say that you mean it");
            Reach = await PreviewAsync(input);
            return Page();
        }

        // Not the request's token: who closes the page still wanted it ended.
        var ended = await revoker.RevokeAsync(input.ToRoot(), input.Reason, Caller, CancellationToken.None);
        Say($"Ended: {Counted.Of(ended.Tokens, "token")} of {Counted.Of(ended.Delegations, "delegation")}, for {Counted.Of(ended.Subjects, "user")}. Relying apps that hear of it by events refuse them within a second, others when they expire.");
        return Then("/Admin/Delegations/Index");
    }

    private async Task<RevocationReach> PreviewAsync(RevocationInput input) =>
        Validator.Validate(input).Errors.TrueForAll(e => e.PropertyName == nameof(RevocationInput.Reason)) ? await revoker.PreviewAsync(input.ToRoot(), Aborted) : new RevocationReach(0, 0, [], 0);

    private bool IsJudgedRight(out RevocationInput input)
    {
        input = new RevocationInput { Kind = Input.Kind ?? string.Empty, Id = Input.Id ?? string.Empty, Reason = FormText.Of(Input.Reason) };
        var problems = Validator.Validate(input).Errors;
        Explain(problems.Select(p => new MemberProblem(p.PropertyName, p.ErrorMessage)), "Input.");
        return problems.Count == 0;
    }
}
