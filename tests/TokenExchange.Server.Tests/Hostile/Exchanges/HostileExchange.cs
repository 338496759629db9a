using System.Text.Json.Nodes;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Hostile.Exchanges;

/// <summary>A request to <c>/token</c> that must get nothing, and exactly how it is told.</summary>
/// <param name="Name">What is wrong with it.</param>
/// <param name="Code">Reason code.</param>
/// <param name="Prepare">What goes before and is no part of it; a token, usually.</param>
/// <param name="Act">Sends it.</param>
internal sealed record HostileExchange(string Name, string Code, Func<HostileWorld, Task<string>> Prepare, Func<HostileWorld, string, Task<Answer>> Act)
{
    public HostileExchange(string name, string code, Func<HostileWorld, Task<Answer>> act)
        : this(name, code, _ => Task.FromResult(string.Empty), (world, _) => act(world))
    {
    }

    public string Error { get; init; } = ErrorCodes.InvalidRequest;

    public int Status { get; init; } = 400;

    /// <summary>What the body says besides, as JSON behind a comma.</summary>
    public string More { get; init; } = string.Empty;

    public static IReadOnlyDictionary<string, HostileExchange> All { get; } = new[] { FormRows.Rows, GrantRows.Rows, CredentialRows.Rows, AssertionRows.Rows, ChainRows.Rows }
        .SelectMany(rows => rows).ToDictionary(row => row.Name, StringComparer.Ordinal);

    /// <summary>The ordinary first hop with some parameters changed.</summary>
    public static HostileExchange Form(string name, string code, params (string, string?)[] form) => new(name, code, w => w.Server.FirstHopAsync(form));

    /// <summary>The ordinary first hop with some claims changed.</summary>
    public static HostileExchange Claims(string name, string code, Action<JsonObject> change) =>
        new(name, code, w => w.Server.HopAsync(World.InboxAgent, w.Server.Assertion(change), TokenTypes.Jwt));

    public HostileExchange As(string error, int status = 400) => this with { Error = error, Status = status };
}
