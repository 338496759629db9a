using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using TokenExchange.Core.Tokens;

namespace TokenExchange.Core.Policies;

/// <summary>
/// A question exactly as a policy set was asked it, with the answer in short: enough to ask any other set the same. It holds claims of the user, only those
/// that policies looked at, and never a token. Two are equal when they are written alike.
/// </summary>
/// <param name="Question">What was asked.</param>
/// <param name="UnknownClaims">Claims that policies looked at and that could not be known then; any other claim that is not in the question was never looked for.</param>
/// <param name="Decision">What was answered.</param>
public sealed record RecordedQuestion(PolicyQuestion Question, IReadOnlyList<string> UnknownClaims, RecordedDecision Decision)
{
    /// <summary>The longest that is kept, in characters of its JSON.</summary>
    public const int MaxLength = 32 * 1024;

    private static readonly JsonWriterOptions s_writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
    private static readonly JsonDocumentOptions s_reading = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    /// <summary>The record of a question that was asked and answered now.</summary>
    /// <param name="set">Who answered.</param>
    /// <param name="question">What was asked.</param>
    /// <param name="decision">What was answered.</param>
    public static RecordedQuestion Of(PolicySet set, PolicyQuestion question, Decision decision)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(question);
        return new RecordedQuestion(question, [.. set.ReferencedClaims.Where(c => !question.Subject.Claims.ContainsKey(c)).Order(StringComparer.Ordinal)], RecordedDecision.Of(decision));
    }

    /// <summary>Writes it as compact JSON; null when that would be longer than <see cref="MaxLength"/>.</summary>
    public string? ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, s_writing))
        {
            Write(json);
        }

        var text = Encoding.UTF8.GetString(buffer.WrittenSpan);
        return text.Length <= MaxLength ? text : null;
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote; false for anything else, a member more or less included.</summary>
    public static bool TryRead(string json, [NotNullWhen(true)] out RecordedQuestion? recorded)
    {
        ArgumentNullException.ThrowIfNull(json);
        recorded = null;
        if (json.Length > MaxLength)
        {
            return false;
        }

        try
        {
            using var document = JsonDocument.Parse(json, s_reading);
            recorded = Read(document.RootElement);
            return true;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or KeyNotFoundException or ArgumentException)
        {
            return false;
        }
    }

    /// <inheritdoc />
    public bool Equals(RecordedQuestion? other) => other is not null && string.Equals(ToJson(), other.ToJson(), StringComparison.Ordinal);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Question.Now, Question.Agent.ClientId, Question.Resource, Question.ChainDepth);

    private void Write(Utf8JsonWriter json)
    {
        var (agent, subject) = (Question.Agent, Question.Subject);
        json.WriteStartObject();
        json.WriteString("now", Question.Now.ToUniversalTime());
        json.WriteStartObject("agent");
        json.WriteString("id", agent.ClientId);
        json.WriteString("kind", agent.Kind);
        WriteStrings(json, "tags", agent.Tags);
        json.WriteEndObject();
        json.WriteStartObject("subject");
        json.WriteString("issuer", subject.Issuer);
        if (subject.Authentication.Time is { } time)
        {
            json.WriteString("authTime", time.ToUniversalTime());
        }

        WriteOptional(json, "acr", subject.Authentication.ContextClass);
        WriteStrings(json, "amr", subject.Authentication.Methods);
        json.WriteStartObject("claims");
        foreach (var (name, values) in subject.Claims.OrderBy(c => c.Key, StringComparer.Ordinal))
        {
            WriteStrings(json, name, values);
        }

        json.WriteEndObject();
        WriteStrings(json, "unknown", UnknownClaims);
        json.WriteEndObject();
        json.WriteString("resource", Question.Resource.Value);
        WriteOptional(json, "purpose", Question.Purpose);
        WriteOptional(json, "scopes", Question.RequestedScopes);
        WriteOptional(json, "ceiling", Question.ScopeCeiling);
        json.WriteNumber("depth", Question.ChainDepth);
        WriteOptional(json, "source", Question.Source?.ToString());
        json.WriteStartObject("decision");
        switch (Decision)
        {
            case RecordedDecision.Permit permit:
                json.WriteString("permit", permit.Policy);
                json.WriteString("purpose", permit.Purpose);
                WriteStrings(json, "granted", permit.Granted);
                break;
            case RecordedDecision.Deny deny:
                json.WriteString("deny", DenyReasons.NameOf(deny.Reason));
                break;
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static RecordedQuestion Read(JsonElement json)
    {
        var members = Members(json, "now", "agent", "subject", "resource", "depth", "decision", "purpose?", "scopes?", "ceiling?", "source?");
        var agent = Members(members["agent"], "id", "kind", "tags");
        var subject = Members(members["subject"], "issuer", "amr", "claims", "unknown", "authTime?", "acr?");
        var question = new PolicyQuestion
        {
            Now = members["now"].GetDateTimeOffset(),
            Agent = new AgentFacts(Text(agent["id"]), Text(agent["kind"]), Texts(agent["tags"])),
            Subject = new SubjectFacts(
                Text(subject["issuer"]),
                subject["claims"].EnumerateObject().ToDictionary(c => c.Name, c => Texts(c.Value), StringComparer.Ordinal),
                new UserAuthentication(
                    subject.TryGetValue("authTime", out var time) ? time.GetDateTimeOffset() : null,
                    subject.TryGetValue("acr", out var acr) ? Text(acr) : null,
                    Texts(subject["amr"]))),
            Resource = ResourceIndicator.Parse(Text(members["resource"])),
            Purpose = members.TryGetValue("purpose", out var purpose) ? Text(purpose) : null,
            RequestedScopes = members.TryGetValue("scopes", out var scopes) ? Scopes(scopes) : null,
            ScopeCeiling = members.TryGetValue("ceiling", out var ceiling) ? Scopes(ceiling) : null,
            ChainDepth = members["depth"].GetInt32(),
            Source = members.TryGetValue("source", out var source) ? System.Net.IPAddress.Parse(Text(source)) : null,
        };
        return new RecordedQuestion(question, Texts(subject["unknown"]), ReadDecision(members["decision"]));
    }

    private static RecordedDecision ReadDecision(JsonElement json)
    {
        if (json.TryGetProperty("permit", out _))
        {
            var permit = Members(json, "permit", "purpose", "granted");
            return new RecordedDecision.Permit(Text(permit["purpose"]), Scopes(permit["granted"]), Text(permit["permit"]));
        }

        return DenyReasons.TryParse(Text(Members(json, "deny")["deny"]), out var reason) ? new RecordedDecision.Deny(reason) : throw new FormatException("Not a reason.");
    }

    // Exactly these members; those with a question mark may be absent.
    private static Dictionary<string, JsonElement> Members(JsonElement json, params ReadOnlySpan<string> names)
    {
        var found = json.EnumerateObject().ToDictionary(m => m.Name, m => m.Value, StringComparer.Ordinal);
        var known = 0;
        foreach (var name in names)
        {
            var optional = name[^1] == '?';
            if (found.ContainsKey(optional ? name[..^1] : name))
            {
                known++;
            }
            else if (!optional)
            {
                throw new FormatException("A member is missing.");
            }
        }

        return known == found.Count ? found : throw new FormatException("A member is not known.");
    }

    private static string Text(JsonElement json) => json.GetString() ?? throw new FormatException("Not a text.");

    private static IReadOnlyList<string> Texts(JsonElement json) => [.. json.EnumerateArray().Select(Text)];

    private static ScopeSet Scopes(JsonElement json) => ScopeSet.Of(Texts(json));

    private static void WriteStrings(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    private static void WriteOptional(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static void WriteOptional(Utf8JsonWriter json, string name, ScopeSet? scopes)
    {
        if (scopes is not null)
        {
            WriteStrings(json, name, scopes);
        }
    }
}
