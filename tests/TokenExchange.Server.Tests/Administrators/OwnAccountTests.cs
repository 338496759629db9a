using TokenExchange.Server.Administrators;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Administrators;

/// <summary>What administrators change of their own account asks for the password again, and ends their other sessions.</summary>
public sealed class OwnAccountTests
{
    [Fact]
    public async Task Guesses_at_the_code_of_an_app_that_is_offered_count_are_on_record_and_end_with_the_offer()
    {
        await using var server = await AdminWorld.StartAsync();
        var alice = await server.AppointAsync("alice");
        using var browser = await server.SignedInAsync("alice");
        var key = (string)(await browser.PostAsync("/try/own/offer", ("password", AdminWorld.Password))).Json["key"]!;
        for (var i = 0; i < SignInAttempts.Most; i++)
        {
            await browser.PostAsync("/try/own/confirm", ("code", "000000"));
            (await server.LastRecordAsync()).ShouldSatisfyAllConditions(r => r.Reason.ShouldBe("second_factor_wrong"), r => r.ClientId.ShouldBe("admin:alice"), r => r.Detail.ShouldBe("to set up an app"));
        }

        await browser.PostAsync("/try/own/confirm", ("code", server.CodeOf(key)));
        (await server.LastRecordAsync()).Reason.ShouldBe("locked_out");
        (await server.ReadAsync(alice.Id)).HasSecondFactor.ShouldBeFalse();

        server.Clock.Advance(SignInAttempts.ClosedFor);
        await browser.PostAsync("/try/own/confirm", ("code", server.CodeOf(key)));
        (await server.ReadAsync(alice.Id)).HasSecondFactor.ShouldBeFalse("the offer is over");

        key = (string)(await browser.PostAsync("/try/own/offer", ("password", AdminWorld.Password))).Json["key"]!;
        await browser.PostAsync("/try/own/confirm", ("code", server.CodeOf(key)));
        (await server.ReadAsync(alice.Id)).HasSecondFactor.ShouldBeTrue();
    }

    [Fact]
    public async Task Another_password_is_set_with_the_present_one_and_ends_the_other_sessions()
    {
        await using var server = await AdminWorld.StartAsync();
        await server.AppointAsync("alice");
        using var browser = await server.SignedInAsync("alice");
        using var elsewhere = await server.SignedInAsync("alice");

        (await browser.PostAsync("/try/own/password", ("password", "wrong"), ("newPassword", "another green bottle"))).Body.ShouldBe("Wrong");
        (await server.LastRecordAsync()).ShouldSatisfyAllConditions(r => r.Reason.ShouldBe("password_wrong"), r => r.ClientId.ShouldBe("admin:alice"), r => r.Detail.ShouldBe("to change the account"));
        (await browser.PostAsync("/try/own/password", ("password", AdminWorld.Password), ("newPassword", "short"))).Body.ShouldBe("Invalid");
        (await browser.PostAsync("/try/own/password", ("password", AdminWorld.Password), ("newPassword", "another green bottle"))).Body.ShouldBe("Done");

        (await server.LastRecordAsync()).ShouldSatisfyAllConditions(
            r => r.Reason.ShouldBe("administrator_changed"), r => r.ClientId.ShouldBe("admin:alice"), r => r.Detail.ShouldBe("alice: password changed"));
        (await browser.WhoAsync()).ShouldNotBeNull();
        (await elsewhere.WhoAsync()).ShouldBeNull();
        (await elsewhere.SignInAsync("alice")).ShouldBe("Refused");
        (await elsewhere.SignInAsync("alice", "another green bottle")).ShouldBe("SignedIn");
    }

    [Fact]
    public async Task Who_finds_a_screen_unlocked_cannot_guess_the_password_there()
    {
        await using var server = await AdminWorld.StartAsync();
        await server.AppointAsync("alice");
        using var browser = await server.SignedInAsync("alice");
        for (var attempt = 0; attempt < SignInAttempts.Most; attempt++)
        {
            await browser.PostAsync("/try/own/remove", ("password", $"guess {attempt}"));
        }

        (await browser.PostAsync("/try/own/password", ("password", AdminWorld.Password), ("newPassword", "another green bottle"))).Body.ShouldBe("Wrong");

        (await server.LastRecordAsync()).Reason.ShouldBe("locked_out");
    }

    [Fact]
    public async Task An_app_counts_once_a_code_of_it_was_seen()
    {
        await using var server = await AdminWorld.StartAsync();
        var alice = await server.AppointAsync("alice");
        using var browser = await server.SignedInAsync("alice");
        var offered = (await browser.PostAsync("/try/own/offer", ("password", AdminWorld.Password))).Json;
        var key = (string)offered["key"]!;
        ((string)offered["uri"]!).ShouldBe($"otpauth://totp/127.0.0.1%3Aalice?secret={key}&issuer=127.0.0.1&algorithm=SHA1&digits=6&period=30");

        ((string)(await browser.PostAsync("/try/own/confirm", ("code", "000000"))).Json["key"]!).ShouldBe(key, "the app is still offered");
        (await server.ReadAsync(alice.Id)).HasSecondFactor.ShouldBeFalse();
        (await browser.PostAsync("/try/own/codes", ("password", AdminWorld.Password))).Body.ShouldBe("{}", "there is nothing to recover yet");
        (await browser.PostAsync("/try/own/confirm", ("code", server.CodeOf(key)))).Json["codes"]!.AsArray().Count.ShouldBe(10);

        (await server.ReadAsync(alice.Id)).HasSecondFactor.ShouldBeTrue();
        (await server.LastRecordAsync()).Detail.ShouldBe("alice: authenticator app set up");
        (await browser.PostAsync("/try/own/confirm", ("code", server.CodeOf(key)))).Body.ShouldBe("{}", "it is no longer offered");
        using var other = new Browser(server.Issuer);
        (await other.SignInAsync("alice")).ShouldBe("SecondFactorNeeded");
        (await other.PostAsync("/try/code", ("code", server.CodeOf(key)))).Body.ShouldBe("Refused", "the code was used to set the app up");
        server.Clock.Advance(TimeSpan.FromMinutes(1));
        (await other.PostAsync("/try/code", ("code", server.CodeOf(key)))).Body.ShouldBe("SignedIn");
    }

    [Fact]
    public async Task The_present_app_counts_until_the_next_one_does()
    {
        await using var server = await AdminWorld.StartAsync();
        await server.AppointAsync("alice");
        using var browser = await server.SignedInAsync("alice");
        var (first, codes) = await server.SetUpAuthenticatorAsync(browser);
        var second = (string)(await browser.PostAsync("/try/own/offer", ("password", AdminWorld.Password))).Json["key"]!;
        server.Clock.Advance(TimeSpan.FromMinutes(1));
        using var other = new Browser(server.Issuer);
        await other.SignInAsync("alice");
        (await other.PostAsync("/try/code", ("code", server.CodeOf(second)))).Body.ShouldBe("Refused");
        (await other.PostAsync("/try/code", ("code", server.CodeOf(first)))).Body.ShouldBe("SignedIn");
        server.Clock.Advance(TimeSpan.FromMinutes(1));

        (await browser.PostAsync("/try/own/confirm", ("code", server.CodeOf(second)))).Json["codes"]!.AsArray().Count.ShouldBe(10);

        server.Clock.Advance(TimeSpan.FromMinutes(1));
        await other.SignInAsync("alice");
        (await other.PostAsync("/try/code", ("code", server.CodeOf(first)))).Body.ShouldBe("Refused");
        (await other.PostAsync("/try/recovery", ("code", codes[0]))).Body.ShouldBe("Refused");
        (await other.PostAsync("/try/code", ("code", server.CodeOf(second)))).Body.ShouldBe("SignedIn");
    }

    [Fact]
    public async Task Recovery_codes_are_renewed_and_the_second_factor_is_removed_with_the_password()
    {
        await using var server = await AdminWorld.StartAsync();
        await server.AppointAsync("alice");
        using var browser = await server.SignedInAsync("alice");
        var (_, old) = await server.SetUpAuthenticatorAsync(browser);
        (await browser.PostAsync("/try/own/codes", ("password", "wrong"))).Body.ShouldBe("{}");
        var codes = (await browser.PostAsync("/try/own/codes", ("password", AdminWorld.Password))).Json["codes"]!.AsArray().Select(c => (string)c!).ToList();
        codes.Intersect(old, StringComparer.Ordinal).ShouldBeEmpty();
        using var other = new Browser(server.Issuer);
        await other.SignInAsync("alice");
        (await other.PostAsync("/try/recovery", ("code", old[0]))).Body.ShouldBe("Refused");
        (await other.PostAsync("/try/recovery", ("code", codes[0]))).Body.ShouldBe("SignedIn");

        (await browser.PostAsync("/try/own/remove", ("password", "wrong"))).Body.ShouldBe("Wrong");
        (await browser.PostAsync("/try/own/remove", ("password", AdminWorld.Password))).Body.ShouldBe("Done");

        (await server.LastRecordAsync()).Detail.ShouldBe("alice: second factor removed");
        (await other.WhoAsync()).ShouldBeNull();
        (await other.SignInAsync("alice")).ShouldBe("SignedIn");
    }

    [Fact]
    public async Task Signing_out_elsewhere_leaves_this_session()
    {
        await using var server = await AdminWorld.StartAsync();
        await server.AppointAsync("alice");
        using var browser = await server.SignedInAsync("alice");
        using var elsewhere = await server.SignedInAsync("alice");

        (await browser.PostAsync("/try/own/elsewhere")).Body.ShouldBe("Done");

        (await browser.WhoAsync()).ShouldNotBeNull();
        (await elsewhere.WhoAsync()).ShouldBeNull();
    }
}
