using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace TokenExchange.Client.Tests;

public sealed class ClientAuthenticationTests : IAsyncDisposable
{
    private readonly World _world = new();

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Requirement("RFC 6749", "2.3.1", "Id and secret are form-encoded before they become Basic credentials")]
    [Fact]
    public async Task Id_and_secret_are_form_encoded_before_they_become_basic()
    {
        await _world.Bare(o => (o.ClientId, o.ClientSecret) = ("agent:één", "p&ss w+rd%")).ExchangeAsync(_world.Asked, Now);

        var header = _world.Server.Exchanges.ShouldHaveSingleItem().Authorization.ShouldNotBeNull();
        header.ShouldStartWith("Basic ");
        Encoding.ASCII.GetString(Convert.FromBase64String(header["Basic ".Length..])).ShouldBe("agent%3A%C3%A9%C3%A9n:p%26ss+w%2Brd%25");
    }

    [Fact]
    public async Task A_secret_is_never_in_the_body()
    {
        await _world.Bare().ExchangeAsync(_world.Asked, Now);

        _world.Server.Exchanges.ShouldHaveSingleItem().Form.Keys.ShouldNotContain(k => k.StartsWith("client_", StringComparison.Ordinal));
    }

    [Requirement("RFC 7523", "2.2", "The assertion comes with its registered type")]
    [Requirement("RFC 7521", "5.2", "Issuer and subject are both the client id")]
    [Requirement("RFC 7523", "3", "The assertion is signed by a key of the client")]
    [Requirement("RFC 7523", "3", "The audience is this server, and it alone")]
    [Fact]
    public async Task A_key_signs_an_assertion_the_public_key_verifies()
    {
        var (privateKey, publicKey) = NewKey();
        await _world.Bare(o => (o.ClientSecret, o.ClientKey) = (null, privateKey)).ExchangeAsync(_world.Asked, Now);

        var exchange = _world.Server.Exchanges.ShouldHaveSingleItem();
        exchange.Authorization.ShouldBeNull();
        exchange.Form["client_assertion_type"].ShouldBe("urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
        var assertion = exchange.Form["client_assertion"];
        var parts = assertion.Split('.');
        publicKey.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64UrlEncoder.DecodeBytes(parts[2]), HashAlgorithmName.SHA256).ShouldBeTrue();

        var header = JsonNode.Parse(Base64UrlEncoder.Decode(parts[0]))!;
        JsonNode.DeepEquals(header, new JsonObject { ["alg"] = "ES256", ["kid"] = "key-1", ["typ"] = "client-authentication+jwt" }).ShouldBeTrue(header.ToJsonString());

        var claims = JsonNode.Parse(Base64UrlEncoder.Decode(parts[1]))!.AsObject();
        var jti = claims["jti"]!.GetValue<string>();
        jti.Length.ShouldBe(22);
        var now = _world.Time.GetUtcNow().ToUnixTimeSeconds();
        var expected = new JsonObject { ["iss"] = "inbox-agent", ["sub"] = "inbox-agent", ["aud"] = _world.Server.Url, ["iat"] = now, ["exp"] = now + 60, ["jti"] = jti };
        JsonNode.DeepEquals(claims, expected).ShouldBeTrue(claims.ToJsonString());
    }

    [Requirement("RFC 7523", "3", "The assertion has an id and is good once")]
    [Fact]
    public async Task No_two_assertions_have_the_same_id()
    {
        var bare = _world.Bare(o => (o.ClientSecret, o.ClientKey) = (null, NewKey().Private));

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => bare.ExchangeAsync(_world.Asked, Now)));

        var ids = _world.Server.Exchanges.Select(e => new JsonWebToken(e.Form["client_assertion"]).Id).ToList();
        ids.Distinct(StringComparer.Ordinal).Count().ShouldBe(20);
    }

    internal static (string Private, ECDsa Public) NewKey(string curve = "P-256")
    {
        var key = ECDsa.Create(string.Equals(curve, "P-256", StringComparison.Ordinal) ? ECCurve.NamedCurves.nistP256 : ECCurve.NamedCurves.nistP384);
        var p = key.ExportParameters(includePrivateParameters: true);
        var jwk = new JsonObject
        {
            ["kty"] = "EC",
            ["crv"] = curve,
            ["kid"] = "key-1",
            ["x"] = Base64UrlEncoder.Encode(p.Q.X),
            ["y"] = Base64UrlEncoder.Encode(p.Q.Y),
            ["d"] = Base64UrlEncoder.Encode(p.D),
        };
        return (jwk.ToJsonString(JsonSerializerOptions.Default), key);
    }
}
