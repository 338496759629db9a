using System.Net;
using System.Text.Json.Nodes;
using DemoIdp;
using TokenExchange.Client;
using TokenExchange.Storage.Audit;

namespace Demo;

/// <summary>The story: alice lends her session to an agent that sorts her inbox.</summary>
internal static class Story
{
    private const string Triage = "inbox.triage";

    /// <summary>Tells it; returns how many steps failed.</summary>
    public static async Task<int> TellAsync(DemoWorld world)
    {
        var teller = new Teller();
        var (inboxAgent, summaryAgent, archiveAgent) = (world.ClientOf(DemoWorld.InboxAgentId), world.ClientOf(DemoWorld.SummaryAgentId), world.ClientOf(DemoWorld.ArchiveAgentId));
        var (assertion, first, second, live) = (string.Empty, string.Empty, string.Empty, string.Empty);

        ExchangeParameters Lend(string purpose = Triage, string? resource = null, params string[] scopes) =>
            new(SubjectToken.Jwt(assertion), resource ?? world.Mail) { Purpose = purpose, Scopes = scopes };
        ExchangeParameters HandOn(string token, params string[] scopes) => new(SubjectToken.ActorToken(token), world.Mail) { Purpose = Triage, Scopes = scopes };

        await teller.StepAsync("The parties run, each on a port of its own", async () =>
        {
            foreach (var (name, url) in new[] { ("exchange server", world.Exchange + "/health/ready"), ("identity provider", world.Idp + "/.well-known/openid-configuration") })
            {
                using var response = await world.Http.GetAsync(url);
                teller.Expect(response.IsSuccessStatusCode, $"the {name} answers at {url}");
            }

            using var mail = await world.Http.GetAsync(world.Mail + "/messages");
            teller.Expect(mail.StatusCode == HttpStatusCode.Unauthorized, $"the mail API wants a token: {mail.Headers.WwwAuthenticate}");
        });

        await teller.StepAsync("Alice signs in; her identity provider asserts her session", async () =>
        {
            using var response = await world.Http.PostAsJsonAsync(world.Idp + "/assertion", new AssertionRequest("alice", world.Exchange));
            assertion = (string)(await response.Content.ReadFromJsonAsync<JsonObject>())!["assertion"]!;
            Teller.Show("the session assertion", assertion);
            teller.Expect(Teller.Claims(assertion)["act"] is null, "it stands for alice alone: there is no actor in it");
        });

        await teller.StepAsync("The assertion alone is useless at the mail API", async () =>
        {
            var (status, challenge, _) = await world.MailAsync(HttpMethod.Get, "/messages", assertion);
            teller.Expect(status == HttpStatusCode.Unauthorized, $"401 {challenge}");
        });

        await teller.StepAsync("The inbox agent exchanges it, to sort the inbox, for reading only", async () =>
        {
            first = Teller.ExpectToken(await inboxAgent.ExchangeAsync(Lend(scopes: "mail.read")));
            var claims = Teller.Claims(first);
            teller.Expect((string)claims["sub"]! == "alice", "sub: alice is still the subject");
            teller.Expect((string)claims["act"]!["sub"]! == DemoWorld.InboxAgentId, "act: the inbox agent acts");
            teller.Expect((string)claims["purpose"]! == Triage && (string)claims["scope"]! == "mail.read", "bound to one purpose, and no wider than asked for");
            teller.Expect((long)claims["exp"]! - (long)claims["iat"]! == 300, "it dies in five minutes");
        });

        await teller.StepAsync("The mail API honours the token, and knows who acts", async () =>
        {
            var (status, _, body) = await world.MailAsync(HttpMethod.Get, "/messages", first);
            teller.Expect(status == HttpStatusCode.OK, $"200 {JsonNode.Parse(body)!["by"]!.ToJsonString()}");
            (status, var challenge, _) = await world.MailAsync(HttpMethod.Post, "/messages/1/label", first, new { label = "later" });
            teller.Expect(status == HttpStatusCode.Forbidden, $"but labelling takes a scope it lacks: 403 {challenge}");
        });

        await teller.StepAsync("The agent as people write it: three lines around an HttpClient", async () =>
        {
            using var response = await world.Http.PostAsJsonAsync(world.Agent + "/triage", new { subjectToken = assertion });
            var done = await response.Content.ReadAsStringAsync();
            teller.Expect(response.IsSuccessStatusCode, $"{(int)response.StatusCode} {done}");
        });

        await teller.StepAsync("A scope beyond the purpose is refused", async () =>
            teller.ExpectRefusal(await inboxAgent.ExchangeAsync(Lend(scopes: ["mail.read", "mail.send"])), "invalid_scope", "scope_not_permitted"));

        await teller.StepAsync("Another resource is refused", async () =>
            teller.ExpectRefusal(await inboxAgent.ExchangeAsync(Lend(resource: DemoWorld.Calendar)), "invalid_target", "resource_not_permitted"));

        await teller.StepAsync("Another purpose is refused", async () =>
            teller.ExpectRefusal(await inboxAgent.ExchangeAsync(Lend(purpose: "mail.answer")), "invalid_request", "purpose_not_permitted"));

        await teller.StepAsync("The same purpose for a user the policy does not cover is refused", async () =>
        {
            using var response = await world.Http.PostAsJsonAsync(world.Idp + "/assertion", new AssertionRequest("bob", world.Exchange));
            var bobs = (string)(await response.Content.ReadFromJsonAsync<JsonObject>())!["assertion"]!;
            teller.ExpectRefusal(await inboxAgent.ExchangeAsync(new(SubjectToken.Jwt(bobs), world.Mail) { Purpose = Triage }), "invalid_request", "purpose_not_permitted");
        });

        await teller.StepAsync("An unknown agent is refused", async () =>
            teller.ExpectRefusal(await world.ClientOf("stranger").ExchangeAsync(Lend()), "invalid_client", "client_authentication_failed"));

        await teller.StepAsync("A second hop: the inbox agent hands on to the summary agent", async () =>
        {
            first = Teller.ExpectToken(await inboxAgent.ExchangeAsync(Lend()));
            teller.Expect((string)Teller.Claims(first)["may_act"]!["sub"]! == DemoWorld.SummaryAgentId, "may_act: the first token names who may be next");
            second = Teller.ExpectToken(await summaryAgent.ExchangeAsync(HandOn(first)));
            var (before, after) = (Teller.Claims(first), Teller.Claims(second));
            teller.Expect((string)after["act"]!["sub"]! == DemoWorld.SummaryAgentId && (string)after["act"]!["act"]!["sub"]! == DemoWorld.InboxAgentId, "act: the summary agent, and nested in it the inbox agent");
            teller.Expect((string)before["scope"]! == "mail.label mail.read" && (string)after["scope"]! == "mail.read", "narrower: reading is left of reading and labelling");
            teller.Expect((string)before["txn"]! == (string)after["txn"]! && (string)after["sub"]! == "alice", "the same delegation (txn), the same user");
            var (status, _, body) = await world.MailAsync(HttpMethod.Get, "/messages", second);
            teller.Expect(status == HttpStatusCode.OK, $"the mail API sees the whole chain: {JsonNode.Parse(body)!["by"]!.ToJsonString()}");
        });

        await teller.StepAsync("What was given away does not come back", async () =>
            teller.ExpectRefusal(await summaryAgent.ExchangeAsync(HandOn(second, "mail.label")), "invalid_scope", "scope_not_permitted"));

        await teller.StepAsync("A third hop is refused: the chain may be two actors deep", async () =>
            teller.ExpectRefusal(await archiveAgent.ExchangeAsync(HandOn(second)), "invalid_request", "chain_not_extendable"));

        await teller.StepAsync("A token that was found is no good to another agent", async () =>
            teller.ExpectRefusal(await archiveAgent.ExchangeAsync(HandOn(first)), "invalid_request", "actor_not_named"));

        await teller.StepAsync("Time passes, and a short-lived token expires", async () =>
        {
            var peek = Teller.ExpectToken(await inboxAgent.ExchangeAsync(Lend(purpose: "inbox.peek")));
            var expires = DateTimeOffset.FromUnixTimeSeconds((long)Teller.Claims(peek)["exp"]!);
            await Task.Delay(expires - DateTimeOffset.UtcNow + TimeSpan.FromSeconds(0.2));
            var narrower = new ExchangeParameters(SubjectToken.ActorToken(peek), world.Mail) { Purpose = "inbox.peek" };
            teller.ExpectRefusal(await inboxAgent.ExchangeAsync(narrower), "invalid_request", "subject_token_expired");
            var (_, body) = await world.PostAsync("/introspect", "mail-api", ("token", peek));
            teller.Expect(body == """{"active":false}""", $"introspection says {body}");
            var (status, challenge, _) = await world.MailAsync(HttpMethod.Get, "/messages", peek);
            teller.Expect(status == HttpStatusCode.Unauthorized, $"and the mail API 401 {challenge}");
        });

        await teller.StepAsync("The inbox agent's token is revoked; the second hop dies with it", async () =>
        {
            var (status, _) = await world.PostAsync("/revoke", DemoWorld.InboxAgentId, ("token", first));
            teller.Expect(status == HttpStatusCode.OK, "the revocation answers 200");
            foreach (var (name, token) in new[] { ("first", first), ("second", second) })
            {
                var (inTime, answer) = await world.MailAnswersAsync(HttpStatusCode.Unauthorized, token);
                teller.Expect(inTime, $"the {name} token at the mail API: {answer}");
            }

            teller.ExpectRefusal(await summaryAgent.ExchangeAsync(HandOn(second)), "invalid_request", "subject_token_revoked");
        });

        await teller.StepAsync("A policy is narrowed while a token lives, and opened again", async () =>
        {
            live = Teller.ExpectToken(await inboxAgent.ExchangeAsync(Lend()));
            teller.Expect((await world.MailAnswersAsync(HttpStatusCode.OK, live)).InTime, "the token is good at the mail API");
            await world.ApplyAsync("mail.label");
            var (inTime, answer) = await world.MailAnswersAsync(HttpStatusCode.Forbidden, live);
            teller.Expect(inTime, $"and no longer good for reading, minutes before it expires: {answer}");
            await world.ApplyAsync("mail.read", "mail.label");
            teller.Expect((await world.MailAnswersAsync(HttpStatusCode.OK, live)).InTime, "good again");
        });

        await teller.StepAsync("Alice signs out at her identity provider; what was lent from that session ends with it", async () =>
        {
            using var response = await world.Http.PostAsJsonAsync(world.Idp + "/sign-out", new SignOutRequest("alice"));
            teller.Expect(response.IsSuccessStatusCode, "the identity provider tells the exchange server, which takes it");
            var (inTime, answer) = await world.MailAnswersAsync(HttpStatusCode.Unauthorized, live);
            teller.Expect(inTime, $"the mail API has heard of it: {answer}");
            teller.ExpectRefusal(await inboxAgent.ExchangeAsync(Lend()), "invalid_request", "subject_token_revoked");
        });

        await teller.StepAsync("Alice signs in again, and an administrator stops the agent, for everybody", async () =>
        {
            using var response = await world.Http.PostAsJsonAsync(world.Idp + "/assertion", new AssertionRequest("alice", world.Exchange));
            assertion = (string)(await response.Content.ReadFromJsonAsync<JsonObject>())!["assertion"]!;
            live = Teller.ExpectToken(await inboxAgent.ExchangeAsync(Lend()));
            teller.Expect((await world.MailAnswersAsync(HttpStatusCode.OK, live)).InTime, "a new session can be lent anew");
            var (status, reach) = await world.AdministerAsync("/admin/api/revocations", new { kind = "agent", id = DemoWorld.InboxAgentId, reason = "it misbehaves" });
            teller.Expect(status == HttpStatusCode.OK, $"the revocation says what it ended: {reach}");
            var (inTime, answer) = await world.MailAnswersAsync(HttpStatusCode.Unauthorized, live);
            teller.Expect(inTime, $"the mail API, which asks nobody per request, has heard of it: {answer}");
        });

        await teller.StepAsync("All of it is on record", async () =>
        {
            var records = await world.Server.GetRequiredService<ExchangeLedger>().ReadLatestAsync(100, default);
            Teller.Show(records);
            teller.Expect(records.Count(r => r.Kind == RecordKind.Permit) == 7, "seven permits");
            teller.Expect(records.Count(r => r.Kind == RecordKind.Refusal) == 11, "eleven refusals, each with the rule that refused");
            teller.Expect(records.Count(r => r.Kind == RecordKind.Revocation) == 3, "three revocations");
            teller.Expect(!records.Any(r => r.ToString().Contains(first.Split('.')[2], StringComparison.Ordinal)), "no record holds a token");
        });

        teller.End();
        return teller.Failed;
    }
}
