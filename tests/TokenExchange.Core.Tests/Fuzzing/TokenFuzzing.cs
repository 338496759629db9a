using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using TokenExchange.Core.Tokens;

namespace TokenExchange.Core.Tests.Fuzzing;

/// <summary>What a token or a parameter may hold is read without ever throwing, and what is accepted is what was written.</summary>
public class TokenFuzzing
{
    private static readonly string[] s_names = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "act", "may_act", "scope", "purpose", "txn", "sid", "auth_time", "acr", "amr", "a", "sub_profile"];

    [Fuzz]
    public void A_scope_set_that_is_read_holds_the_scopes_that_were_written_and_is_read_again_as_itself(ScopeText input)
    {
        if (!ScopeSet.TryParse(input.Text, out var scopes))
        {
            scopes.ShouldBeNull();
            return;
        }

        scopes.ShouldBe(input.Text.Split(' ').Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        scopes.All(ScopeSet.IsScopeToken).ShouldBeTrue();
        scopes.IsEmpty.ShouldBeFalse();
        scopes.ToString().Length.ShouldBeLessThanOrEqualTo(ScopeSet.MaxLength);
        ScopeSet.TryParse(scopes.ToString(), out var again).ShouldBeTrue();
        again.ShouldBe(scopes);
    }

    [Fuzz]
    public void A_resource_that_is_read_is_what_was_written_and_its_key_names_it(ResourceText input)
    {
        if (!ResourceIndicator.TryParse(input.Text, out var resource))
        {
            resource.ShouldBeNull();
            return;
        }

        resource.Value.ShouldBe(input.Text);
        resource.Value.Length.ShouldBeLessThanOrEqualTo(ResourceIndicator.MaxLength);
        resource.Value.ShouldAllBe(c => c > ' ' && c < '\x7F' && c != '#' && c != '?');
        new Uri(resource.Value).UserInfo.ShouldBeEmpty();
        ResourceIndicator.TryParse(resource.Key, out var named).ShouldBeTrue(resource.Key);
        named.ShouldBe(resource);
        named!.Key.ShouldBe(resource.Key);
        ResourceIndicator.Parse($"{resource.Value}").ShouldBe(resource);
    }

    [Fuzz]
    public void Any_text_is_a_scope_a_resource_and_a_token_or_not_but_never_an_exception(Input input)
    {
        ScopeSet.TryParse(input.Text, out var scopes).ShouldBe(scopes is not null);
        ResourceIndicator.TryParse(input.Text, out var resource).ShouldBe(resource is not null);
        CompactJwt.TryParse(input.Text, out var jwt).ShouldBe(jwt is not null);
    }

    [Fuzz]
    public void Claims_are_read_as_what_they_are_or_not_at_all(JsonText input)
    {
        if (!TryParse(input.Text, out var json) || json.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (var name in s_names)
        {
            var (there, raw) = Find(json, name);
            var isText = JsonClaims.TryGetString(json, name, out var text);
            JsonClaims.TryGetOptionalString(json, name, out var optional).ShouldBe(isText || there == false);
            (isText ? optional : text ?? optional).ShouldBe(text ?? optional);
            if (isText)
            {
                text!.Length.ShouldBeInRange(1, JsonClaims.MaxIdentifierLength);
                text.Any(char.IsControl).ShouldBeFalse();
                raw.ValueEquals(text).ShouldBeTrue();
            }

            var isInstant = JsonClaims.TryGetInstant(json, name, out var instant);
            JsonClaims.TryGetOptionalInstant(json, name, out _).ShouldBe(isInstant || there == false);
            if (isInstant)
            {
                instant.ToUnixTimeSeconds().ShouldBe(raw.GetInt64());
                instant.Year.ShouldBeInRange(1970, 9999);
            }

            if (JsonClaims.TryGetStrings(json, name, out var texts))
            {
                texts.ShouldAllBe(t => t.Length > 0);
                texts.Count.ShouldBe(there != true ? 0 : raw.ValueKind == JsonValueKind.Array ? raw.GetArrayLength() : 1);
            }
        }
    }

    [Fuzz]
    public void A_chain_that_is_read_holds_nobody_twice_is_not_too_deep_and_is_read_again_as_itself(JsonText input)
    {
        if (!TryParse(input.Text, out var json))
        {
            return;
        }

        // Whoever reads a chain has seen to it that its names can be read.
        foreach (var act in new[] { json, Find(json, "act").Raw })
        {
            if (act is { ValueKind: not JsonValueKind.Undefined } claim && IsReadable(claim) && ActChain.TryRead(claim, out var chain))
            {
                chain.Depth.ShouldBeInRange(1, ActChain.MaxDepth);
                chain.Actors.DistinctBy(a => (a.Subject, a.Issuer)).Count().ShouldBe(chain.Depth);
                ActChain.TryRead(Json.Read(chain.ToJson().ToJsonString()), out var again).ShouldBeTrue();
                again.ShouldBe(chain);
            }
        }
    }

    [Fuzz]
    public void A_may_act_that_is_read_names_somebody_and_is_read_again_as_itself(JsonText input)
    {
        if (!TryParse(input.Text, out var json))
        {
            return;
        }

        foreach (var mayAct in new[] { json, Find(json, "may_act").Raw })
        {
            if (mayAct is { ValueKind: not JsonValueKind.Undefined } claim && MayAct.TryRead(claim, out var read))
            {
                read.Parties.Count.ShouldBeInRange(1, MayAct.MaxParties);
                read.Parties.Distinct().Count().ShouldBe(read.Parties.Count);
                MayAct.TryRead(Json.Read(read.ToJson().ToJsonString()), out var again).ShouldBeTrue();
                again.ShouldBe(read);
            }
        }
    }

    [Fuzz]
    public void An_actor_token_that_is_read_is_read_again_as_itself(JsonText input)
    {
        if (!TryParse(input.Text, out var json))
        {
            return;
        }

        if (!ActorToken.TryRead(json, out var token, out var problem))
        {
            token.ShouldBeNull();
            problem.ShouldNotBeNullOrEmpty();
            return;
        }

        token.Scopes.IsEmpty.ShouldBeFalse();
        ActorToken.TryRead(Json.Read(token.ToClaims().ToJsonString()), out var again, out problem).ShouldBeTrue(problem);
        again.ShouldBe(token);
        again!.Audience.Value.ShouldBe(token.Audience.Value);
    }

    [Fuzz]
    public void A_compact_token_that_is_read_is_of_the_strict_form_and_all_of_it_can_be_read(JwtText input)
    {
        if (!CompactJwt.TryParse(input.Text, out var jwt))
        {
            jwt.ShouldBeNull();
            return;
        }

        jwt.Encoded.ShouldBe(input.Text);
        jwt.Encoded.Length.ShouldBeLessThanOrEqualTo(CompactJwt.MaxLength);
        jwt.Encoded.Count(c => c == '.').ShouldBe(2);
        jwt.Payload.ValueKind.ShouldBe(JsonValueKind.Object);
        jwt.Algorithm.ShouldNotBeNullOrEmpty();
        Spell(jwt.Payload).ShouldNotBeNull();
        foreach (var name in s_names)
        {
            _ = JsonClaims.TryGetOptionalString(jwt.Payload, name, out _);
        }

        // Written anew it says the same.
        var parts = jwt.Encoded.Split('.');
        CompactJwt.TryParse($"{parts[0]}.{System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(jwt.Payload.GetRawText()))}.{parts[2]}", out var again).ShouldBeTrue();
        JsonElement.DeepEquals(again!.Payload, jwt.Payload).ShouldBeTrue();
        (again.Algorithm, again.KeyId, again.Type).ShouldBe((jwt.Algorithm, jwt.KeyId, jwt.Type));
        _ = ActorToken.TryRead(jwt.Payload, out _, out _);
        _ = jwt.IsOfType("at+jwt");
    }

    [Fact]
    public void Enough_of_the_inputs_are_accepted_and_enough_are_refused()
    {
        static (int Accepted, int Refused) Split<T>(Arbitrary<T> inputs, Func<T, bool> accepted)
        {
            var count = inputs.Generator.Sample(500).Count(accepted);
            return (count, 500 - count);
        }

        foreach (var (name, (accepted, refused)) in new[]
        {
            ("scopes", Split(Hostile.ScopeTexts(), i => ScopeSet.TryParse(i.Text, out _))),
            ("resources", Split(Hostile.ResourceTexts(), i => ResourceIndicator.TryParse(i.Text, out _))),
            ("tokens", Split(Hostile.JwtTexts(), i => CompactJwt.TryParse(i.Text, out _))),
            ("JSON", Split(Hostile.JsonTexts(), i => TryParse(i.Text, out _))),
            ("actor tokens", Split(Hostile.JsonTexts(), i => TryParse(i.Text, out var json) && ActorToken.TryRead(json, out _, out _))),
            ("chains", Split(Hostile.JsonTexts(), i => TryParse(i.Text, out var json) && IsReadable(json) && ActChain.TryRead(json, out _))),
            ("may_act", Split(Hostile.JsonTexts(), i => TryParse(i.Text, out var json) && MayAct.TryRead(json, out _))),
        })
        {
            accepted.ShouldBeGreaterThan(15, name);
            refused.ShouldBeGreaterThan(15, name);
        }
    }

    // Null when looking for it is no use because another name cannot be read.
    private static (bool? There, JsonElement Raw) Find(JsonElement json, string name)
    {
        try
        {
            return json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var raw) ? (true, raw) : (false, default);
        }
        catch (InvalidOperationException)
        {
            return (null, default);
        }
    }

    private static bool IsReadable(JsonElement json)
    {
        try
        {
            return Spell(json) is not null;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    // Every name and every string.
    private static string Spell(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => string.Concat(json.EnumerateObject().Select(p => p.Name + Spell(p.Value))),
        JsonValueKind.Array => string.Concat(json.EnumerateArray().Select(Spell)),
        JsonValueKind.String => json.GetString()!,
        _ => json.GetRawText(),
    };

    // As lenient as the platform is by default: repeated names and strings that cannot be read get through to our readers. What fits goes as single bytes,
    // so that there is text which is not UTF-8.
    private static bool TryParse(string text, out JsonElement json)
    {
        json = default;
        try
        {
            using var document = JsonDocument.Parse(text.All(c => c < 256) ? Encoding.Latin1.GetBytes(text) : Encoding.UTF8.GetBytes(text), new JsonDocumentOptions { MaxDepth = 256 });
            json = document.RootElement.Clone();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
