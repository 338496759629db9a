using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using TokenExchange.Core.Policies;
using TokenExchange.Core.Tokens;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Simulation;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Server.Web.Admin.Simulator;

/// <summary>A question as somebody fills it in: everything is text, and stands in the address, so that it can be kept and sent on.</summary>
public sealed record SimulatorForm
{
    /// <summary>Client id of the agent that would ask.</summary>
    public string? Agent { get; init; }

    /// <summary>The trusted issuer of the user.</summary>
    public string? Issuer { get; init; }

    /// <summary><c>sub</c> of the assertion.</summary>
    public string? User { get; init; }

    /// <summary>The resource.</summary>
    public string? Resource { get; init; }

    /// <summary>The purpose; empty when none would be declared.</summary>
    public string? Purpose { get; init; }

    /// <summary>Scopes separated by spaces; empty when none would be named.</summary>
    public string? Scopes { get; init; }

    /// <summary>How many minutes ago the user signed in; empty when the assertion would not say.</summary>
    public string? SignedInMinutes { get; init; }

    /// <summary><c>acr</c> of the assertion.</summary>
    public string? Acr { get; init; }

    /// <summary><c>amr</c> of the assertion, separated by spaces.</summary>
    public string? Amr { get; init; }

    /// <summary>Other claims of the assertion: <c>name=value</c>, one a line; a name that stands twice has both values.</summary>
    public string? Claims { get; init; }

    /// <summary>Agents before this one: <c>agent resource scope scope</c>, one a line, the first one first.</summary>
    public string? Earlier { get; init; }

    /// <summary>Where the agent would call from.</summary>
    public string? Source { get; init; }

    /// <summary>When, in UTC; empty means now.</summary>
    public string? At { get; init; }

    /// <summary>Which policies answer: empty for those published, <c>draft:id</c> or <c>version:n</c>.</summary>
    public string? Policies { get; init; }

    /// <summary>Whether enough is filled in to be tried.</summary>
    public bool IsAsked => !string.IsNullOrWhiteSpace(Agent) && !string.IsNullOrWhiteSpace(Resource) && !string.IsNullOrWhiteSpace(User);

    /// <summary>The question of a record, to be asked again.</summary>
    public static SimulatorForm Of(ExchangeRecord record, string? subjectPrefix)
    {
        ArgumentNullException.ThrowIfNull(record);
        var question = record.Question?.Question;
        var earlier = ActorsOf(record).Reverse().SkipLast(1);
        return new SimulatorForm
        {
            Agent = question?.Agent.ClientId ?? record.ClientId,
            Issuer = question?.Subject.Issuer ?? record.SubjectIssuer,
            User = subjectPrefix is { Length: > 0 } && record.Subject?.StartsWith(subjectPrefix, StringComparison.Ordinal) == true ? record.Subject[subjectPrefix.Length..] : record.Subject,
            Resource = question?.Resource.Value ?? record.Resource,
            Purpose = question is null ? record.Purpose : question.Purpose,
            Scopes = question is null ? record.RequestedScopes : question.RequestedScopes?.ToString(),
            SignedInMinutes = question?.Subject.Authentication.Time is { } time ? ((int)(question.Now - time).TotalMinutes).ToString(CultureInfo.InvariantCulture) : null,
            Acr = question?.Subject.Authentication.ContextClass,
            Amr = question is null ? null : string.Join(' ', question.Subject.Authentication.Methods),
            Claims = question is null ? null : string.Join('\n', question.Subject.Claims.SelectMany(c => c.Value.Select(v => $"{c.Key}={v}"))),
            Earlier = string.Join('\n', earlier),
            Source = question?.Source?.ToString(),
            At = record.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture),
            Policies = record.PolicySetVersion is { } version ? $"version:{version.ToString(CultureInfo.InvariantCulture)}" : null,
        };
    }

    /// <summary>What that asks, and what of it cannot be read.</summary>
    public (SimulationInput Input, IReadOnlyList<MemberProblem> Problems) Read(DateTimeOffset now)
    {
        var problems = new List<MemberProblem>();
        if (!FormText.TryReadInstant(At, out var at))
        {
            problems.Add(new MemberProblem(nameof(At), "write an instant in UTC, e.g. 2027-01-31T09:30:00"));
        }

        var input = new SimulationInput
        {
            Agent = FormText.Of(Agent) ?? string.Empty,
            Resource = FormText.Of(Resource) ?? string.Empty,
            Purpose = FormText.Of(Purpose),
            Scopes = FormText.Words(Scopes) is { Length: > 0 } scopes ? scopes : null,
            Source = FormText.Of(Source),
            At = at,
            Earlier = [.. FormText.Lines(Earlier).Select(Hop)],
            Subject = new SimulatedSubject
            {
                Issuer = FormText.Of(Issuer) ?? string.Empty,
                Sub = FormText.Of(User) ?? string.Empty,
                AuthTime = SignedIn(at ?? now, problems),
                Acr = FormText.Of(Acr),
                Amr = FormText.Words(Amr),
                Claims = ReadClaims(problems),
            },
            Draft = Policies?.StartsWith("draft:", StringComparison.Ordinal) == true ? Policies["draft:".Length..] : null,
            PolicySetVersion = Version(problems),
        };
        return (input, problems);
    }

    /// <summary>Which field a member of the question stands in.</summary>
    public static string FieldOf(string member) => member switch
    {
        "Subject.Issuer" => nameof(Issuer),
        "Subject.Sub" => nameof(User),
        "Subject.AuthTime" => nameof(SignedInMinutes),
        "Subject.Acr" => nameof(Acr),
        "Subject.Amr" => nameof(Amr),
        "Subject.Claims" => nameof(Claims),
        "PolicySetVersion" or "policySetVersion" or "draft" => nameof(Policies),
        _ when member.StartsWith("Earlier", StringComparison.Ordinal) => nameof(Earlier),
        _ => member,
    };

    private static IEnumerable<string> ActorsOf(ExchangeRecord record)
    {
        if (record.Chain is null)
        {
            return [];
        }

        using var json = JsonDocument.Parse(record.Chain);
        return ActChain.TryRead(json.RootElement, out var chain) ? [.. chain.Actors.Select(a => a.Agent)] : [];
    }

    private static SimulatedHop Hop(string line)
    {
        var words = FormText.Words(line);
        return new SimulatedHop { Agent = words[0], Resource = words.Length > 1 ? words[1] : null, Scopes = words.Length > 2 ? words[2..] : null };
    }

    private DateTimeOffset? SignedIn(DateTimeOffset at, List<MemberProblem> problems)
    {
        if (FormText.Of(SignedInMinutes) is not { } written)
        {
            return null;
        }

        if (!int.TryParse(written, NumberStyles.None, CultureInfo.InvariantCulture, out var minutes) || minutes >= 10_000_000)
        {
            problems.Add(new MemberProblem(nameof(SignedInMinutes), "write a whole number of minutes"));
            return null;
        }

        // Compared before it is counted: before the year 1 there is no instant.
        var ago = TimeSpan.FromMinutes(minutes);
        if (at - DateTimeOffset.UnixEpoch < ago)
        {
            problems.Add(new MemberProblem(nameof(SignedInMinutes), "write so few minutes that the sign-in was not before 1970"));
            return null;
        }

        return at - ago;
    }

    private JsonElement? ReadClaims(List<MemberProblem> problems)
    {
        var claims = new JsonObject();
        foreach (var line in FormText.Lines(Claims))
        {
            var cut = line.IndexOf('=', StringComparison.Ordinal);
            if (cut < 1)
            {
                problems.Add(new MemberProblem(nameof(Claims), "write name=value, one a line"));
                return null;
            }

            var (name, value) = (line[..cut].Trim(), line[(cut + 1)..].Trim());
            if (claims[name] is JsonArray values)
            {
                values.Add(value);
            }
            else
            {
                claims[name] = new JsonArray(value);
            }
        }

        return claims.Count == 0 ? null : JsonSerializer.SerializeToElement(claims);
    }

    private long? Version(List<MemberProblem> problems)
    {
        if (Policies?.StartsWith("version:", StringComparison.Ordinal) != true)
        {
            return null;
        }

        if (long.TryParse(Policies["version:".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var version))
        {
            return version;
        }

        problems.Add(new MemberProblem(nameof(Policies), "choose a version that was published"));
        return null;
    }
}
