using TokenExchange.Storage.Audit;

namespace TokenExchange.Storage.Tests;

/// <summary>Records and filters by chance, and what a filter means, said without a database.</summary>
internal static class AnyRecord
{
    /// <summary>A record with few different values, nearly in the order of its instant.</summary>
    public static ExchangeRecord Of(Random random, int i)
    {
        string? One(string name) => random.Next(4) is var n and > 0 ? $"{name}-{n}" : null;
        var kind = Enum.GetValues<RecordKind>()[random.Next(8)];
        return new ExchangeRecord
        {
            At = Some.Now.AddSeconds((2 * i) - random.Next(30)), Kind = kind, Reason = kind == RecordKind.Permit ? "permitted" : One("reason") ?? "permitted", ClientId = One("agent"),
            Subject = One("subject"), SubjectIssuer = One("issuer"), Purpose = One("purpose"), Resource = One("resource"), Delegation = One("delegation"), Session = One("session"),
            TokenId = One("token"), ParentTokenId = One("token"), Policy = One("policy"), Source = One("source"), Detail = $"{i}",
        };
    }

    /// <summary>A filter with some conditions, each of which some records meet.</summary>
    public static RecordFilter Filter(Random random)
    {
        string? One(string name) => random.Next(5) == 0 ? $"{name}-{random.Next(1, 4)}" : null;
        return new RecordFilter
        {
            From = random.Next(3) == 0 ? Some.Now.AddSeconds(random.Next(600)) : null, Until = random.Next(3) == 0 ? Some.Now.AddSeconds(random.Next(600)) : null,
            Kinds = random.Next(3) == 0 ? Enum.GetValues<RecordKind>().Where(_ => random.Next(2) == 0).ToHashSet() : null, Reason = random.Next(8) == 0 ? "permitted" : One("reason"),
            ClientId = One("agent"), Subject = One("subject"), SubjectIssuer = One("issuer"), Purpose = One("purpose"), Resource = One("resource"), Delegation = One("delegation"),
            Session = One("session"), TokenId = One("token"), Policy = One("policy"), Source = One("source"),
        };
    }

    /// <summary>What a filter means.</summary>
    public static bool Fits(ExchangeRecord r, RecordFilter f) =>
        (f.From is null || r.At >= f.From) && (f.Until is null || r.At < f.Until) && (f.Kinds is null or { Count: 0 } || f.Kinds.Contains(r.Kind)) && Is(r.Reason, f.Reason)
        && Is(r.ClientId, f.ClientId) && Is(r.Subject, f.Subject) && Is(r.SubjectIssuer, f.SubjectIssuer) && Is(r.Purpose, f.Purpose) && Is(r.Resource, f.Resource)
        && Is(r.Delegation, f.Delegation) && Is(r.Session, f.Session) && (Is(r.TokenId, f.TokenId) || Is(r.ParentTokenId, f.TokenId)) && Is(r.Policy, f.Policy) && Is(r.Source, f.Source);

    private static bool Is(string? value, string? asked) => asked is null || value == asked;
}
