using DemoIdp;
using Microsoft.Extensions.DependencyInjection;

namespace TokenExchange.Samples.Tests.SignIn;

public sealed class EndSessionTests : SignInTest
{
    private string End => Url + "/end-session";

    [Fact]
    public async Task Who_comes_from_an_application_of_theirs_is_signed_out_and_goes_back()
    {
        var token = (string)(await RedeemAsync(await CodeAsync())).Body["id_token"]!;
        var session = Session;

        var back = await Browser.OpenAsync($"{End}?id_token_hint={token}&post_logout_redirect_uri=https://app.example/bye&state=x");

        (back.Status, back.Location).ShouldBe((302, "https://app.example/bye?state=x"));
        (await Browser.OpenAsync(Request(("prompt", "none")))).Sent("error").ShouldBe("login_required");
        string.Equals(Session, session, StringComparison.Ordinal).ShouldBeFalse();
    }

    [Fact]
    public async Task Whoever_comes_without_proof_is_asked_first()
    {
        await SignInAsync();

        var page = await Browser.OpenAsync(End);

        page.Body.ShouldContain("You are signed in as <strong>Alice Aldridge</strong>.");
        (await Browser.OpenAsync(Request(("prompt", "none")))).Sent("code").ShouldNotBeNullOrEmpty();
        (await Browser.PostAsync(End)).Status.ShouldBe(400);
        (await Browser.SubmitAsync(page)).Body.ShouldContain("You are signed out");
        (await Browser.OpenAsync(Request(("prompt", "none")))).Sent("error").ShouldBe("login_required");
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("https://app.example/bye/bye")]
    [InlineData(Callback)]
    public async Task Nobody_is_sent_where_the_application_did_not_say(string address)
    {
        var token = (string)(await RedeemAsync(await CodeAsync())).Body["id_token"]!;

        var seen = await Browser.OpenAsync($"{End}?id_token_hint={token}&post_logout_redirect_uri={Uri.EscapeDataString(address)}");

        (seen.Status, seen.Location).ShouldBe((200, null));
    }

    [Fact]
    public async Task A_hint_about_somebody_else_proves_nothing()
    {
        var token = (string)(await RedeemAsync(await CodeAsync("bob"))).Body["id_token"]!;
        await SignInAsync("alice", ("prompt", "login"));

        (await Browser.OpenAsync($"{End}?id_token_hint={token}")).Body.ShouldContain("Sign out?");
        (await Browser.OpenAsync($"{End}?id_token_hint={token}x")).Body.ShouldContain("Sign out?");
    }

    private string Session => Idp.Services.GetRequiredService<DemoSessions>().Of("alice");
}
