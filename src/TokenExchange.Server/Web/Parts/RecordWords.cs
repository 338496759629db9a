using TokenExchange.Server.Exchange;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Server.Web.Parts;

/// <summary>Records in the words of whoever reads them.</summary>
public static class RecordWords
{
    /// <summary>What a kind of record is called.</summary>
    public static string Of(RecordKind kind) => kind switch
    {
        RecordKind.Permit => "Exchange permitted",
        RecordKind.Refusal => "Refused",
        RecordKind.Revocation => "Revocation",
        RecordKind.Configuration => "Administration",
        RecordKind.ApiToken => "Token for the API",
        RecordKind.Evaluation => "Asked before an action",
        RecordKind.SecurityEvent => "Event of an identity provider",
        RecordKind.EventStream => "Event stream",
        RecordKind.SignIn => "Sign-in",
    };

    /// <summary>The pill a record is shown in.</summary>
    public static string PillOf(ExchangeRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return record.Kind switch
        {
            RecordKind.Permit => "good",
            RecordKind.Refusal => "bad",
            RecordKind.Revocation => "warn",
            RecordKind.SignIn => record.Reason is "signed_in" ? "good" : record.Reason is "signed_out" or "password_right" ? "idle" : "bad",
            RecordKind.Configuration => record.Reason.EndsWith("refused", StringComparison.Ordinal) ? "bad" : "idle",
            _ => "idle",
        };
    }

    /// <summary>What an act of administration was about, as far as one line says; null where the other columns do.</summary>
    public static string? AboutOf(ExchangeRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        var line = record.Kind is RecordKind.Configuration or RecordKind.Revocation ? record.Detail?.Split('\n', 2)[0].Trim() : null;
        return string.IsNullOrEmpty(line) ? null

            // Of a draft people know the title and not the id, which stands before it.
            : line.StartsWith("draft ", StringComparison.Ordinal) && line.Split(": ", 2) is [_, var title] ? $"draft {title}"
            : line;
    }

    /// <summary>A reason code in words; the code itself, without underscores, when it has none.</summary>
    public static string Of(string reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        return RefusalWire.ByCode.GetValueOrDefault(reason)?.Description.TrimEnd('.') ?? Sentence(reason);
    }

    private static string Sentence(string code)
    {
        var words = code.Replace('_', ' ');
        return words.Length == 0 ? words : char.ToUpperInvariant(words[0]) + words[1..];
    }
}
