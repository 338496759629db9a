using Microsoft.Extensions.Logging;
using TokenExchange.Server.Administrators;

namespace TokenExchange.Server.Tests.Administrators;

/// <summary>L9 for administrators: of what they sign in with, nothing usable is at rest, on record or in a log.</summary>
public sealed class SecretTests
{
    [Fact]
    [Trait("Law", "L9")]
    public async Task L9_No_password_code_key_link_or_session_is_at_rest_or_in_a_log()
    {
        using var lines = new Lines();
        await using var server = await AdminWorld.StartAsync(builder =>
        {
            builder.Configuration["Logging:LogLevel:Default"] = "Trace";
            builder.Configuration["Logging:Lines:LogLevel:Default"] = "Trace";
            builder.Logging.ClearProviders().AddProvider(lines);
        });
        var setup = AdminWorld.CodeOf((await server.FirstRun().OpenAsync(default))!);
        await server.FirstRun().CreateAsync(setup, "boss", null, "first of all passwords", null, default);
        var alice = await server.AppointAsync("alice");
        var reset = (AdministratorOutcome.Invited)await server.EditAsync(e => e.ResetPasswordAsync(alice.Id, null, AdministratorEditor.Command, default));
        await server.WithAsync<Invitations, PasswordOutcome>(i => i.AcceptAsync(AdminWorld.CodeOf(reset.Link), AdminWorld.Password, null, default));
        using var browser = await server.SignedInAsync("alice");
        var (key, codes) = await server.SetUpAuthenticatorAsync(browser);
        var offered = (string)(await browser.PostAsync("/try/own/offer", ("password", AdminWorld.Password))).Json["key"]!;
        using var other = new Browser(server.Issuer);
        await other.SignInAsync("alice", "a wrong guess of words");
        await other.SignInAsync("the password in the field of the name", "alice");
        await other.SignInAsync("alice");
        await other.PostAsync("/try/code", ("code", "no such code at all"));
        await other.PostAsync("/try/recovery", ("code", codes[0]));
        await browser.PostAsync("/try/own/password", ("password", AdminWorld.Password), ("newPassword", "the last of all passwords"));
        (await other.SignInAsync("alice", "the last of all passwords")).ShouldBe("SecondFactorNeeded");
        string[] secrets =
        [
            setup, AdminWorld.CodeOf(reset.Link), AdminWorld.Password, "first of all passwords", "a wrong guess of words", "the password in the field", "the last of all passwords", "no such code at all",
            key, offered, .. codes, .. codes.Select(c => c.Replace("-", string.Empty, StringComparison.Ordinal)), browser.Cookies["exchange-admin"], other.Cookies["exchange-admin-second"],
        ];

        lines.All.ShouldContain(l => l.StartsWith("Microsoft.EntityFrameworkCore", StringComparison.Ordinal) && l.Contains("Administrators", StringComparison.Ordinal));
        lines.All.Where(l => secrets.Any(s => l.Contains(s, StringComparison.Ordinal))).ShouldBeEmpty();
        var texts = await server.DatabaseTextsAsync();
        texts.ShouldContain(t => t.Contains("second factor", StringComparison.Ordinal) || t.Contains("authenticator app set up", StringComparison.Ordinal));
        secrets.Where(s => texts.Any(t => t.Contains(s, StringComparison.Ordinal))).ShouldBeEmpty();
    }
}
