using TokenExchange.Server.Administrators;
using TokenExchange.Server.Tests.Administrators;

namespace TokenExchange.Server.Tests.Web.Configure;

/// <summary>The page of an administrator: each of its buttons is about the one whose page it is.</summary>
public sealed class AdministratorPageTests
{
    [Theory]
    [InlineData("Save the roles", 302)]
    [InlineData("Sign them out everywhere", 302)]
    [InlineData("New link to set a password", 200)]
    [InlineData("Disable", 302)]
    [InlineData("Delete otto", 302)]
    public async Task Every_button_reaches_whose_page_it_is(string button, int status)
    {
        await using var desk = await Desk.OpenAsync();
        var otto = await desk.Server.AppointAsync("otto", Roles.Auditor);

        (await desk.SendAsync($"/admin/administrators/edit?id={otto.Id}", button, button.StartsWith("Save", StringComparison.Ordinal) ? [("Roles", Roles.Approver)] : [])).Status.ShouldBe(status);

        (await desk.Server.LastRecordAsync()).ShouldSatisfyAllConditions(r => r.ClientId.ShouldBe("admin:ada"), r => r.Detail!.ShouldStartWith("otto"));
    }
}
