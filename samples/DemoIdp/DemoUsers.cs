namespace DemoIdp;

/// <summary>Somebody who can sign in here.</summary>
/// <param name="Id">The <c>sub</c> of what is said of them.</param>
/// <param name="Name">What people call them.</param>
/// <param name="Email">Their address.</param>
/// <param name="Department">The <c>department</c> claim; null for none.</param>
/// <param name="Roles">The <c>roles</c> claim: what they may do in the administration of the exchange server. Empty for most.</param>
public sealed record DemoUser(string Id, string Name, string Email, string? Department, IReadOnlyList<string> Roles);

/// <summary>Everybody there is.</summary>
public static class DemoUsers
{
    private static readonly Dictionary<string, DemoUser> s_byId = new[]
    {
        User("alice", "Alice Aldridge", "sales"),
        User("bob", "Bob Brandt", "engineering"),
        User("carol", "Carol Conti", null),
        User("ada", "Ada Adeyemi", "platform", "administrator"),
        User("paul", "Paul Petersen", "security", "policy_author"),
        User("vera", "Vera Vogel", "security", "approver"),
        User("otto", "Otto Okafor", "finance", "auditor"),
    }.ToDictionary(u => u.Id, StringComparer.Ordinal);

    /// <summary>All of them, those without a role first.</summary>
    public static IReadOnlyCollection<DemoUser> All => s_byId.Values;

    /// <summary>One of them; null when there is no such user.</summary>
    public static DemoUser? Find(string? id) => id is null ? null : s_byId.GetValueOrDefault(id);

    /// <summary>The same.</summary>
    /// <exception cref="ArgumentException">There is no such user.</exception>
    public static DemoUser Get(string? id) => Find(id) ?? throw new ArgumentException($"There is no such user. Write one of: {string.Join(", ", s_byId.Keys)}.", nameof(id));

    private static DemoUser User(string id, string name, string? department, params string[] roles) => new(id, name, $"{id}@demo.example", department, roles);
}
