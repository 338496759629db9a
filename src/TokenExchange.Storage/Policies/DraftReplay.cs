namespace TokenExchange.Storage.Policies;

/// <summary>What the last replay of a draft found, in numbers: who publishes sees that somebody has looked. Goes with the draft.</summary>
/// <param name="Version">The draft's version that was replayed.</param>
/// <param name="At">When.</param>
/// <param name="By">By whom.</param>
/// <param name="Records">Records gone through.</param>
/// <param name="Unchanged">Records whose outcome is the same.</param>
/// <param name="Denied">Records that were permitted and would be denied.</param>
/// <param name="Permitted">Records that were denied and would be permitted.</param>
/// <param name="Other">Records whose outcome would differ otherwise.</param>
/// <param name="NotReplayable">Records that could not be asked again.</param>
public sealed record DraftReplay(long Version, DateTimeOffset At, string By, int Records, int Unchanged, int Denied, int Permitted, int Other, int NotReplayable)
{
    /// <summary>Records whose outcome would differ.</summary>
    public int Changed => Denied + Permitted + Other;
}
