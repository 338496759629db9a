using System.Net;
using FluentValidation;

namespace TokenExchange.Server.Settings;

/// <summary>The section <c>Proxies</c>.</summary>
public sealed class ProxySettings
{
    /// <summary>Section name.</summary>
    public const string Section = "Proxies";

    /// <summary>Who is believed about where a request came from.</summary>
    [Setting("Addresses and networks of the proxies in front of this server, e.g. `10.0.0.0/8, 192.168.7.4`. Only they are believed about where a request came from (`X-Forwarded-For`, `X-Forwarded-Proto`).",
        Default = "none: those headers are ignored")]
    public string? Trusted { get; set; }

    /// <summary>The same, parsed; a single address is a network of one.</summary>
    public IReadOnlyList<IPNetwork> Networks => [.. Entries.Select(e => TryRead(e, out var network) ? network : throw new InvalidOperationException("The settings were not validated."))];

    internal IEnumerable<string> Entries => Trusted?.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries) ?? [];

    internal static bool TryRead(string entry, out IPNetwork network)
    {
        if (IPAddress.TryParse(entry, out var address))
        {
            network = new IPNetwork(address, address.GetAddressBytes().Length * 8);
            return true;
        }

        // .NET drops the bits beyond the prefix; whoever wrote 10.0.0.1/8 may have meant one address and would believe a whole network.
        return IPNetwork.TryParse(entry, out network) && IPAddress.TryParse(entry.AsSpan(0, entry.IndexOf('/', StringComparison.Ordinal)), out var written) && written.Equals(network.BaseAddress);
    }
}

/// <summary>Judges <see cref="ProxySettings"/>.</summary>
public sealed class ProxySettingsValidator : AbstractValidator<ProxySettings>
{
    /// <summary>Rules.</summary>
    public ProxySettingsValidator() =>
        RuleFor(s => s.Trusted).Must((s, _) => s.Entries.All(e => ProxySettings.TryRead(e, out var network) && network.PrefixLength > 0))
            .WithMessage("Proxies:Trusted is '{PropertyValue}': write addresses or networks separated by commas, e.g. 10.0.0.0/8, 192.168.7.4; a network must not hold every address.");
}
