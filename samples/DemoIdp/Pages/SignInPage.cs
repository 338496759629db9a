using Microsoft.AspNetCore.Antiforgery;

namespace DemoIdp.Pages;

/// <summary>What people see while they sign in and out.</summary>
internal static class SignInPage
{
    /// <summary>Who are you? One button per user; the request that led here goes along in the query.</summary>
    public static Markup Pick(string application, DemoUser? signedIn, string query, AntiforgeryTokenSet token) => Markup.Of($"""
                <h1>Who is signing in?</h1>
                <p class="lead">To go on to <strong>{application}</strong>, pick a person. This provider is for demos: it asks for no password.</p>
                <form method="post" action="/sign-in{query}">
                  {Field(token)}
                  {Group("People", DemoUsers.All.Where(u => u.Roles.Count == 0), signedIn)}
                  {Group("People who run the exchange server", DemoUsers.All.Where(u => u.Roles.Count > 0), signedIn)}
                </form>
        """);

    /// <summary>Do you want to sign out?</summary>
    public static Markup ConfirmSignOut(DemoUser user, string query, AntiforgeryTokenSet token) => Markup.Of($"""
                <h1>Sign out?</h1>
                <p class="lead">You are signed in as <strong>{user.Name}</strong>. When you sign out, everything that agents were lent from this session ends.</p>
                <form method="post" action="/end-session{query}">
                  {Field(token)}
                  <button class="plain">Sign out</button>
                </form>
        """);

    /// <summary>You are signed out.</summary>
    public static Markup SignedOut() => Markup.Of($"""
                <h1>You are signed out</h1>
                <p class="lead">You can close this page.</p>
        """);

    /// <summary>Something is wrong that only the person in front of the browser can be told.</summary>
    public static Markup Sorry(string sentence) => Markup.Of($"""
                <h1>This does not work</h1>
                <p class="lead">{sentence}</p>
        """);

    private static Markup Field(AntiforgeryTokenSet token) => Markup.Of($"""<input type="hidden" name="{token.FormFieldName}" value="{token.RequestToken}">""");

    private static Markup Group(string title, IEnumerable<DemoUser> users, DemoUser? signedIn) => Markup.Of($"""
        <section>
                    <h2>{title}</h2>
                    <ul>{Markup.Of(users.Select(u => Person(u, u == signedIn)))}
                    </ul>
                  </section>
        """);

    private static Markup Person(DemoUser user, bool isSignedIn) => Markup.Of($"""

                      <li><button name="user" value="{user.Id}">
                        <span class="initial" aria-hidden="true">{user.Name[..1]}</span>
                        <span class="who"><span class="name">{user.Name}</span> <span class="email">{user.Email}</span></span>
                        <span class="tags">{Markup.Of(Tags(user, isSignedIn))}</span>
                      </button></li>
        """);

    private static IEnumerable<Markup> Tags(DemoUser user, bool isSignedIn) =>
        [.. user.Roles.Append(user.Department).OfType<string>().Select(t => Markup.Of($"<span class=\"tag\">{t.Replace('_', ' ')}</span> ")), .. isSignedIn ? [Markup.Of($"<span class=\"tag now\">signed in</span>")] : (Markup[])[]];
}
