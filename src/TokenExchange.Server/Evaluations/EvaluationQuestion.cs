using System.Diagnostics.CodeAnalysis;
using System.Net;
using TokenExchange.Core.Tokens;

namespace TokenExchange.Server.Evaluations;

/// <summary>A question that can be asked: may whoever holds this token do this at this resource, for this user, now?</summary>
/// <param name="Subject">The user, as the relying app believes.</param>
/// <param name="Scope">What is to be done.</param>
/// <param name="Resource">Where.</param>
/// <param name="Token">The actor token, not looked at yet.</param>
/// <param name="Source">Where the agent calls from; null when the relying app does not say.</param>
public sealed record EvaluationQuestion(string Subject, string Scope, ResourceIndicator Resource, string Token, IPAddress? Source)
{
    private const int MaxAddress = 64;

    /// <summary>Reads a question, or says which member is wrong and what to write instead.</summary>
    public static bool TryRead(EvaluationInput? input, [NotNullWhen(true)] out EvaluationQuestion? question, [NotNullWhen(false)] out string? mistake)
    {
        (question, mistake) = (null, null);
        if (input?.Subject is not { Type: "user", Id: { } subject } || !JsonClaims.IsIdentifier(subject))
        {
            mistake = "subject: write type user, and as id the sub of the actor token";
        }
        else if (input.Action?.Name is not { Length: <= JsonClaims.MaxIdentifierLength } scope || !ScopeSet.IsScopeToken(scope))
        {
            mistake = "action: write as name one scope of the resource";
        }
        else if (input.Resource is not { Type: "resource", Id: { } id } || !ResourceIndicator.TryParse(id, out var resource))
        {
            mistake = "resource: write type resource, and as id the URI under which it is registered";
        }
        else if (input.Context?.AccessToken is not { Length: > 0 and <= CompactJwt.MaxLength } token)
        {
            mistake = "context.access_token: write the actor token the agent brought";
        }
        else if (!TryReadAddress(input.Context.Source, out var source))
        {
            mistake = "context.source: write the address the agent calls from, or leave it out";
        }
        else
        {
            question = new EvaluationQuestion(subject, scope, resource, token, source);
        }

        return question is not null;
    }

    private static bool TryReadAddress(string? text, out IPAddress? address)
    {
        address = null;
        return text is null || (text.Length <= MaxAddress && IPAddress.TryParse(text, out address));
    }
}
