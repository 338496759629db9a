using System.Text.Json;
using FsCheck.Fluent;
using Microsoft.IdentityModel.JsonWebTokens;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Tokens;
using TokenExchange.Server.Assertions;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Exchange;
using TokenExchange.Storage.Configuration;

namespace TokenExchange.Server.Tests.Fuzzing;

/// <summary>The server's parsers never throw, what they accept can be used, and two readers of one token agree.</summary>
public class ParserFuzzing
{
    private static readonly ConfigurationValidator s_validator = new();

    [Fuzz]
    public void A_configuration_file_is_read_or_its_mistakes_are_named_and_what_passes_can_be_served(ConfigurationText input)
    {
        if (!ConfigurationEditor.TryRead(input.Text, out var configuration, out var problem))
        {
            problem.ShouldNotBeNullOrEmpty();
            configuration.ShouldBeNull();
            return;
        }

        var whole = new ExchangeConfiguration
        {
            Issuers = configuration!.Issuers ?? [], Resources = configuration.Resources ?? [], Clients = configuration.Clients ?? [], Purposes = configuration.Purposes ?? [],
            Policies = configuration.Policies ?? [],
        };
        if (s_validator.Problems(whole) is { Count: > 0 } problems)
        {
            problems.ShouldAllBe(p => p.Member.Length > 0 && p.Message.Length > 0);
            return;
        }

        var catalog = new Catalog(new StoredConfiguration(1, 1, whole));
        catalog.Policies.Version.ShouldBe(1);
        var written = JsonSerializer.Serialize(whole, ConfigurationJson.Compact);
        ConfigurationEditor.TryRead(written, out var again, out problem).ShouldBeTrue(problem);
        JsonSerializer.Serialize(again, ConfigurationJson.Compact).ShouldBe(written);
        ConfigurationDifference.Between(whole, again!).ShouldBeEmpty();
    }

    [Fuzz]
    public void A_key_set_is_read_without_private_keys_or_it_is_said_what_is_wrong(KeySetText input)
    {
        if (!KeySet.TryParse(input.Text, out var set, out var problem))
        {
            problem.ShouldNotBeNullOrEmpty();
            return;
        }

        problem.ShouldBeNull();
        foreach (var key in set.For(null).Cast<Microsoft.IdentityModel.Tokens.JsonWebKey>())
        {
            key.HasPrivateKey.ShouldBeFalse();
            key.Kty.ShouldBeOneOf("EC", "RSA");
        }

        set.IsEmpty.ShouldBe(set.For(null).Count == 0);
        foreach (var kid in new[] { "ec", "rsa", "x", string.Empty })
        {
            set.For(kid).Count.ShouldBeLessThanOrEqualTo(set.For(null).Count);
        }
    }

    [Fuzz]
    public void A_request_is_read_as_it_was_written_or_refused(Form form)
    {
        var values = Read(form);
        if (!ExchangeRequest.Read(values).Passed(out var request, out var refusal))
        {
            RefusalWire.For(refusal.Reason).Status.ShouldBe(400);
            return;
        }

        IReadOnlyList<string> Of(string name) => values.Values(name);
        Of("subject_token").ShouldBe([request.SubjectToken]);
        Of("subject_token_type").ShouldBe([request.SubjectTokenType]);
        Of("actor_token").ShouldBe(request.ActorToken is { } actor ? [actor] : []);
        (request.Scopes?.ToString() ?? string.Empty).Split(' ').ShouldBe((Of("scope") is [var scope] ? scope : string.Empty).Split(' ').Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        Of("resource").Concat(Of("audience")).ShouldAllBe(r => ResourceIndicator.Parse(r).Equals(request.Resource));
        if (Of("purpose") is [var purpose])
        {
            request.Purpose.ShouldBe(purpose);
        }

        (request.Purpose?.Length ?? 0).ShouldBeLessThanOrEqualTo(JsonClaims.MaxIdentifierLength);
    }

    [Fact]
    public void Enough_of_the_inputs_are_accepted_and_enough_are_refused()
    {
        foreach (var (name, accepted) in new[]
        {
            ("configurations", HostileRequests.ConfigurationTexts().Generator.Sample(300).Count(i => ConfigurationEditor.TryRead(i.Text, out var c, out _) && s_validator.Problems(c! with { Issuers = c.Issuers ?? [], Resources = c.Resources ?? [], Clients = c.Clients ?? [], Purposes = c.Purposes ?? [], Policies = c.Policies ?? [] }).Count == 0)),
            ("key sets", HostileRequests.KeySetTexts().Generator.Sample(300).Count(i => KeySet.TryParse(i.Text, out _, out _))),
            ("tokens", HostileRequests.JwtTexts().Generator.Sample(300).Count(i => CompactJwt.TryParse(i.Text, out _))),
            ("requests", HostileRequests.AnyForm.Sample(300).Count(f => ExchangeRequest.Read(Read(f)).Passed(out _, out _))),
        })
        {
            accepted.ShouldBeInRange(15, 285, name);
        }
    }

    // The library verifies the signature; we read the claims. If the two saw different ones, what is verified would not be what is believed.
    [Fuzz]
    public void Our_reader_and_the_library_that_verifies_see_the_same_token(JwtText input)
    {
        if (!CompactJwt.TryParse(input.Text, out var ours))
        {
            return;
        }

        JsonWebToken theirs;
        try
        {
            theirs = new JsonWebTokenHandler().ReadJsonWebToken(input.Text);
            _ = theirs.Alg;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or JsonException)
        {
            // They refuse it: then nothing is verified.
            return;
        }

        (theirs.Alg, theirs.Kid ?? string.Empty, theirs.Typ ?? string.Empty).ShouldBe((ours.Algorithm, ours.KeyId ?? string.Empty, ours.Type ?? string.Empty));
        foreach (var name in new[] { "iss", "sub", "jti" })
        {
            if (JsonClaims.TryGetString(ours.Payload, name, out var text) && theirs.TryGetPayloadValue<string>(name, out var value))
            {
                value.ShouldBe(text);
            }
        }

        foreach (var name in new[] { "exp", "iat", "nbf", "auth_time" })
        {
            if (JsonClaims.TryGetInstant(ours.Payload, name, out var instant) && theirs.TryGetPayloadValue<long>(name, out var seconds))
            {
                seconds.ShouldBe(instant.ToUnixTimeSeconds());
            }
        }

        theirs.Claims.Select(c => c.Type).Except(ours.Payload.EnumerateObject().Select(p => p.Name), StringComparer.Ordinal).ShouldBeEmpty();
    }

    private static ExchangeForm Read(Form form) =>
        new(form.Parameters.GroupBy(p => p.Name, StringComparer.Ordinal).ToDictionary(g => g.Key, g => (IReadOnlyList<string>)[.. g.Select(p => p.Value)], StringComparer.Ordinal));
}
