namespace TokenExchange.Conformance;

/// <summary>
/// A requirement of a specification that a test, or all tests of a class, show to be met. <c>docs/conformance.md</c> is written from these. In the source it
/// stands alone on one line with three plain strings, because that is where it is read.
/// </summary>
/// <param name="specification">E.g. <c>RFC 8693</c>; one that the page knows.</param>
/// <param name="section">E.g. <c>2.2.2</c>, or for ASVS the requirement's id, e.g. <c>V9.1.1</c>.</param>
/// <param name="text">What is required, in our words. Tests that show the same say it in the same words.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true)]
internal sealed class RequirementAttribute(string specification, string section, string text) : Attribute
{
    public string Specification { get; } = specification;

    public string Section { get; } = section;

    public string Text { get; } = text;
}
