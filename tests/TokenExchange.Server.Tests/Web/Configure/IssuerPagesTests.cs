using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Web.Configure;

/// <summary>The pages of trusted issuers: what is right for a demo stands there, and an assertion can be tested without being used up or kept.</summary>
public sealed class IssuerPagesTests
{
    [Fact]
    public async Task A_tested_assertion_is_not_used_up_and_stands_neither_on_the_page_nor_in_a_log_nor_on_record()
    {
        using var lines = new Lines();
        await using var desk = await Desk.OpenAsync(World.Configuration with { Issuers = [World.Configuration.Issuers![0] with { SingleUse = true }] }, builder =>
        {
            foreach (var category in new[] { "Default", "Microsoft.AspNetCore", "Microsoft.EntityFrameworkCore" })
            {
                builder.Configuration[$"Logging:LogLevel:{category}"] = "Trace";
            }

            builder.Logging.ClearProviders().AddProvider(lines);
        });
        var assertion = desk.Server.Assertion();

        var answer = await desk.SendAsync("/admin/issuers/test", "Test it", ("Assertion", assertion), ("Agent", World.InboxAgent));

        answer.Body.ShouldContain("It would be accepted");
        answer.Body.ShouldContain("department");
        lines.All.ShouldContain(l => l.StartsWith("Microsoft.AspNetCore.Mvc", StringComparison.Ordinal) && l.Contains("OnPost", StringComparison.Ordinal));
        foreach (var part in assertion.Split('.')[1..])
        {
            answer.Body.ShouldNotContain(part);
            lines.All.ShouldAllBe(l => !l.Contains(part, StringComparison.Ordinal));
            JsonSerializer.Serialize(await desk.Server.RecordsAsync()).ShouldNotContain(part);
        }

        (await desk.Server.HopAsync(World.InboxAgent, assertion, TokenTypes.Jwt)).Status.ShouldBe(200);
        (await desk.SendAsync("/admin/issuers/test", "Test it", ("Assertion", assertion), ("Agent", World.InboxAgent))).Body.ShouldContain("It would be refused");
        using var auditor = await desk.OtherAsync("otto", Roles.Auditor);
        (await auditor.GetAsync("/admin/issuers/test")).Headers.Location!.AbsolutePath.ShouldBe("/admin/forbidden");
    }

    [Fact]
    public async Task A_newcomer_comes_from_nothing_to_a_token_with_what_the_forms_suggest()
    {
        await using var desk = await Desk.OpenAsync(new ExchangeConfiguration());

        var issuer = await desk.SendAsync("/admin/issuers/new", "Trust it", ("Input.Issuer", World.Idp), ("Input.Keys", "jwks"), ("Input.Jwks", World.IdpKey.Jwks.GetRawText()));
        issuer.Status.ShouldBe(302, issuer.Body);
        (await desk.SendAsync("/admin/resources/new", "Add it", ("Input.Resource", World.Mail), ("Input.Name", "Mail"), ("Input.Scopes[0].Name", "mail.read"), ("Input.Scopes[0].Description", "Read your mail"))).Status.ShouldBe(302);
        var agent = await desk.SendAsync("/admin/agents/new", "Add it", ("Input.ClientId", World.InboxAgent), ("Input.Name", "Inbox agent"));
        var secret = agent.Body.Split("<code class=\"secret\">")[1].Split('<')[0];
        await desk.Server.ApplyAsync(new ExchangeConfiguration { Purposes = [World.Configuration.Purposes![0]], Policies = [World.Permit("triage", World.Triage, World.InboxAgent, "mail.read")] });

        var assertion = desk.Server.Assertion(c => c["aud"] = desk.Server.Issuer);
        var token = await desk.Server.PostAsync(
            "/token", World.InboxAgent, secret, ("grant_type", GrantTypes.TokenExchange), ("subject_token", assertion), ("subject_token_type", TokenTypes.Jwt), ("resource", World.Mail), ("purpose", World.Triage));

        token.Status.ShouldBe(200, token.Body);
    }

    [Fact]
    public async Task An_identity_provider_on_this_machine_is_trusted_with_its_host_named_and_not_without()
    {
        await using var desk = await Desk.OpenAsync(new ExchangeConfiguration());

        var refused = await desk.SendAsync("/admin/issuers/new", "Trust it", ("Input.Issuer", "http://localhost:5091"), ("Input.AllowPrivateHosts", ""));
        refused.Body.ShouldContain("id=\"Input_Issuer-error\"");

        // As the form suggests in Development, where these tests run.
        (await desk.SendAsync("/admin/issuers/new", "Trust it", ("Input.Issuer", "http://localhost:5091"))).Status.ShouldBe(302);
        (await desk.Server.Editor.ExportAsync(default)).Issuers!.Single().ShouldSatisfyAllConditions(
            i => i.AllowPrivateHosts.ShouldBe(["127.0.0.1", "localhost"]), i => i.Audiences.ShouldBe([desk.Server.Issuer]), i => i.Algorithms.ShouldBe(["ES256"]),
            i => i.TokenTypes.ShouldBe(["jwt", "id_token"]), i => i.MaxAssertionAge.ShouldBe(TimeSpan.FromMinutes(10)), i => i.Jwks.ShouldBeNull());
    }

    [Fact]
    public async Task Saving_what_was_loaded_changes_nothing()
    {
        await using var desk = await Desk.OpenAsync(World.WithWorkloads(World.Configuration));
        var before = JsonSerializer.Serialize(await desk.Server.Editor.ExportAsync(default), ConfigurationJson.Compact);

        foreach (var (path, button) in new[] { ("/admin/issuers/edit?id=https%3A%2F%2Fidp.example", "Save"), ("/admin/issuers/edit?id=https%3A%2F%2Fworkloads.example", "Save"), ("/admin/resources/edit?id=https%3A%2F%2Fmail.example", "Save"), ($"/admin/agents/edit?id={World.InboxAgent}", "Save"), ("/admin/agents/edit?id=expired-agent", "Save"), ($"/admin/agents/edit?id={World.KeyAgent}&tab=credentials", "Save"), ($"/admin/agents/edit?id={World.InboxAgent}&tab=credentials", "Save the workloads") })
        {
            (await desk.SendAsync(path, button)).Status.ShouldBe(302, path);
            (await desk.ReadAsync(path)).ShouldContain("It was so already; nothing was changed.", customMessage: path);
        }

        JsonSerializer.Serialize(await desk.Server.Editor.ExportAsync(default), ConfigurationJson.Compact).ShouldBe(before);
    }

    private sealed class Lines : ILoggerProvider
    {
        public ConcurrentQueue<string> All { get; } = [];

        public ILogger CreateLogger(string categoryName) => new Logger(categoryName, this);

        public void Dispose()
        {
        }

        private sealed class Logger(string category, Lines lines) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => lines.All.Enqueue($"{category} {formatter(state, exception)} {exception}");
        }
    }
}
