namespace TokenExchange.Server.Configuration;

/// <summary>One thing that is wrong with what somebody wrote.</summary>
/// <param name="Member">Where it stands, e.g. <c>policies[3].limits.maxLifetime</c>; empty for the whole.</param>
/// <param name="Message">What to write instead.</param>
public sealed record MemberProblem(string Member, string Message)
{
    /// <summary>In one line.</summary>
    public override string ToString() => Member.Length == 0 ? Message : $"{Member}: {Message}";

    /// <summary>The first so many, without looking for further ones than the next; one more says that there are more.</summary>
    internal static IReadOnlyList<MemberProblem> UpTo(int most, IEnumerable<MemberProblem> problems)
    {
        List<MemberProblem> found = [.. problems.Take(most + 1)];
        if (found.Count > most)
        {
            found[most] = new MemberProblem(string.Empty, $"there are more problems than these {most}; mend these first");
        }

        return found;
    }
}
