using TokenExchange.Server.Assertions;
using TokenExchange.Server.Keys;
using TokenExchange.Storage;
using TokenExchange.Storage.Events;

namespace TokenExchange.Server.Status;

/// <summary>How the server is, as this node sees it. Every part says in a sentence what is wrong with it, or null when nothing is.</summary>
/// <param name="At">When it was looked at.</param>
/// <param name="Database">The database.</param>
/// <param name="Keys">The signing keys.</param>
/// <param name="Issuers">The trusted issuers, in order of their names; empty when the database does not answer.</param>
/// <param name="Events">The streams of events.</param>
/// <param name="Versions">What runs.</param>
public sealed record HealthReport(DateTimeOffset At, DatabaseHealth Database, SigningKeyHealth Keys, IReadOnlyList<IssuerHealth> Issuers, EventHealth Events, ServerVersions Versions)
{
    /// <summary>All sentences, each with what it is about; none when all is well.</summary>
    public IReadOnlyList<(string About, string Problem)> Problems =>
    [
        .. new[] { (About: "database", Database.Problem), (About: "signing keys", Keys.Problem), (About: "events", Events.Problem) }
            .Concat(Issuers.Select(i => (About: i.Issuer, i.Problem)))
            .Where(p => p.Problem is not null).Select(p => (p.About, p.Problem!)),
    ];
}

/// <summary>The database.</summary>
/// <param name="Facts">Which it is; null when it does not answer.</param>
/// <param name="Pending">Names of the migrations that have not been applied, oldest first.</param>
/// <param name="Problem">What is wrong.</param>
public sealed record DatabaseHealth(DatabaseFacts? Facts, IReadOnlyList<string> Pending, string? Problem);

/// <summary>The signing keys.</summary>
/// <param name="Active">The one that signs; null when none can.</param>
/// <param name="Next">The one that is waiting for its time; null when none is.</param>
/// <param name="Problem">What is wrong.</param>
public sealed record SigningKeyHealth(KeyStatus? Active, KeyStatus? Next, string? Problem);

/// <summary>A trusted issuer.</summary>
/// <param name="Issuer">Its <c>iss</c>.</param>
/// <param name="Enabled">Whether it is trusted at the moment.</param>
/// <param name="Keys">How its keys are at hand on this node.</param>
/// <param name="Problem">What is wrong.</param>
public sealed record IssuerHealth(string Issuer, bool Enabled, PublishedKeyStatus Keys, string? Problem);

/// <summary>The streams of events.</summary>
/// <param name="Streams">How many are enabled.</param>
/// <param name="Behind">Those that miss an event for longer than <see cref="Health.MostLag"/>, the furthest behind first; at most 100.</param>
/// <param name="Problem">What is wrong.</param>
public sealed record EventHealth(int Streams, IReadOnlyList<StreamLag> Behind, string? Problem);

/// <summary>What runs.</summary>
/// <param name="Server">This server.</param>
/// <param name="Runtime">.NET.</param>
/// <param name="System">The operating system.</param>
public sealed record ServerVersions(string Server, string Runtime, string System);
