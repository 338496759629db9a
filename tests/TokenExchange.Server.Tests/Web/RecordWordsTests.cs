using TokenExchange.Server.Web.Parts;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Server.Tests.Web;

/// <summary>Records in the words of whoever reads them.</summary>
public sealed class RecordWordsTests
{
    [Theory]
    [InlineData(RecordKind.Configuration, "alice: auditor -> approver", "alice: auditor -> approver")]
    [InlineData(RecordKind.Configuration, "+ purpose mail.digest\n    title: Sum up", "+ purpose mail.digest")]
    [InlineData(RecordKind.Configuration, "draft dBkcNCJGyCsgmx9ea1ZZVQ: No more labels\n~ policy triage", "draft No more labels")]
    [InlineData(RecordKind.Revocation, "agent:inbox-agent; it misbehaves", "agent:inbox-agent; it misbehaves")]
    [InlineData(RecordKind.Configuration, null, null)]
    [InlineData(RecordKind.Configuration, "", null)]
    [InlineData(RecordKind.Refusal, "wrong secret", null)]
    public void Of_what_administrators_did_one_line_says_what_it_was_about(RecordKind kind, string? detail, string? about) =>
        RecordWords.AboutOf(new ExchangeRecord { At = default, Kind = kind, Reason = "a", Detail = detail }).ShouldBe(about);
}
