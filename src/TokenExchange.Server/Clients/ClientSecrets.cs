using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Configuration;

namespace TokenExchange.Server.Clients;

/// <summary>A secret that was just made. It is shown once to whoever asked for it; what is kept is its hash.</summary>
public sealed class NewSecret
{
    internal NewSecret(string value) => Value = value;

    /// <summary>The secret: 43 characters of base64url, 256 bits.</summary>
    public string Value { get; }

    /// <summary>base64url of its SHA-256, as <see cref="ClientDefinition.SecretSha256"/> has it.</summary>
    public string Sha256 => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(Value)));

    /// <summary>Never the secret: what is turned into text may be logged.</summary>
    public override string ToString() => "a new secret";
}

/// <summary>What came of giving a client a secret.</summary>
/// <param name="Outcome">What came of the change.</param>
/// <param name="Secret">The secret, when the change was made; it cannot be had again.</param>
public sealed record SecretGiven(ItemOutcome<ClientDefinition> Outcome, NewSecret? Secret);

/// <summary>Makes clients' secrets and changes them over while the clients go on working.</summary>
public sealed class ClientSecrets(ItemEditor items, TimeProvider clock)
{
    /// <summary>The longest that the secret before is accepted beside a new one.</summary>
    public static readonly TimeSpan LongestOverlap = TimeSpan.FromDays(30);

    /// <summary>Makes one of 256 random bits.</summary>
    public static NewSecret New() => new(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)));

    /// <summary>Adds a client that authenticates with a new secret, whatever credentials the definition has.</summary>
    public async Task<SecretGiven> CreateAsync(ClientDefinition client, Editing by, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        var secret = New();
        var complete = client with { SecretSha256 = secret.Sha256, PreviousSecretSha256 = null, PreviousSecretExpires = null, Jwks = null, JwksUri = null, TlsCertificate = null };
        return Given(await items.CreateAsync(ItemKinds.Clients, complete, by, cancellationToken), secret);
    }

    /// <summary>Gives a client that has a secret another one.</summary>
    /// <param name="clientId">The client.</param>
    /// <param name="seen">The tag of what was seen.</param>
    /// <param name="keepOldFor">How long the present secret is still accepted, up to <see cref="LongestOverlap"/>; zero refuses it at once. One from before that is refused at once in any case.</param>
    /// <param name="by">Who.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<SecretGiven> RotateAsync(string clientId, string seen, TimeSpan keepOldFor, Editing by, CancellationToken cancellationToken)
    {
        if (keepOldFor < TimeSpan.Zero || keepOldFor > LongestOverlap)
        {
            return new SecretGiven(Wrong("keepOldFor", "write a duration from 00:00:00 to 30.00:00:00"), null);
        }

        if ((await items.FindAsync(ItemKinds.Clients, clientId, cancellationToken))?.Definition is { SecretSha256: null })
        {
            return new SecretGiven(Wrong("secretSha256", "this client authenticates in another way than with a secret"), null);
        }

        var secret = New();
        var until = clock.GetUtcNow() + keepOldFor;
        var kept = keepOldFor > TimeSpan.Zero;
        return Given(
            await items.EditAsync(
                ItemKinds.Clients,
                clientId,
                seen,
                c => c with { SecretSha256 = secret.Sha256, PreviousSecretSha256 = kept ? c.SecretSha256 : null, PreviousSecretExpires = kept ? until : null },
                by,
                cancellationToken),
            secret);
    }

    /// <summary>Refuses the secret before the present one from now on.</summary>
    public Task<ItemOutcome<ClientDefinition>> WithdrawPreviousAsync(string clientId, string seen, Editing by, CancellationToken cancellationToken) =>
        items.EditAsync(ItemKinds.Clients, clientId, seen, c => c with { PreviousSecretSha256 = null, PreviousSecretExpires = null }, by, cancellationToken);

    private static ItemOutcome<ClientDefinition>.Invalid Wrong(string member, string message) => new(ItemProblems.Of(member, message));

    // What was not kept is of no use to anybody.
    private static SecretGiven Given(ItemOutcome<ClientDefinition> outcome, NewSecret secret) => new(outcome, outcome is ItemOutcome<ClientDefinition>.Saved ? secret : null);
}
