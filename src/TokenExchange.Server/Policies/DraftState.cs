using TokenExchange.Server.Configuration;

namespace TokenExchange.Server.Policies;

/// <summary>How a draft stands, held against what is configured and published at one moment.</summary>
/// <param name="Published">The version that is published.</param>
/// <param name="Overtaken">Whether that is another than the one the draft is based on.</param>
/// <param name="Unchanged">Whether the draft is just what is published.</param>
/// <param name="Problems">What is wrong with it, with members of the whole, e.g. <c>policies[3].limits.maxLifetime</c>.</param>
public sealed record DraftState(long Published, bool Overtaken, bool Unchanged, IReadOnlyList<MemberProblem> Problems)
{
    /// <summary>Whether it could be published by somebody who may.</summary>
    public bool Ready => !Overtaken && !Unchanged && Problems.Count == 0;
}
