using Mono.Cecil;
using Mono.Cecil.Cil;

namespace TokenExchange.Architecture.Tests;

/// <summary>
/// What the code of one type mentions, compiler-made members included. ArchUnitNET leaves those out, and with them all of <c>Program.cs</c>:
/// top-level statements compile to a method called <c>&lt;Main&gt;$</c>.
/// </summary>
internal static class TopLevelStatements
{
    /// <summary>Each type mentioned, as <c>[assembly]Full.Name</c>.</summary>
    public static IReadOnlyList<string> TypesMentionedBy(System.Reflection.Assembly assembly, string typeName)
    {
        using var module = ModuleDefinition.ReadModule(assembly.Location);
        return
        [
            .. WithNested(module.GetType(typeName))
                .SelectMany(type => type.Methods)
                .Where(method => method.HasBody)
                .SelectMany(method => method.Body.Variables.Select(variable => variable.VariableType).Concat(method.Body.Instructions.SelectMany(Mentions)))
                .SelectMany(WithArguments)
                .Select(type => $"[{type.Scope.Name}]{type.FullName}")
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
        ];
    }

    private static IEnumerable<TypeDefinition> WithNested(TypeDefinition type) => type.NestedTypes.SelectMany(WithNested).Prepend(type);

    private static IEnumerable<TypeReference> Mentions(Instruction instruction) => instruction.Operand switch
    {
        TypeReference type => [type],
        GenericInstanceMethod method => [.. method.GenericArguments, .. Signature(method)],
        MethodReference method => Signature(method),
        FieldReference field => [field.DeclaringType, field.FieldType],
        _ => [],
    };

    private static IEnumerable<TypeReference> Signature(MethodReference method) =>
        [method.DeclaringType, method.ReturnType, .. method.Parameters.Select(parameter => parameter.ParameterType)];

    private static IEnumerable<TypeReference> WithArguments(TypeReference type) => type switch
    {
        GenericInstanceType generic => generic.GenericArguments.SelectMany(WithArguments).Append(generic.ElementType),
        TypeSpecification wrapped => WithArguments(wrapped.ElementType),
        GenericParameter => [],
        _ => [type],
    };
}
