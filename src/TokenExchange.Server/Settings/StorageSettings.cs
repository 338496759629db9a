using FluentValidation;

namespace TokenExchange.Server.Settings;

/// <summary>The section <c>Storage</c>.</summary>
public sealed class StorageSettings
{
    /// <summary>Section name.</summary>
    public const string Section = "Storage";

    /// <summary>Value of <see cref="Provider"/> for the embedded database.</summary>
    public const string Sqlite = "Sqlite";

    /// <summary>Value of <see cref="Provider"/> for production.</summary>
    public const string SqlServerProvider = "SqlServer";

    /// <summary>Which database.</summary>
    [Setting("`Sqlite` (one process, a file) or `SqlServer` (any number of nodes).", Default = "`Sqlite`")]
    public string Provider { get; set; } = Sqlite;

    /// <summary>Whether the schema is brought up to date at start.</summary>
    [Setting("Whether the schema is brought up to date at start. When false, start refuses an outdated schema and says which command to run.",
        Default = "true for Sqlite, false for SqlServer")]
    public bool? MigrateOnStart { get; set; }

    /// <summary>SQL Server only.</summary>
    public SqlServerSettings SqlServer { get; set; } = new();

    /// <summary>Whether the schema is brought up to date at start.</summary>
    public bool MigratesOnStart => MigrateOnStart ?? Provider == Sqlite;
}

/// <summary>The section <c>Storage:SqlServer</c>.</summary>
public sealed class SqlServerSettings
{
    /// <summary>Statements per batch.</summary>
    [Setting("Statements per batch, 1 to 1000. 1 avoids MERGE, which some TDS servers lack.", Default = "EF Core's own")]
    public int? MaxBatchSize { get; set; }
}

/// <summary>The section <c>ConnectionStrings</c>.</summary>
public sealed class ConnectionSettings
{
    /// <summary>Section name.</summary>
    public const string Section = "ConnectionStrings";

    /// <summary>The embedded database, where no other is named.</summary>
    public const string Embedded = "Data Source=exchange.db";

    /// <summary>The database.</summary>
    [Setting("Connection string of the database. For SQLite the path is relative to the working directory.", Default = "`Data Source=exchange.db` for Sqlite; for SqlServer it must be set")]
    public string? Exchange { get; set; }
}

/// <summary>The section <c>Keys</c>.</summary>
public sealed class KeySettings
{
    /// <summary>Section name.</summary>
    public const string Section = "Keys";

    /// <summary>Where the key ring is kept.</summary>
    [Setting("Directory of the key ring that protects the signing keys in the database; every node needs the same one. Keep it apart from backups of the database: neither signs anything without the other.",
        Default = "`exchange-keys` in the working directory for Sqlite; for SqlServer it must be set")]
    public string? RingDirectory { get; set; }

    /// <summary>The same as a full path, where it is not set the default's.</summary>
    public string RingPath => Path.GetFullPath(string.IsNullOrWhiteSpace(RingDirectory) ? "exchange-keys" : RingDirectory);
}

/// <summary>Judges <see cref="StorageSettings"/>.</summary>
public sealed class StorageSettingsValidator : AbstractValidator<StorageSettings>
{
    /// <summary>Rules.</summary>
    public StorageSettingsValidator(IConfiguration configuration)
    {
        RuleFor(s => s.Provider).Must(p => p is StorageSettings.Sqlite or StorageSettings.SqlServerProvider)
            .WithMessage("Storage:Provider is '{PropertyValue}': write Sqlite or SqlServer.");
        RuleFor(s => s.SqlServer.MaxBatchSize).InclusiveBetween(1, 1000)
            .WithMessage("Storage:SqlServer:MaxBatchSize is '{PropertyValue}': write a number from 1 to 1000, or leave it out.");
        When(s => s.Provider == StorageSettings.SqlServerProvider, () =>
        {
            RuleFor(s => s).Must(_ => !string.IsNullOrWhiteSpace(configuration.GetConnectionString("Exchange")))
                .WithMessage("ConnectionStrings:Exchange is not set: with Storage:Provider=SqlServer write the connection string of the database.");
            RuleFor(s => s).Must(_ => !string.IsNullOrWhiteSpace(configuration["Keys:RingDirectory"]))
                .WithMessage("Keys:RingDirectory is not set: with Storage:Provider=SqlServer write a directory that every node can read and only this service can write.");
        });
    }
}
