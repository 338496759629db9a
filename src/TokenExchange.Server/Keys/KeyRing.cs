using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace TokenExchange.Server.Keys;

/// <summary>
/// The key ring, opened when something is first protected with it. Pages ask for protection as soon as they are mapped; a command that protects nothing, such as
/// <c>migrate</c>, must leave no ring behind.
/// </summary>
internal sealed class KeyRing(Func<IXmlRepository> open) : IXmlRepository
{
    private readonly Lazy<IXmlRepository> _opened = new(open);

    public IReadOnlyCollection<XElement> GetAllElements() => _opened.Value.GetAllElements();

    public void StoreElement(XElement element, string friendlyName) => _opened.Value.StoreElement(element, friendlyName);
}
