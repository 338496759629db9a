using System.Text;

namespace TokenExchange.ResourceServer.Responses;

/// <summary>Writes one <c>WWW-Authenticate: Bearer</c> value (RFC 6750 §3) out of parameters, each a quoted string (RFC 9110 §5.6.4).</summary>
internal sealed class BearerChallenge
{
    private readonly StringBuilder _text = new("Bearer");
    private bool _any;

    public BearerChallenge With(string name, string? value)
    {
        if (value is not null)
        {
            _text.Append(_any ? ", " : " ").Append(name).Append("=\"");
            foreach (var c in value)
            {
                // Only printable ASCII may stand in a header; every value here is, and one that is not must not become a header of its own.
                _text.Append(c switch { '"' => "\\\"", '\\' => @"\\", < ' ' or > '~' => "?", _ => c.ToString() });
            }

            _text.Append('"');
            _any = true;
        }

        return this;
    }

    public override string ToString() => _text.ToString();
}
