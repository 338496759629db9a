using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Assertions;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Hosting;
using TokenExchange.Server.Keys;
using TokenExchange.Server.Settings;
using TokenExchange.Storage;
using TokenExchange.Storage.Events;

namespace TokenExchange.Server.Status;

/// <summary>
/// Looks how the server is, for administrators. It asks the database and nobody else, and never for long: a page about an outage must not be part of it. What
/// went wrong is told in sentences of ours; what the database said is in the log.
/// </summary>
public sealed partial class Health(
    Schema schema, SigningKeys signingKeys, KeyRotation rotation, CatalogSource catalogs, PublishedKeys publishedKeys, EventStreamStore streams, TimeProvider clock, ILogger<Health> logger)
{
    /// <summary>How long a stream may miss an event before that is worth a word.</summary>
    public static readonly TimeSpan MostLag = TimeSpan.FromMinutes(1);

    private const int MostStreams = 100;
    private const string Unanswered = "The database does not answer, so this is not known.";

    // By the machine's own time, however a clock is set: whoever waits does so in front of a screen.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>What runs.</summary>
    public static ServerVersions Versions { get; } = new(
        typeof(Health).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown",
        RuntimeInformation.FrameworkDescription,
        RuntimeInformation.OSDescription);

    /// <summary>Looks.</summary>
    public async Task<HealthReport> LookAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var database = await DatabaseAsync(cancellationToken);
        return database.Facts is null || database.Pending.Count > 0
            ? new HealthReport(now, database, new(null, null, Unknown(database)), [], new(0, [], Unknown(database)), Versions)
            : new HealthReport(now, database, await KeysAsync(cancellationToken), await IssuersAsync(now, cancellationToken), await EventsAsync(now, cancellationToken), Versions);
    }

    private static string Unknown(DatabaseHealth database) => database.Facts is null ? Unanswered : "The database's schema is outdated, so this is not known.";

    private async Task<DatabaseHealth> DatabaseAsync(CancellationToken cancellationToken)
    {
        var (facts, pending) = await AskAsync(async ct => (await schema.DescribeAsync(ct), await schema.PendingAsync(ct)), cancellationToken);
        return facts is null ? new DatabaseHealth(null, [], "The database does not answer.")
            : pending!.Count == 0 ? new DatabaseHealth(facts, [], null)
            : new DatabaseHealth(facts, pending, string.Create(CultureInfo.InvariantCulture, $"The database schema is outdated (migrations to apply: {pending.Count}). Run the command migrate."));
    }

    private async Task<SigningKeyHealth> KeysAsync(CancellationToken cancellationToken)
    {
        if (await AskAsync(rotation.ListAsync, cancellationToken) is not { } all)
        {
            return new SigningKeyHealth(null, null, Unanswered);
        }

        var (active, next) = (all.FirstOrDefault(k => k.State == KeyState.Active), all.FirstOrDefault(k => k.State == KeyState.Next));
        try
        {
            return await AskAsync(async ct => await signingKeys.CurrentAsync(ct), cancellationToken) is null ? new SigningKeyHealth(active, next, Unanswered)
                : active is null ? new SigningKeyHealth(null, next, "There is no signing key.")
                : new SigningKeyHealth(active, next, null);
        }
        catch (ConfigurationException e)
        {
            return new SigningKeyHealth(active, next, e.Message);
        }
    }

    private async Task<IReadOnlyList<IssuerHealth>> IssuersAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        await AskAsync(async ct => await catalogs.CurrentAsync(ct), cancellationToken) is { } catalog
            ? [.. catalog.Issuers.OrderBy(i => i.Issuer, StringComparer.Ordinal).Select(i => Judge(i, publishedKeys.StatusOf(KeySource.Of(i)), now))]
            : [];

    // Nobody needs the keys of one that is not trusted.
    private static IssuerHealth Judge(IssuerDefinition issuer, PublishedKeyStatus keys, DateTimeOffset now) => new(
        issuer.Issuer,
        issuer.Enabled,
        keys,
        !issuer.Enabled ? null
        : keys.State != PublishedKeyState.NotFetched && keys.FetchedAt is not null && keys.Keys.Count == 0 ? "It publishes no key that can be used."
        : keys.Problem is null ? null
        : keys.FetchedAt + PublishedKeys.StaleFor is { } until && now < until ? $"Its keys cannot be fetched; those at hand are used until {until.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z."
        : "Its keys cannot be fetched, and none are at hand: its users' assertions are refused.");

    private async Task<EventHealth> EventsAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await AskAsync(async ct => ((int Enabled, IReadOnlyList<StreamLag> Behind)?)await streams.LagsAsync(MostStreams, ct), cancellationToken) is not var (enabled, lags))
        {
            return new EventHealth(0, [], Unanswered);
        }

        var behind = lags.Where(s => s.Since is not { } since || now - since > MostLag).ToList();
        return new EventHealth(
            enabled,
            behind,
            behind.Count == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"Streams that miss an event for more than a minute: {behind.Count}. Their receivers do not know of every revocation."));
    }

    // Null when the database does not answer in time. Not only by cancelling: some drivers do not listen while a command runs.
    private async Task<T?> AskAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            return await Task.Run(() => ask(patience.Token), CancellationToken.None).WaitAsync(patience.Token);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && (e is OperationCanceledException || Outages.IsOutage(e)))
        {
            LogUnanswered(e);
            return default;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The database did not answer a question about health")]
    private partial void LogUnanswered(Exception exception);
}
