namespace TokenExchange.Server.Configuration;

/// <summary>One thing that is wrong with what somebody wrote.</summary>
/// <param name="Member">Where it stands, e.g. <c>policies[3].limits.maxLifetime</c>; empty for the whole.</param>
/// <param name="Message">What to write instead.</param>
public sealed record MemberProblem(string Member, string Message)
{
    /// <summary>In one line.</summary>
    public override string ToString() => Member.Length == 0 ? Message : $"{Member}: {Message}";
}
