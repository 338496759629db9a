namespace TokenExchange.Server.Web.Admin.Audit;

/// <summary>What one export may cost.</summary>
public sealed record RecordExportBounds
{
    /// <summary>Most records in one file. One that is cut there says so at its end; a filter narrows what is more.</summary>
    public int Records { get; init; } = 1_000_000;
}
