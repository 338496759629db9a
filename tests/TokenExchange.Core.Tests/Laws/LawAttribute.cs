using System.Runtime.CompilerServices;
using FsCheck.Xunit;
using Xunit.v3;

namespace TokenExchange.Core.Tests.Laws;

/// <summary>
/// A statement that holds for every generated case: 1,000 of them, or more where the environment variable <c>TOKENEXCHANGE_PROPERTY_CASES</c> says so.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LawAttribute : PropertyAttribute, IFactAttribute
{
    private const int LeastCases = 1_000;

    private readonly string? _sourceFilePath;
    private readonly int _sourceLineNumber;

    public LawAttribute([CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
    {
        (_sourceFilePath, _sourceLineNumber) = (sourceFilePath, sourceLineNumber);
        MaxTest = int.TryParse(Environment.GetEnvironmentVariable("TOKENEXCHANGE_PROPERTY_CASES"), out var cases) ? Math.Max(cases, LeastCases) : LeastCases;
        Arbitrary = [typeof(Generators)];
        QuietOnSuccess = true;
    }

    // The base class does not pass these on, and a failing law should lead to its line.
    string? IFactAttribute.SourceFilePath => _sourceFilePath;

    int? IFactAttribute.SourceLineNumber => _sourceLineNumber;
}
