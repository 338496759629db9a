using System.Collections.Concurrent;

namespace MailApi;

/// <summary>One message in a mailbox.</summary>
public sealed record Message(int Id, string From, string Subject, IReadOnlyList<string> Labels, bool Sent);

/// <summary>
/// Mail in memory, for whoever asks: a mailbox appears with its owner's first call. The owner is always the token's subject, never something
/// out of the path or the query, so no agent can name another user's mailbox.
/// </summary>
public sealed class Mailboxes
{
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<int, Message>> _mailboxes = new(StringComparer.Ordinal);

    /// <summary>The owner's messages, in the order of their ids.</summary>
    public IReadOnlyList<Message> Of(string owner) => [.. Open(owner).Values.OrderBy(m => m.Id)];

    /// <summary>Changes one message; null when the owner has none of that id.</summary>
    public Message? Change(string owner, int id, Func<Message, Message> change)
    {
        var mailbox = Open(owner);
        while (mailbox.TryGetValue(id, out var message))
        {
            var changed = change(message);
            if (mailbox.TryUpdate(id, changed, message))
            {
                return changed;
            }
        }

        return null;
    }

    private ConcurrentDictionary<int, Message> Open(string owner) => _mailboxes.GetOrAdd(owner, static _ => new(
        new[]
        {
            new Message(1, "billing@hosting.example", "Your invoice for March", [], Sent: false),
            new Message(2, "carol@example.com", "Lunch on Thursday?", [], Sent: false),
            new Message(3, "news@weekly.example", "This week in mail", [], Sent: false),
        }.ToDictionary(m => m.Id)));
}
