using System.Net;
using TokenExchange.Server.Assertions;
using TokenExchange.Server.Exchange;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Server.Tests.Exchange;

/// <summary>What is on record of a request before anything is known of its tokens.</summary>
public sealed class ExchangeAttemptTests
{
    private static readonly DateTimeOffset s_now = new(2026, 3, 2, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_record_says_what_the_request_says_of_itself_and_holds_no_token() =>
        RecordOf(
            ("subject_token", "secret.subject.token"), ("actor_token", "secret.actor.token"), ("resource", "https://mail.example"), ("scope", "mail.read"), ("purpose", "inbox.triage"))
            .ShouldBe(new ExchangeRecord
            {
                At = s_now,
                Kind = RecordKind.Refusal,
                Reason = "scope_not_permitted",
                ClientId = "inbox-agent",
                Source = "192.0.2.1",
                Resource = "https://mail.example",
                RequestedScopes = "mail.read",
                Purpose = "inbox.triage",
                SubjectTokenHash = Fingerprint.OfToken("secret.subject.token"),
                ActorTokenHash = Fingerprint.OfToken("secret.actor.token"),
                Detail = "does not reach mail.read",
            });

    [Fact]
    public void What_was_not_sent_is_not_on_record()
    {
        var record = RecordOf();

        (record.Resource, record.RequestedScopes, record.Purpose, record.SubjectTokenHash, record.ActorTokenHash).ShouldBe((null, null, null, null, null));
    }

    [Fact]
    public void A_resource_may_be_named_as_audience()
    {
        RecordOf(("audience", "https://mail.example")).Resource.ShouldBe("https://mail.example");
        RecordOf(("audience", "https://files.example"), ("resource", "https://mail.example")).Resource.ShouldBe("https://mail.example");
    }

    [Theory]
    [InlineData("inbox\ntriage", "inbox\uFFFDtriage")]
    [InlineData("\u0000\u001b[31m\u0085", "\uFFFD\uFFFD[31m\uFFFD")]
    [InlineData("plain ünï ☕ 📬", "plain ünï ☕ 📬")]
    [InlineData("a\u202Eb\u2028c\u200Bd\uFEFFe", "a\uFFFDb\uFFFDc\uFFFDd\uFFFDe")]
    public void Control_characters_are_shown_as_what_cannot_be_shown(string sent, string recorded) =>
        RecordOf(("purpose", sent), ("resource", sent), ("scope", sent)).ShouldSatisfyAllConditions(
            r => r.Purpose.ShouldBe(recorded), r => r.Resource.ShouldBe(recorded), r => r.RequestedScopes.ShouldBe(recorded));

    [Fact]
    public void A_token_in_the_wrong_place_is_on_record_as_its_hash() =>
        RecordOf(("purpose", "Bearer eyJhbGciOiJFUzI1NiJ9.e30.c2ln")).Purpose.ShouldBe($"Bearer sha256:{Fingerprint.OfToken("eyJhbGciOiJFUzI1NiJ9.e30.c2ln")}");

    [Fact]
    public void A_secret_or_a_signature_in_the_wrong_place_is_on_record_as_its_hash()
    {
        var secret = new string('s', 43);

        RecordOf(("scope", $"mail.read {secret}")).RequestedScopes.ShouldBe($"mail.read sha256:{Fingerprint.OfToken(secret)}");
        RecordOf(("resource", $"https://mail.example/{secret[..40]}")).Resource.ShouldBe($"https://mail.example/sha256:{Fingerprint.OfToken(secret[..40])}");
        RecordOf(("resource", $"https://mail.example/{secret[..39]}")).Resource.ShouldBe($"https://mail.example/{secret[..39]}");

        // The other alphabet of base64; a path is none.
        var standard = "8/vpqZ7lK8S3+9BI/aaaaaaaaaaaaaaaaaaaaaaaaaa=";
        RecordOf(("scope", standard)).RequestedScopes.ShouldBe($"sha256:{Fingerprint.OfToken(standard)}");
        RecordOf(("resource", "https://mail.example/api/v1/mailboxes/inbox/messages/of/today")).Resource.ShouldBe("https://mail.example/api/v1/mailboxes/inbox/messages/of/today");

        // A header that does not begin as headers do: the claims and the signature are long enough to be known for what they are.
        var (claims, signature) = (new string('c', 120), new string('-', 86));
        RecordOf(("purpose", $"eyAiYWxnIjoi.{claims}.{signature}")).Purpose.ShouldBe($"eyAiYWxnIjoi.sha256:{Fingerprint.OfToken(claims)}.sha256:{Fingerprint.OfToken(signature)}");
    }

    private static ExchangeRecord RecordOf(params (string Name, string Value)[] form) => new ExchangeAttempt(
        new ExchangeForm(form.ToDictionary(p => p.Name, IReadOnlyList<string> (p) => [p.Value], StringComparer.Ordinal)), new Caller("inbox-agent", IPAddress.Parse("192.0.2.1")), s_now)
        .Refused(new Refusal(RefusalReason.ScopeNotPermitted, "does not reach mail.read"));
}
