using RowTest = System.Linq.Expressions.Expression<System.Func<TokenExchange.Storage.Audit.ExchangeRecordRow, bool>>;

namespace TokenExchange.Storage.Audit;

/// <summary>
/// One condition of a filter, written twice: as an index finds it, and so that no index is looked for. SQLite has no statistics and takes any index it can; with the
/// second form, only the one that was chosen is one it can take.
/// </summary>
/// <param name="Test">Asks each record.</param>
/// <param name="Paths">Equalities that together find the same records, each through an index in the order of ids; empty where there is no index.</param>
internal sealed record RecordCondition(RowTest Test, IReadOnlyList<RowTest> Paths)
{
    /// <summary>The conditions of a filter, except for its instants.</summary>
    public static IReadOnlyList<RecordCondition> Of(RecordFilter filter)
    {
        var conditions = new List<RecordCondition>();
        Add(filter.TokenId, v => new(r => r.TokenId + "" == v || r.ParentTokenId + "" == v, [r => r.TokenId == v, r => r.ParentTokenId == v]));
        Add(filter.Delegation, v => new(r => r.Delegation + "" == v, [r => r.Delegation == v]));
        Add(filter.Session, v => new(r => r.Session + "" == v, [r => r.Session == v]));
        Add(filter.Subject, v => new(r => r.Subject + "" == v, [r => r.Subject == v]));
        Add(filter.ClientId, v => new(r => r.ClientId + "" == v, [r => r.ClientId == v]));
        Add(filter.Purpose, v => new(r => r.Purpose + "" == v, [r => r.Purpose == v]));

        // Permits are not in this index, and all of them have the one reason.
        IReadOnlyCollection<RecordKind> kinds = filter.Kinds is { Count: > 0 } some ? some : Enum.GetValues<RecordKind>();
        Add(filter.Reason, v => new(r => r.Reason + "" == v, v == "permitted" ? [] : [.. kinds.Where(k => k != RecordKind.Permit).Select(k => Of(k, v))]));
        Add(filter.SubjectIssuer, v => new(r => r.SubjectIssuer + "" == v, []));
        Add(filter.Resource, v => new(r => r.Resource + "" == v, []));
        Add(filter.Policy, v => new(r => r.Policy + "" == v, []));
        Add(filter.Source, v => new(r => r.Source + "" == v, []));
        if (filter.Kinds is { Count: > 0 })
        {
            int[] numbers = [.. kinds.Select(k => (int)k)];
            conditions.Add(new(r => numbers.Contains((int)r.Kind + 0), kinds.Contains(RecordKind.Permit) ? [] : [.. kinds.Select(Of)]));
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

    // What the index leaves out is said as the index says it: that is how SQLite knows that it may use it.
    private static RowTest Of(RecordKind kind) => r => r.Kind == kind && r.Kind != RecordKind.Permit;

    private static RowTest Of(RecordKind kind, string reason) => r => r.Kind == kind && r.Kind != RecordKind.Permit && r.Reason == reason;
}
