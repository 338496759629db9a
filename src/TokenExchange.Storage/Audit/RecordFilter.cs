namespace TokenExchange.Storage.Audit;

/// <summary>
/// Which records are looked for: those to which everything that is set applies. Null and empty set nothing. Text is compared exactly; SQL Server takes no
/// notice of spaces at its end.
/// </summary>
public sealed record RecordFilter
{
    /// <summary>From this instant on.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Before this instant.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Of one of these kinds.</summary>
    public IReadOnlySet<RecordKind>? Kinds { get; init; }

    /// <summary>Reason code.</summary>
    public string? Reason { get; init; }

    /// <summary>The client that asked, or claimed to.</summary>
    public string? ClientId { get; init; }

    /// <summary>The user.</summary>
    public string? Subject { get; init; }

    /// <summary>The trusted issuer that vouched for the user. No index finds it.</summary>
    public string? SubjectIssuer { get; init; }

    /// <summary>The purpose.</summary>
    public string? Purpose { get; init; }

    /// <summary>The resource, as it stands in the record. No index finds it.</summary>
    public string? Resource { get; init; }

    /// <summary><c>txn</c>.</summary>
    public string? Delegation { get; init; }

    /// <summary><c>sid</c>, ours.</summary>
    public string? Session { get; init; }

    /// <summary><c>jti</c> of a token: what is on record of it, and of what was derived from it at once.</summary>
    public string? TokenId { get; init; }

    /// <summary>The determining policy. No index finds it.</summary>
    public string? Policy { get; init; }

    /// <summary>Where the client called from. No index finds it.</summary>
    public string? Source { get; init; }
}

/// <summary>A record and its number. Numbers grow in the order of writing; some may be missing.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Record">The record.</param>
public sealed record NumberedRecord(long Id, ExchangeRecord Record);

/// <summary>One page of records.</summary>
/// <param name="Records">Newest first; each without <see cref="ExchangeRecord.Question"/>, which is long: see <see cref="RecordSearch.FindAsync"/>. May be fewer than there are, or none, where the search stopped.</param>
/// <param name="Older">The next page has the records older than this; null when there are none.</param>
/// <param name="Newer">The page before has the records newer than this; null when there were none.</param>
/// <param name="SearchedTo">
/// Where the search stopped, because it had looked at as many records as one page may cost: back to here, or on to here where newer records were asked for. It goes on with
/// <see cref="Older"/> or <see cref="Newer"/>. Null when the page is full or nothing was left to look at.
/// </param>
public sealed record RecordPage(IReadOnlyList<NumberedRecord> Records, long? Older, long? Newer, DateTimeOffset? SearchedTo);
