using TokenExchange.Core.Policies;

namespace TokenExchange.Server.Web.Parts;

/// <summary>Checks of a decision in the words of whoever reads them.</summary>
public static class TraceWords
{
    /// <summary>What is checked.</summary>
    public static string Of(CheckKind kind) => kind switch
    {
        CheckKind.Purpose => "Purpose",
        CheckKind.Agent => "Agent",
        CheckKind.Resource => "Resource",
        CheckKind.Subject => "User",
        CheckKind.Condition => "Condition",
        CheckKind.ChainDepth => "Length of the chain",
        CheckKind.Scopes => "Scopes",
        CheckKind.Authentication => "How the user signed in",
        CheckKind.SessionAge => "Age of the session",
    };

    /// <summary>How it went.</summary>
    public static string Of(CheckOutcome outcome) => outcome switch
    {
        CheckOutcome.Held => "holds",
        CheckOutcome.Failed => "does not hold",
        CheckOutcome.Unknown => "cannot be known",
    };

    /// <summary>The pill it is shown in.</summary>
    public static string KindOf(CheckOutcome outcome) => outcome switch
    {
        CheckOutcome.Held => "good",
        CheckOutcome.Failed => "bad",
        CheckOutcome.Unknown => "warn",
    };
}
