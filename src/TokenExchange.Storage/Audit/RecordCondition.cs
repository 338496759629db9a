using RowTest = System.Linq.Expressions.Expression<System.Func<TokenExchange.Storage.Audit.ExchangeRecordRow, bool>>;

namespace TokenExchange.Storage.Audit;

/// <summary>One condition of a filter.</summary>
/// <param name="Test">Asks each record.</param>
/// <param name="Paths">Equalities that together find the same records, each through an index in the order of ids; empty where there is no index.</param>
internal sealed record RecordCondition(RowTest Test, IReadOnlyList<RowTest> Paths)
{
    /// <summary>The conditions of a filter, except for its instants.</summary>
    public static IReadOnlyList<RecordCondition> Of(RecordFilter filter)
    {
        var conditions = new List<RecordCondition>();
        IReadOnlyCollection<RecordKind> kinds = filter.Kinds is { Count: > 0 } some ? some : Enum.GetValues<RecordKind>();
        Add(filter.TokenId, v => new(r => r.TokenId == v || r.ParentTokenId == v, [r => r.TokenId == v, r => r.ParentTokenId == v]));
        Add(filter.Delegation, v => Indexed(r => r.Delegation == v));
        Add(filter.Session, v => Indexed(r => r.Session == v));
        Add(filter.Subject, v => Indexed(r => r.Subject == v));
        Add(filter.ClientId, v => Indexed(r => r.ClientId == v));
        Add(filter.Purpose, v => Indexed(r => r.Purpose == v));
        Add(filter.SubjectIssuer, v => new(r => r.SubjectIssuer == v, []));
        Add(filter.Resource, v => new(r => r.Resource == v, []));
        Add(filter.Policy, v => new(r => r.Policy == v, []));
        Add(filter.Source, v => new(r => r.Source == v, []));

        // Permits are not in the index, and all of them have the one reason.
        Add(filter.Reason, v => new(r => r.Reason == v, v == "permitted" ? [] : [.. kinds.Where(k => k != RecordKind.Permit).Select(k => Of(k, v))]));
        if (filter.Kinds is { Count: > 0 })
        {
            conditions.Add(new(r => kinds.Contains(r.Kind), kinds.Contains(RecordKind.Permit) ? [] : [.. kinds.Select(Of)]));
        }

        return conditions;

        void Add(string? value, Func<string, RecordCondition> condition)
        {
            if (!string.IsNullOrEmpty(value))
            {
                conditions.Add(condition(value));
            }
        }
    }

    private static RecordCondition Indexed(RowTest test) => new(test, [test]);

    // What the index leaves out is said as the index says it: that is how SQLite knows that it may use it.
    private static RowTest Of(RecordKind kind) => r => r.Kind == kind && r.Kind != RecordKind.Permit;

    private static RowTest Of(RecordKind kind, string reason) => r => r.Kind == kind && r.Kind != RecordKind.Permit && r.Reason == reason;
}
