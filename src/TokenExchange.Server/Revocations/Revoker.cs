using TokenExchange.Server.Exchange;
using TokenExchange.Storage.Audit;
using TokenExchange.Storage.Delegations;
using TokenExchange.Storage.Revocations;

namespace TokenExchange.Server.Revocations;

/// <summary>What a revocation ends, or would.</summary>
/// <param name="Tokens">Tokens that could still be used.</param>
/// <param name="Delegations">Delegations they belong to.</param>
/// <param name="Agents">The agents that stop, in order.</param>
/// <param name="Subjects">How many users that concerns.</param>
public sealed record RevocationReach(int Tokens, int Delegations, IReadOnlyList<string> Agents, int Subjects);

/// <summary>Ends a whole branch at an administrator's wish: one call, on record, dead on every node with the answer.</summary>
public sealed class Revoker(DelegationStore delegations, RevocationStore revocations, TimeProvider clock)
{
    /// <summary>What revoking this would end now.</summary>
    public async Task<RevocationReach> PreviewAsync(Root root, CancellationToken cancellationToken) => Reach(await delegations.MeasureBelowAsync(root, clock.GetUtcNow(), cancellationToken));

    /// <summary>Revokes it, with everything below; then says what that ended.</summary>
    /// <param name="root">What.</param>
    /// <param name="reason">Why, in the words of whoever does it; null when they did not say.</param>
    /// <param name="caller">Who.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<RevocationReach> RevokeAsync(Root root, string? reason, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(caller);
        var record = new ExchangeRecord
        {
            At = clock.GetUtcNow(),
            Kind = RecordKind.Revocation,
            Reason = "revoked",
            ClientId = caller.ClientId,
            Source = caller.Source?.ToString(),
            Detail = reason is null ? root.Name : $"{root.Name}; {RecordText.Harmless(reason)}",
        };

        // First it is dead, then it is counted: how much that is must not keep it alive.
        var before = await revocations.RevokeAsync(root, caller.ClientId, root.Kind switch
        {
            RootKind.Token => record with { TokenId = root.Id },
            RootKind.Delegation => record with { Delegation = root.Id },
            RootKind.Session => record with { Session = root.Id },
            RootKind.Subject => record with { Subject = root.Id },
            RootKind.Issuer => record with { SubjectIssuer = root.Id },
            RootKind.Resource => record with { Resource = root.Id },
            RootKind.Purpose => record with { Purpose = root.Id },
            _ => record,
        }, cancellationToken);
        return Reach(await delegations.MeasureEndedAsync(root, before, record.At, cancellationToken));
    }

    private static RevocationReach Reach(BranchSize size) => new(size.Tokens, size.Delegations, size.Agents, size.Subjects);
}
