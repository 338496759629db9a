using System.Runtime.CompilerServices;
using FsCheck.Xunit;
using Xunit.v3;

namespace TokenExchange.Server.Tests.Fuzzing;

/// <summary>
/// What holds for whatever a parser is given: tried on 1,000 inputs, or on as many as the environment variable <c>TOKENEXCHANGE_FUZZ_CASES</c> says.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FuzzAttribute : PropertyAttribute, IFactAttribute
{
    private const int Usual = 1_000;

    private readonly string? _sourceFilePath;
    private readonly int _sourceLineNumber;

    public FuzzAttribute([CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
    {
        (_sourceFilePath, _sourceLineNumber) = (sourceFilePath, sourceLineNumber);
        MaxTest = int.TryParse(Environment.GetEnvironmentVariable("TOKENEXCHANGE_FUZZ_CASES"), out var cases) && cases > 0 ? cases : Usual;
        Arbitrary = [typeof(HostileRequests)];
        QuietOnSuccess = true;
    }

    // The base class does not pass these on, and a failure should lead to its line.
    string? IFactAttribute.SourceFilePath => _sourceFilePath;

    int? IFactAttribute.SourceLineNumber => _sourceLineNumber;
}
