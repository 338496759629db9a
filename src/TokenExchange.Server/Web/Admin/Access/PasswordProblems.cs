using Microsoft.AspNetCore.Mvc.ModelBinding;
using TokenExchange.Server.Configuration;

namespace TokenExchange.Server.Web.Admin.Access;

/// <summary>Puts what is wrong with a name or a password beside its field: members begin with a small letter, fields with a capital.</summary>
internal static class PasswordProblems
{
    public static void Explain(ModelStateDictionary state, IEnumerable<MemberProblem> problems)
    {
        foreach (var problem in problems)
        {
            state.AddModelError(problem.Member.Length == 0 ? string.Empty : char.ToUpperInvariant(problem.Member[0]) + problem.Member[1..], problem.Message);
        }
    }
}
