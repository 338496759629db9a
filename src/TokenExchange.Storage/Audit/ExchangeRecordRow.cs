using System.Diagnostics.CodeAnalysis;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TokenExchange.Core.Policies;
using TokenExchange.Storage.Conventions;

namespace TokenExchange.Storage.Audit;

/// <summary>One audit entry, only ever appended. Meanings: <see cref="ExchangeRecord"/>.</summary>
internal sealed class ExchangeRecordRow
{
    public long Id { get; set; }

    public DateTimeOffset At { get; set; }

    public RecordKind Kind { get; set; }

    public required string Reason { get; set; }

    public string? ClientId { get; set; }

    public string? Subject { get; set; }

    public string? SubjectIssuer { get; set; }

    public string? Chain { get; set; }

    public string? Purpose { get; set; }

    public string? Resource { get; set; }

    public string? RequestedScopes { get; set; }

    public string? GrantedScopes { get; set; }

    public string? Delegation { get; set; }

    public string? Session { get; set; }

    public string? TokenId { get; set; }

    public string? ParentTokenId { get; set; }

    public string? SubjectTokenHash { get; set; }

    public string? ActorTokenHash { get; set; }

    public DateTimeOffset? ExpiresAt { get; set; }

    public long? PolicySetVersion { get; set; }

    public string? Policy { get; set; }

    public string? Source { get; set; }

    public string? Detail { get; set; }

    public string? Question { get; set; }

    public static ExchangeRecordRow From(ExchangeRecord record) => new()
    {
        At = record.At,
        Kind = record.Kind,
        Reason = record.Reason,
        ClientId = Cut(record.ClientId, CallerIds.MaxLength),
        Subject = Cut(record.Subject, ExchangeRecordConfiguration.IdentifierLength),
        SubjectIssuer = Cut(record.SubjectIssuer, ExchangeRecordConfiguration.IdentifierLength),
        Chain = record.Chain,
        Purpose = Cut(record.Purpose, ExchangeRecordConfiguration.IdentifierLength),
        Resource = Cut(record.Resource, ExchangeRecordConfiguration.ResourceLength),
        RequestedScopes = Cut(record.RequestedScopes, ExchangeRecordConfiguration.TextLength),
        GrantedScopes = record.GrantedScopes,
        Delegation = record.Delegation,
        Session = record.Session,
        TokenId = record.TokenId,
        ParentTokenId = record.ParentTokenId,
        SubjectTokenHash = record.SubjectTokenHash,
        ActorTokenHash = record.ActorTokenHash,
        ExpiresAt = record.ExpiresAt,
        PolicySetVersion = record.PolicySetVersion,
        Policy = record.Policy,
        Source = Cut(record.Source, ExchangeRecordConfiguration.IdentifierLength),
        Detail = Cut(record.Detail, ExchangeRecordConfiguration.TextLength),
        Question = record.Question?.ToJson(),
    };

    public ExchangeRecord ToRecord() => new()
    {
        At = At, Kind = Kind, Reason = Reason, ClientId = ClientId, Subject = Subject, SubjectIssuer = SubjectIssuer, Chain = Chain, Purpose = Purpose,
        Resource = Resource, RequestedScopes = RequestedScopes, GrantedScopes = GrantedScopes, Delegation = Delegation, Session = Session, TokenId = TokenId,
        ParentTokenId = ParentTokenId, SubjectTokenHash = SubjectTokenHash, ActorTokenHash = ActorTokenHash, ExpiresAt = ExpiresAt, PolicySetVersion = PolicySetVersion, Policy = Policy,
        Source = Source, Detail = Detail, Question = Question is not null && RecordedQuestion.TryRead(Question, out var question) ? question : null,
    };

    // A refusal may quote what a stranger sent: a record must never fail to be written because that is too long, or because it holds what some
    // databases cannot: NUL, or half of a surrogate pair (which cutting can leave, too).
    [return: NotNullIfNotNull(nameof(text))]
    private static string? Cut(string? text, int length)
    {
        if (text is null)
        {
            return null;
        }

        var cut = text.Length <= length ? text : text[..length];
        return cut.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') || cut.Contains('\0', StringComparison.Ordinal)
            ? string.Concat(cut.EnumerateRunes().Select(r => r.Value == 0 ? Rune.ReplacementChar : r))
            : cut;
    }
}

internal sealed class ExchangeRecordConfiguration : IEntityTypeConfiguration<ExchangeRecordRow>
{
    public const int IdentifierLength = 255;
    public const int ResourceLength = 512;
    public const int TextLength = 4000;

    public void Configure(EntityTypeBuilder<ExchangeRecordRow> builder)
    {
        builder.ToTable("ExchangeRecords").HasKey(r => r.Id);
        builder.Property(r => r.Reason).HasMaxLength(64);
        builder.Property(r => r.ClientId).HasMaxLength(CallerIds.MaxLength);
        builder.Property(r => r.Subject).HasMaxLength(IdentifierLength);
        builder.Property(r => r.SubjectIssuer).HasMaxLength(IdentifierLength);
        builder.Property(r => r.Purpose).HasMaxLength(IdentifierLength);
        builder.Property(r => r.Resource).HasMaxLength(ResourceLength);
        builder.Property(r => r.RequestedScopes).HasMaxLength(TextLength);
        builder.Property(r => r.Delegation).HasMaxLength(64);
        builder.Property(r => r.Session).HasMaxLength(64);
        builder.Property(r => r.TokenId).HasMaxLength(64);
        builder.Property(r => r.ParentTokenId).HasMaxLength(64);
        builder.Property(r => r.SubjectTokenHash).HasMaxLength(64);
        builder.Property(r => r.ActorTokenHash).HasMaxLength(64);
        builder.Property(r => r.Policy).HasMaxLength(IdentifierLength);
        builder.Property(r => r.Source).HasMaxLength(IdentifierLength);
        builder.Property(r => r.Detail).HasMaxLength(TextLength);
        builder.Property(r => r.Question).HasMaxLength(RecordedQuestion.MaxLength);

        // Both databases keep the key in every index, so each of these is in the order of ids for any one value, and a page is read from its end.
        builder.HasIndex(r => r.Delegation);
        builder.HasIndex(r => r.Session);
        builder.HasIndex(r => r.Subject);
        builder.HasIndex(r => r.ClientId);
        builder.HasIndex(r => r.Purpose);
        builder.HasIndex(r => r.TokenId);
        builder.HasIndex(r => r.ParentTokenId).HasFilter("ParentTokenId IS NOT NULL");

        // Permits are most of all records, are found without an index, and need not pay for these.
        builder.HasIndex(r => r.Kind).HasFilter("Kind <> 1");
        builder.HasIndex(r => new { r.Kind, r.Reason }).HasFilter("Kind <> 1");

        // Finds instants, and holds all that statistics count: they never touch the table.
        builder.HasIndex(r => new { r.At, r.Kind, r.Reason, r.ClientId });
    }
}
