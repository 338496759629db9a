using System.Runtime.CompilerServices;
using FsCheck.Xunit;
using Xunit.v3;

namespace TokenExchange.Properties;

/// <summary>A property whose failure leads to its line: the base class does not pass that on.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal class LocatedPropertyAttribute : PropertyAttribute, IFactAttribute
{
    private readonly string? _sourceFilePath;
    private readonly int _sourceLineNumber;

    public LocatedPropertyAttribute([CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1) =>
        (_sourceFilePath, _sourceLineNumber) = (sourceFilePath, sourceLineNumber);

    string? IFactAttribute.SourceFilePath => _sourceFilePath;

    int? IFactAttribute.SourceLineNumber => _sourceLineNumber;

    /// <summary>What an environment variable says, or else what is usual.</summary>
    protected static int CasesBy(string variable, int usual) => int.TryParse(Environment.GetEnvironmentVariable(variable), out var cases) && cases > 0 ? cases : usual;
}
