namespace TokenExchange.ResourceServer.Validation;

/// <summary>
/// The accepted token of a request, for whoever must ask the server about it. Kept beside the request and not on the user, who may end up in a log; nobody
/// outside this package can name the type, and so nobody else can put one there.
/// </summary>
internal sealed class AcceptedToken(string encoded)
{
    public string Encoded => encoded;
}
