using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Keys;
using TokenExchange.Server.Settings;
using TokenExchange.Storage.Events;
using TokenExchange.Storage.Revocations;

namespace TokenExchange.Server.Events;

/// <summary>Writes events as signed security event tokens (RFC 8417). One that is delivered again is signed again, with the same <c>jti</c>.</summary>
public sealed class EventTokens(JwtSigner signer, IOptions<ExchangeSettings> settings, TimeProvider clock)
{
    private const long TicksPerMillisecond = TimeSpan.TicksPerMillisecond;

    private readonly string _issuer = settings.Value.Issuer;

    /// <summary>How a receiver acknowledges it: the stream and the sequence.</summary>
    public static string IdOf(EventStream stream, long sequence) => $"{stream.Id}.{sequence}";

    /// <summary>Signs an event for the owner of a stream.</summary>
    public ValueTask<string> SignAsync(Told told, EventStream stream, Catalog catalog, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(told);
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(catalog);
        var (type, subject, payload) = told.Event.Kind switch
        {
            EventKind.Verification => (SsfNames.Verification, Opaque(stream.Id), Verification(told.Event)),
            EventKind.PoliciesChanged => (SecurityEventNames.PoliciesChanged(_issuer), Uri($"{_issuer}/policies/bundle"), PoliciesChanged(told.Event)),
            EventKind.Revoked or EventKind.Disabled => (SecurityEventNames.SessionRevoked, SubjectOf(told.Event.Root!), Revoked(told, catalog)),
        };
        return signer.SignAsync(SecurityEventNames.TokenHeader, new JsonObject
        {
            [ClaimNames.Issuer] = _issuer,
            [ClaimNames.Audience] = stream.ClientId,
            [ClaimNames.IssuedAt] = clock.GetUtcNow().ToUnixTimeSeconds(),
            [ClaimNames.TokenId] = IdOf(stream, told.Event.Sequence),
            ["sub_id"] = subject,
            ["events"] = new JsonObject { [type] = payload },
        }, cancellationToken);
    }

    private static JsonObject Verification(SecurityEvent told) => told.State is { } state ? new JsonObject { ["state"] = state } : [];

    private static JsonObject PoliciesChanged(SecurityEvent told) => new() { ["event_timestamp"] = told.At.ToUnixTimeSeconds(), ["policy_set_version"] = told.PolicySetVersion };

    private static JsonObject Revoked(Told told, Catalog catalog)
    {
        var root = new JsonObject
        {
            ["kind"] = told.Event.Root!.Kind.ToString().ToLowerInvariant(),
            ["id"] = told.Event.Root.Id,

            // Rounded up: whoever compares in milliseconds must not let the last of them pass.
            ["revoked_at"] = (told.Event.At.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks + TicksPerMillisecond - 1) / TicksPerMillisecond,
        };
        if (told.Tokens is { } tokens)
        {
            root["tokens"] = new JsonArray([.. tokens.Select(t => JsonValue.Create(t))]);
        }

        return new JsonObject
        {
            ["event_timestamp"] = told.Event.At.ToUnixTimeSeconds(),

            // CAEP 1.0 §2: an agent that gives back what it was lent is a system; whoever else revokes or configures, administers.
            ["initiating_entity"] = catalog.IsAgent(told.Event.By) ? "system" : "admin",
            ["root"] = root,
        };
    }

    private JsonObject SubjectOf(Root root) => root.Kind switch
    {
        RootKind.Token => new JsonObject { ["format"] = "jwt_id", ["iss"] = _issuer, ["jti"] = root.Id },
        RootKind.Delegation or RootKind.Purpose => Opaque(root.Id),
        RootKind.Session => Complex("session", Opaque(root.Id)),
        RootKind.Subject => Complex("user", IssuerAndSubject(root.Id)),
        RootKind.Agent => Complex("application", IssuerAndSubject(root.Id)),
        RootKind.Issuer => Complex("tenant", Uri(root.Id)),
        RootKind.Resource => Uri(root.Id),
    };

    private static JsonObject Complex(string member, JsonObject subject) => new() { ["format"] = "complex", [member] = subject };

    private JsonObject IssuerAndSubject(string subject) => new() { ["format"] = "iss_sub", ["iss"] = _issuer, ["sub"] = subject };

    private static JsonObject Opaque(string id) => new() { ["format"] = "opaque", ["id"] = id };

    private static JsonObject Uri(string uri) => new() { ["format"] = "uri", ["uri"] = uri };
}
