using Microsoft.Extensions.Configuration.Memory;
using TokenExchange.ResourceServer;

namespace MailApi;

/// <summary>
/// A relying app: everything an existing API adds to accept actor tokens stands in <see cref="Build"/>. Each endpoint says under which purpose and
/// with which scope it may be called, and each answer says who acted, for whom and why.
/// </summary>
public static class MailApiApp
{
    // In code and not in appsettings.json, so that a demo can host several samples in one process, from any folder, and they keep apart.
    private static readonly Dictionary<string, string?> Defaults = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Urls"] = "http://localhost:5090",
        ["ActorToken:Authority"] = "http://localhost:5080",
        ["ActorToken:Resource"] = "https://mail.example",
        ["ActorToken:RequireHttpsMetadata"] = "false",
    };

    /// <summary>
    /// Builds the app; configuration keys are <c>ActorToken:Authority</c>, <c>ActorToken:Resource</c>, <c>ActorToken:RequireHttpsMetadata</c>,
    /// <c>ActorToken:Introspection:ClientId</c> and <c>:ClientSecret</c>, the same under <c>ActorToken:Enforcement</c>, and <c>Urls</c>. The command line wins over the environment, and both
    /// over the defaults, which fit a server on this machine.
    /// </summary>
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = Defaults });
        builder.Services.AddAuthentication().AddActorToken(options =>
        {
            options.Scopes = ["mail.read", "mail.label", "mail.send"];
            builder.Configuration.GetSection("ActorToken").Bind(options);
        });
        builder.Services.AddActorTokenAuthorization();
        builder.Services.AddSingleton<Mailboxes>();

        var app = builder.Build();
        app.MapActorTokenMetadata();
        app.MapGet("/messages", List).RequirePurpose("inbox.triage", "inbox.summary").RequireScope("mail.read");
        app.MapPost("/messages/{id:int}/label", Label).RequirePurpose("inbox.triage").RequireScope("mail.label");
        app.MapPost("/messages/{id:int}/send", Send).RequireScope("mail.send");
        return app;
    }

    private static IResult List(HttpContext http, Mailboxes mailboxes)
    {
        var delegation = http.GetDelegation();
        return Results.Ok(new { by = Acted.By(delegation), messages = mailboxes.Of(delegation.Subject) });
    }

    private static IResult Label(int id, LabelRequest request, HttpContext http, Mailboxes mailboxes)
    {
        if (string.IsNullOrWhiteSpace(request.Label))
        {
            return Results.BadRequest(new { error = "Send a label, e.g. {\"label\":\"later\"}." });
        }

        return Change(http, mailboxes, id, m => m with { Labels = [.. m.Labels.Union([request.Label], StringComparer.Ordinal)] });
    }

    private static IResult Send(int id, HttpContext http, Mailboxes mailboxes) => Change(http, mailboxes, id, m => m with { Sent = true });

    private static IResult Change(HttpContext http, Mailboxes mailboxes, int id, Func<Message, Message> change)
    {
        var delegation = http.GetDelegation();
        return mailboxes.Change(delegation.Subject, id, change) is { } message
            ? Results.Ok(new { by = Acted.By(delegation), message })
            : Results.NotFound();
    }
}

/// <summary>The body of a label request.</summary>
public sealed record LabelRequest(string? Label);

/// <summary>Who acted, as each answer tells it: a real app would write the same to its own log.</summary>
public sealed record Acted(string Subject, IReadOnlyList<string> Actors, string Purpose, string Txn)
{
    /// <summary>Current actor first.</summary>
    public static Acted By(Delegation delegation) =>
        new(delegation.Subject, [.. delegation.Chain.Actors.Select(a => a.Subject)], delegation.Purpose, delegation.Txn);
}
