using TokenExchange.Server.Configuration;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Server.Web.Admin.Audit;

/// <summary>What somebody looks for in the audit, as it stands in the address. Empty fields ask for nothing.</summary>
public sealed record AuditForm
{
    /// <summary>Kind of record, by its name.</summary>
    public string? Kind { get; init; }

    /// <summary>Reason code.</summary>
    public string? Reason { get; init; }

    /// <summary>Who asked or acted.</summary>
    public string? Client { get; init; }

    /// <summary>The user, as <c>sub</c> of tokens.</summary>
    public string? Subject { get; init; }

    /// <summary>The user's identity provider.</summary>
    public string? Issuer { get; init; }

    /// <summary>The purpose.</summary>
    public string? Purpose { get; init; }

    /// <summary>The resource.</summary>
    public string? Resource { get; init; }

    /// <summary><c>txn</c>.</summary>
    public string? Delegation { get; init; }

    /// <summary><c>sid</c>.</summary>
    public string? Session { get; init; }

    /// <summary><c>jti</c> of a token or of the one it was derived from.</summary>
    public string? Token { get; init; }

    /// <summary>The determining policy.</summary>
    public string? Policy { get; init; }

    /// <summary>Where the request came from.</summary>
    public string? Source { get; init; }

    /// <summary>From this instant on, in UTC.</summary>
    public string? From { get; init; }

    /// <summary>Before this instant, in UTC.</summary>
    public string? Until { get; init; }

    /// <summary>Whether a field is used that is not always shown.</summary>
    public bool UsesMore => new[] { Reason, Issuer, Resource, Delegation, Session, Token, Policy, Source }.Any(t => !string.IsNullOrWhiteSpace(t));

    /// <summary>What that asks for, and what of it cannot be read.</summary>
    public (RecordFilter Filter, IReadOnlyList<MemberProblem> Problems) Read()
    {
        var problems = new List<MemberProblem>();
        RecordKind? kind = null;
        if (FormText.Of(Kind) is { } name)
        {
            kind = Enum.TryParse<RecordKind>(name, ignoreCase: true, out var known) && Enum.IsDefined(known) ? known : null;
            if (kind is null)
            {
                problems.Add(new MemberProblem(nameof(Kind), "choose a kind of record"));
            }
        }

        return (new RecordFilter
        {
            Kinds = kind is { } one ? new HashSet<RecordKind> { one } : null,
            Reason = FormText.Of(Reason),
            ClientId = FormText.Of(Client),
            Subject = FormText.Of(Subject),
            SubjectIssuer = FormText.Of(Issuer),
            Purpose = FormText.Of(Purpose),
            Resource = FormText.Of(Resource),
            Delegation = FormText.Of(Delegation),
            Session = FormText.Of(Session),
            TokenId = FormText.Of(Token),
            Policy = FormText.Of(Policy),
            Source = FormText.Of(Source),
            From = Instant(nameof(From), From, problems),
            Until = Instant(nameof(Until), Until, problems),
        }, problems);
    }

    /// <summary>The address of a page with this filter.</summary>
    public string Address(string path, params (string Name, string Value)[] more)
    {
        ArgumentNullException.ThrowIfNull(more);
        var query = new List<KeyValuePair<string, string?>>();
        foreach (var property in typeof(AuditForm).GetProperties().Where(p => p.PropertyType == typeof(string)))
        {
            if (property.GetValue(this) is string { Length: > 0 } value)
            {
                query.Add(KeyValuePair.Create(property.Name, (string?)value));
            }
        }

        return path + QueryString.Create([.. query, .. more.Select(m => KeyValuePair.Create(m.Name, (string?)m.Value))]);
    }

    private static DateTimeOffset? Instant(string member, string? text, List<MemberProblem> problems)
    {
        if (!FormText.TryReadInstant(text, out var instant))
        {
            problems.Add(new MemberProblem(member, "write a day or an instant in UTC, e.g. 2027-01-31 or 2027-01-31T09:30"));
        }

        return instant;
    }
}
