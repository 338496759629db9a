namespace TokenExchange.Architecture.Tests.Conformance;

/// <summary>One <c>[Requirement]</c> and the test it stands on.</summary>
/// <param name="Specification">The specification.</param>
/// <param name="Section">Its section.</param>
/// <param name="Text">What is required.</param>
/// <param name="Test"><c>Class.Test</c>, or <c>Class</c> where all its tests show it.</param>
/// <param name="Path">The file, from the root of the repository, with slashes.</param>
internal sealed record ProvenRequirement(string Specification, string Section, string Text, string Test, string Path);
