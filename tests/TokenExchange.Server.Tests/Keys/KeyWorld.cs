using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Exchange;
using TokenExchange.Server.Keys;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Keys;

/// <summary>How tests turn the keys and see which one is used.</summary>
internal static class KeyWorld
{
    public static readonly Caller Ops = new(World.Ops, System.Net.IPAddress.Loopback);

    public static KeyRotation Rotation(this RunningServer server) => server.Services.GetRequiredService<KeyRotation>();

    public static async Task<KeyStatus> RotateAsync(this RunningServer server, TimeSpan? lead = null) =>
        (await server.Rotation().RotateAsync(Ops, lead, default)).ShouldBeOfType<KeyRotationOutcome.Rotated>().Next;

    /// <summary>The published keys, in the order of the document.</summary>
    public static async Task<string[]> KeyIdsAsync(HttpClient http) => [.. JsonNode.Parse(await http.GetStringAsync("/jwks"))!["keys"]!.AsArray().Select(k => (string)k!["kid"]!)];

    /// <summary>Which key signed it.</summary>
    public static string SignerOf(string jwt) => (string)Jwt.Header(jwt)["kid"]!;

    /// <summary>Which key signs at the moment, in everything that is signed.</summary>
    public static async Task<string> SignerAsync(this RunningServer server)
    {
        var token = await server.FirstTokenAsync();
        var api = (await server.PostAsync("/token", World.MailApi, World.Secret, ("grant_type", GrantTypes.ClientCredentials))).AccessToken;
        using var question = new HttpRequestMessage(HttpMethod.Post, "/introspect") { Content = new FormUrlEncodedContent([new("token", token), new("client_id", World.MailApi), new("client_secret", World.Secret)]) };
        question.Headers.TryAddWithoutValidation("Accept", "application/token-introspection+jwt");
        var introspection = (await server.SendAsync(question)).Body;
        var bundle = (await server.ApiAsync(HttpMethod.Get, "/policies/bundle?resource=https://mail.example", api)).Body;
        var receiver = await Events.Receiver.CreateAsync(server.Http, api);
        var told = (await receiver.PollAsync())[0].Set;
        (await server.ApiAsync(HttpMethod.Delete, $"/ssf/streams?stream_id={receiver.StreamId}", api)).Status.ShouldBe(204);
        string[] all = [token, api, introspection, bundle, told];
        return all.Select(SignerOf).Distinct(StringComparer.Ordinal).ShouldHaveSingleItem();
    }

    public static async Task<string> ActiveKeyAsync(this RunningServer server) => (await server.Rotation().ListAsync(default)).Single(k => k.State == KeyState.Active).KeyId;
}
