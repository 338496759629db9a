using System.Text.Json.Nodes;

namespace TokenExchange.Server.Tests.Hostile.Jwts;

/// <summary>Every bad JWT, once; <see cref="Place"/> says where each is tried.</summary>
internal static class JwtCorpus
{
    public static IReadOnlyDictionary<string, BadJwt> All { get; } =
        new[] { JwtAlgorithms.Rows, JwtKeys.Rows, JwtForms.Rows, JwtSignatures.Rows, JwtTypes.Rows, JwtClaims.Rows }
            .SelectMany(rows => rows).ToDictionary(row => row.Name, StringComparer.Ordinal);

    public static BadJwt Header(string name, Refusals refusals, Action<JsonObject> change) => new(name, refusals, d =>
    {
        change(d.Header);
        return d.Sign();
    });

    public static BadJwt Header(string name, Refusals refusals, string member, JsonNode? value) => new(name, refusals, d =>
    {
        d.Header[member] = value?.DeepClone();
        return d.Sign();
    });

    public static BadJwt Payload(string name, Refusals refusals, Action<Draft> change) => new(name, refusals, d =>
    {
        change(d);
        return d.Sign();
    });

    public static BadJwt Payload(string name, Refusals refusals, string claim, JsonNode? value) => new(name, refusals, d =>
    {
        d.Payload[claim] = value?.DeepClone();
        return d.Sign();
    });
}
