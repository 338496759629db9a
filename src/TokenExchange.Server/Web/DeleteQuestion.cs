using TokenExchange.Server.Configuration;

namespace TokenExchange.Server.Web;

/// <summary>What is asked before a party is deleted.</summary>
/// <param name="Name">Which one.</param>
/// <param name="Tag">The tag of what is seen of it.</param>
/// <param name="Words">What is lost with it.</param>
/// <param name="References">What refers to it, so that it cannot be deleted.</param>
/// <param name="Refused">What stood in the way when it was tried.</param>
/// <param name="Back">Where to go instead.</param>
public sealed record DeleteQuestion(string Name, string? Tag, string Words, IReadOnlyList<OtherProblem> References, IReadOnlyList<OtherProblem> Refused, string Back);
