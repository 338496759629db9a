using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Policies;
using TokenExchange.Core.Tests.Laws;
using TokenExchange.Core.Tests.Policies;

namespace TokenExchange.Core.Tests.Fuzzing;

/// <summary>A policy is parsed, or refused as malformed: the parser knows no third way.</summary>
public class PolicyFuzzing
{
    private static readonly Gen<string> s_words = Gen.OneOf(
        Mutations.Odd, Mutations.Noise,
        Gen.Elements("Mon", "mon", "Monday", "07:00", "24:00", "7:00", "07:00:00", "Europe/Berlin", "europe/berlin", "../etc/passwd", "/etc/localtime", "posix/UTC", "UTC", "Zulu", "right/UTC", ".", "",
            "10.0.0.0/8", "10.0.0.1/8", "10.0.0.0", "::/0", "::ffff:10.0.0.0/104", "::ffff:10.0.0.0/95", "0.0.0.0/33", "1.2.3.4/-1", "fe80::1%eth0/64", "010.0.0.0/8", "permit", "deny", "Permit"));

    [Fuzz(Arbitrary = [typeof(Hostile), typeof(PolicyFuzzing)])]
    public void A_policy_is_parsed_or_malformed(PolicyDefinition policy)
    {
        Policy? parsed = null;
        try
        {
            parsed = PolicyParser.Parse(policy);
        }
        catch (FormatException e)
        {
            e.Message.ShouldNotBeEmpty();
        }

        if (parsed is not null)
        {
            parsed.Resource.Value.ShouldBe(policy.Resource);
            parsed.Scopes.Order(StringComparer.Ordinal).ShouldBe(policy.Scopes.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
            parsed.Conditions.Count.ShouldBe(policy.Conditions.Count);

            // What was parsed can be asked.
            foreach (var condition in parsed.Conditions)
            {
                _ = condition.Holds(Sample.Question);
                condition.ToString().ShouldNotBeEmpty();
            }
        }
    }

    /// <summary>Policies of the laws, with words exchanged for others in any place where a text stands.</summary>
    public static Arbitrary<PolicyDefinition> Policies() =>
        (from policy in Generators.Policies().Generator
         from word in s_words
         from other in s_words
         from claim in s_words
         from place in Gen.Choose(0, 12)
         select place switch
         {
             0 => policy with { Effect = word },
             1 => policy with { Resource = $"{policy.Resource}{word}" },
             2 => policy with { Scopes = [.. policy.Scopes, word] },
             3 => policy with { Conditions = [new() { TimeWindow = new() { Days = [word], From = "07:00", To = "08:00", Zone = "UTC" } }] },
             4 => policy with { Conditions = [new() { TimeWindow = new() { Days = ["Mon"], From = word, To = other, Zone = "UTC" } }] },
             5 => policy with { Conditions = [new() { TimeWindow = new() { Days = ["Mon", "Mon"], From = "07:00", To = "07:00", Zone = word } }] },
             6 => policy with { Conditions = [new() { SourceNetwork = [word, other] }] },
             7 => policy with { Conditions = [new() { ClaimEquals = new() { Claim = claim, Value = word } }, new() { ClaimContains = new() { Claim = word, Value = other } }] },
             8 => policy with { Conditions = [new() { ClaimEquals = new(), SourceNetwork = [] }] },
             9 => policy with { Conditions = [new()] },
             10 => policy with { Limits = policy.Limits with { OnwardTo = [new() { Agent = word, Resource = other, Scopes = [claim] }] } },
             11 => policy with { Limits = policy.Limits with { PerScope = new Dictionary<string, AuthenticationDefinition>(StringComparer.Ordinal) { [word] = new() { AcrValues = [other] } } } },
             _ => policy with { Name = word, Purpose = other, Agents = [claim], Subjects = [new() { Issuer = word, Claims = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { [claim] = [other] } }] },
         }).ToArbitrary();

    [Fuzz]
    public void A_configuration_that_can_be_read_is_written_and_read_as_itself(ConfigurationText input)
    {
        ExchangeConfiguration? read;
        try
        {
            read = JsonSerializer.Deserialize<ExchangeConfiguration>(input.Text, ConfigurationJson.Compact);
        }
        catch (JsonException)
        {
            return;
        }

        var written = JsonSerializer.Serialize(read, ConfigurationJson.Compact);
        JsonSerializer.Serialize(JsonSerializer.Deserialize<ExchangeConfiguration>(written, ConfigurationJson.Compact), ConfigurationJson.Compact).ShouldBe(written);
    }
}

/// <summary>A configuration file, or what once was one.</summary>
public sealed record ConfigurationText(string Text);
