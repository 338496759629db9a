using System.Runtime.CompilerServices;
using FsCheck;
using FsCheck.Fluent;
using TokenExchange.Properties;
using Xunit.v3;

namespace TokenExchange.Core.Tests.Laws;

/// <summary>
/// A statement that holds for every generated case: 10,000 of them, or as many as the environment variable <c>TOKENEXCHANGE_PROPERTY_CASES</c> says.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LawAttribute : LocatedPropertyAttribute, ITraitAttribute
{
    private readonly string? _law;

    /// <param name="law">Which of the laws L1 to L9 of the design it belongs to; null when to none of them. Tests of one law run with <c>--filter-trait Law=L3</c>.</param>
    /// <param name="sourceFilePath">Filled in by the compiler.</param>
    /// <param name="sourceLineNumber">Filled in by the compiler.</param>
    public LawAttribute(string? law = null, [CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
        : base(sourceFilePath, sourceLineNumber)
    {
        _law = law;
        MaxTest = Cases.Each;
        Arbitrary = [typeof(Generators)];
        QuietOnSuccess = true;
    }

    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => _law is null ? [] : [KeyValuePair.Create("Law", _law)];
}

/// <summary>How many cases a law is tried on, and where they come from.</summary>
internal static class Cases
{
    private const int Usual = 10_000;

    private static readonly string? s_written = Environment.GetEnvironmentVariable("TOKENEXCHANGE_PROPERTY_CASES");

    public static int Each { get; } = int.TryParse(s_written, out var cases) && cases > 0 ? cases : Usual;

    /// <summary>
    /// In the usual run the laws of one kind are tried on the same cases, new ones in every run: making up a story takes far longer than judging it. Where
    /// somebody asked for a number, every law makes up its own.
    /// </summary>
    public static Gen<T> SharedBetweenLaws<T>(Gen<T> generator)
    {
        if (s_written is not null)
        {
            return generator;
        }

        var shared = new Lazy<T[]>(() => [.. generator.Sample(Usual)]);
        var next = -1;
        return Gen.Fresh(() => shared.Value[(uint)Interlocked.Increment(ref next) % Usual]);
    }
}
