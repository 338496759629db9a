using System.Runtime.CompilerServices;
using TokenExchange.Properties;

namespace TokenExchange.Server.Tests.Fuzzing;

/// <summary>
/// What holds for whatever a parser is given: tried on 1,000 inputs, or on as many as the environment variable <c>TOKENEXCHANGE_FUZZ_CASES</c> says.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FuzzAttribute : LocatedPropertyAttribute
{
    public FuzzAttribute([CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
        : base(sourceFilePath, sourceLineNumber)
    {
        MaxTest = CasesBy("TOKENEXCHANGE_FUZZ_CASES", 1_000);
        Arbitrary = [typeof(HostileRequests)];
        QuietOnSuccess = true;
    }
}
