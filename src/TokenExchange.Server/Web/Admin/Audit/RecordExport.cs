using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using TokenExchange.Core.Configuration;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Server.Web.Admin.Audit;

/// <summary>Writes records as they are read, so that a million of them take no more memory than a page.</summary>
internal static partial class RecordExport
{
    // Written so often, whoever receives it sees it grow.
    private const int Batch = 200;

    private static readonly (string Name, Func<NumberedRecord, string?> Value)[] s_columns =
    [
        ("id", r => r.Id.ToString(CultureInfo.InvariantCulture)),
        ("at", r => Instant(r.Record.At)),
        ("kind", r => r.Record.Kind.ToString()),
        ("reason", r => r.Record.Reason),
        ("client", r => r.Record.ClientId),
        ("subject", r => r.Record.Subject),
        ("subject_issuer", r => r.Record.SubjectIssuer),
        ("chain", r => r.Record.Chain),
        ("purpose", r => r.Record.Purpose),
        ("resource", r => r.Record.Resource),
        ("requested_scopes", r => r.Record.RequestedScopes),
        ("granted_scopes", r => r.Record.GrantedScopes),
        ("txn", r => r.Record.Delegation),
        ("sid", r => r.Record.Session),
        ("jti", r => r.Record.TokenId),
        ("parent_jti", r => r.Record.ParentTokenId),
        ("subject_token_sha256", r => r.Record.SubjectTokenHash),
        ("actor_token_sha256", r => r.Record.ActorTokenHash),
        ("expires_at", r => r.Record.ExpiresAt is { } at ? Instant(at) : null),
        ("policy_set_version", r => r.Record.PolicySetVersion?.ToString(CultureInfo.InvariantCulture)),
        ("policy", r => r.Record.Policy),
        ("source", r => r.Record.Source),
        ("detail", r => r.Record.Detail),
    ];

    /// <summary>
    /// As comma-separated values (RFC 4180), without the questions. Where there are more than <paramref name="most"/> records, a last row of the same length says so
    /// in its first cell.
    /// </summary>
    public static async Task WriteCsvAsync(PipeWriter body, IAsyncEnumerable<NumberedRecord> records, int most, CancellationToken cancellationToken)
    {
        Row(s_columns.Select(c => c.Name));
        if (await WriteAsync(body, records, most, r => Row(s_columns.Select(c => Cell(c.Value(r)))), cancellationToken))
        {
            Row(s_columns.Select((_, i) => i == 0 ? Cell(Cut(most)) : string.Empty));
            await body.FlushAsync(cancellationToken);
        }

        void Row(IEnumerable<string> cells) => Write(body, string.Join(',', cells) + "\r\n");
    }

    /// <summary>As JSON, an object a line. Where there are more than <paramref name="most"/> records, a last object says so in its member <c>cut</c>, and is none itself.</summary>
    public static async Task WriteJsonAsync(PipeWriter body, IAsyncEnumerable<NumberedRecord> records, int most, CancellationToken cancellationToken)
    {
        if (await WriteAsync(body, records, most, Line, cancellationToken))
        {
            Write(body, JsonSerializer.Serialize(new Dictionary<string, string>(StringComparer.Ordinal) { ["cut"] = Cut(most) }, ConfigurationJson.Compact) + "\n");
            await body.FlushAsync(cancellationToken);
        }

        void Line(NumberedRecord r)
        {
            var line = s_columns.Select(c => KeyValuePair.Create(c.Name, c.Value(r))).Where(c => c.Value is not null).ToDictionary(StringComparer.Ordinal);
            if (r.Record.Question?.ToJson() is { } question)
            {
                line["question"] = question;
            }

            Write(body, JsonSerializer.Serialize(line, ConfigurationJson.Compact) + "\n");
        }
    }

    /// <summary>
    /// A value between quotes. Where a spreadsheet would take it for a formula an apostrophe comes first: what strangers sent must not run on the machine of
    /// whoever reads it. Not at its beginning alone: to a spreadsheet whose cells end at a semicolon or a tab, as in half of Europe, the quotes mean nothing and a part of it is a cell.
    /// </summary>
    internal static string Cell(string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return string.Empty;
        }

        var harmless = value[0] is '\t' or '\r' or '\n' ? "'" + value : value;
        return $"\"{FormulaStart().Replace(harmless, "${before}'").Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    // Where a cell could begin and a formula follows, in letters of full width too, which some spreadsheets read alike.
    [GeneratedRegex("(?<before>^\\s*|[;,|\"\\t\\r\\n]\\s*)(?=[=+\\-@\uFF1D\uFF0B\uFF0D\uFF20])", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FormulaStart();

    private static string Cut(int most) => string.Create(CultureInfo.InvariantCulture, $"Cut: here are the newest {most:N0} records of this search, and there are more. Narrow it, e.g. by time.");

    // Whether there was one more.
    private static async Task<bool> WriteAsync(PipeWriter body, IAsyncEnumerable<NumberedRecord> records, int most, Action<NumberedRecord> write, CancellationToken cancellationToken)
    {
        var count = 0;
        await foreach (var record in records.WithCancellation(cancellationToken))
        {
            if (count == most)
            {
                return true;
            }

            write(record);
            if (++count % Batch == 0)
            {
                await body.FlushAsync(cancellationToken);
            }
        }

        await body.FlushAsync(cancellationToken);
        return false;
    }

    private static void Write(PipeWriter body, string text) => Encoding.UTF8.GetBytes(text, body);

    private static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
}
