using TokenExchange.Client;

namespace InboxAgent;

/// <summary>What the agent is for: read the inbox, put a label on each message. Nothing here knows of tokens but whose inbox it is.</summary>
public sealed class MailTriage(HttpClient mail)
{
    /// <summary>Sorts one user's inbox.</summary>
    public async Task<Triage> RunAsync(SubjectToken user, CancellationToken cancellationToken)
    {
        var inbox = await SendAsync<Inbox>(HttpMethod.Get, "messages", null, user, cancellationToken);
        var done = new List<Labelled>();
        foreach (var message in inbox.Messages)
        {
            var label = LabelFor(message);
            await SendAsync<object>(HttpMethod.Post, $"messages/{message.Id}/label", new { label }, user, cancellationToken);
            done.Add(new Labelled(message.Id, message.Subject, label));
        }

        return new Triage(done);
    }

    private static string LabelFor(Message message) => message switch
    {
        { Subject: var s } when s.Contains("invoice", StringComparison.OrdinalIgnoreCase) => "to-pay",
        { From: var f } when f.StartsWith("news@", StringComparison.OrdinalIgnoreCase) => "later",
        _ => "people",
    };

    private async Task<T> SendAsync<T>(HttpMethod method, string path, object? body, SubjectToken user, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.SetSubjectToken(user);
        using var response = await mail.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<T>(cancellationToken) ?? throw new HttpRequestException($"{path} answered null.");
    }
}

/// <summary>The mail API's answer to <c>GET /messages</c>, as far as this agent reads it.</summary>
public sealed record Inbox(IReadOnlyList<Message> Messages);

/// <summary>One message.</summary>
public sealed record Message(int Id, string From, string Subject);

/// <summary>What the agent did.</summary>
public sealed record Triage(IReadOnlyList<Labelled> Labelled);

/// <summary>One message and the label it got.</summary>
public sealed record Labelled(int Message, string Subject, string Label);
