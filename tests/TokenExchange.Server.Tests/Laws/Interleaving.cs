using FsCheck;
using FsCheck.Fluent;

namespace TokenExchange.Server.Tests.Laws;

/// <summary>What is revoked.</summary>
public enum Ended
{
    Token,
    Delegation,
    Session,
}

/// <summary>Somebody asks for a token on the strength of one of the chain, at one of the two nodes.</summary>
/// <param name="From">The token, by its place in the chain.</param>
/// <param name="Further">How many agents further on; 0 is the holder itself, who narrows.</param>
/// <param name="Node">0 or 1.</param>
/// <param name="At">Milliseconds after the start.</param>
public sealed record Beat(int From, int Further, int Node, int At)
{
    public override string ToString() => $"after {At} ms token {From} is {(Further == 0 ? "narrowed" : "handed on")} at node {Node}";
}

/// <summary>A chain of tokens, a revocation somewhere in it, and exchanges before, during and after it.</summary>
public sealed record Interleaving(int Depth, Ended What, int Cut, int RevokingNode, int RevokedAt, IReadOnlyList<Beat> Beats)
{
    public static Arbitrary<Interleaving> Interleavings() => Arb.From(
        from depth in Gen.Choose(1, 6)
        from what in Gen.Frequency((3, Gen.Constant(Ended.Token)), (1, Gen.Constant(Ended.Delegation)), (1, Gen.Constant(Ended.Session)))
        from cut in Gen.Choose(0, depth - 1)
        from node in Gen.Choose(0, 1)
        from at in Gen.Choose(0, 30)
        from beats in BeatOf(depth).ListOf(8)
        select new Interleaving(depth, what, cut, node, at, [.. beats]),
        Smaller);

    private static Gen<Beat> BeatOf(int depth) =>
        from held in Gen.Choose(0, depth - 1)
        from further in Gen.Frequency((1, Gen.Constant(0)), (3, Gen.Choose(1, 4)))
        from node in Gen.Choose(0, 1)
        from at in Gen.Choose(0, 60)
        select new Beat(held, further, node, at);

    private static IEnumerable<Interleaving> Smaller(Interleaving i) =>
    [
        .. i.Beats.Select(b => i with { Beats = [.. i.Beats.Where(x => !ReferenceEquals(x, b))] }),
        .. i.Depth > 1 ? new[] { i with { Depth = i.Depth - 1, Cut = Math.Min(i.Cut, i.Depth - 2), Beats = [.. i.Beats.Select(b => b with { From = Math.Min(b.From, i.Depth - 2) })] } } : [],
    ];

    public override string ToString() =>
        $"a chain of {Depth}; after {RevokedAt} ms {(What == Ended.Token ? $"token {Cut}" : $"the {What}")} is revoked at node {RevokingNode}; {string.Join("; ", Beats)}";
}
