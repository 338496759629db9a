using TokenExchange.Core.Configuration;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Web.Parts;

namespace TokenExchange.Server.Web.Admin.Issuers;

/// <summary>A trusted issuer as it is edited. Text, so that whatever is typed is kept.</summary>
public sealed class IssuerInput
{
    private const string Discovery = "discovery";
    private const string Address = "uri";
    private const string Pasted = "jwks";

    /// <summary>Its <c>iss</c>; only when it is added.</summary>
    public string? Issuer { get; set; }

    /// <summary>Where its keys come from: <c>discovery</c>, <c>uri</c> or <c>jwks</c>.</summary>
    public string? Keys { get; set; }

    /// <summary>Where its key set is published.</summary>
    public string? JwksUri { get; set; }

    /// <summary>A pasted key set.</summary>
    public string? Jwks { get; set; }

    /// <summary>Hosts outside the public internet that keys may be fetched from, separated by spaces.</summary>
    public string? AllowPrivateHosts { get; set; }

    /// <summary>Audiences, one a line.</summary>
    public string? Audiences { get; set; }

    // Lists that can be written: a binder fills what is there already, and leaves alone what cannot be filled.

    /// <summary>Signature algorithms.</summary>
    public IList<string> Algorithms { get; set; } = [];

    /// <summary>What its tokens may be presented as.</summary>
    public IList<string> TokenTypes { get; set; } = [];

    /// <summary>Values of <c>typ</c>, separated by spaces.</summary>
    public string? AssertionTypes { get; set; }

    /// <summary>The oldest assertion accepted.</summary>
    public DurationInput MaxAssertionAge { get; set; } = new();

    /// <summary>Whether an assertion can be exchanged once only.</summary>
    public bool SingleUse { get; set; }

    /// <summary>The claim that identifies the session.</summary>
    public string? SessionClaim { get; set; }

    /// <summary>The claim that limits the session's scopes; empty for none.</summary>
    public string? ScopeClaim { get; set; }

    /// <summary>The claim that names the client an assertion was made for; empty for none.</summary>
    public string? PresenterClaim { get; set; }

    /// <summary>What goes before its users' <c>sub</c>; empty for nothing.</summary>
    public string? SubjectPrefix { get; set; }

    /// <summary>Where keys can come from.</summary>
    public static IReadOnlyList<CheckOption> KeySources { get; } =
    [
        new(Discovery, "Its discovery document", "The usual way: /.well-known/openid-configuration at the issuer names the address of its keys. They are fetched again by themselves."),
        new(Address, "An address", "Where its key set is published, for issuers without a discovery document."),
        new(Pasted, "Pasted here", "For issuers this server cannot reach. When the issuer changes its keys, somebody must paste the new ones."),
    ];

    /// <summary>Algorithms with what they are.</summary>
    public static IReadOnlyList<CheckOption> AllAlgorithms { get; } = [.. Assertions.JwtSignature.KnownAlgorithms.Select(a => new CheckOption(a, a, a[..2] switch { "ES" => "ECDSA", "PS" => "RSA-PSS", _ => "RSA" }))];

    /// <summary>Token types with what they mean.</summary>
    public static IReadOnlyList<CheckOption> AllTokenTypes { get; } =
    [
        new("jwt", "Session assertions (jwt)", "JWTs the issuer makes so that a user's session can be lent."),
        new("id_token", "ID tokens (id_token)", "What OpenID Connect hands to an app when a user signs in. The audiences are then the client ids of the apps whose sessions may be lent."),
        new("security_event", "Security events (security_event)", "What the issuer tells of its users at /ssf/events, e.g. that a session ended; what was lent from it then ends too."),
        new("workload", "Workload tokens (workload)", "Say which program an agent's instance is, not who a user is. Only alone: who vouches for users does not vouch for workloads under the same name."),
    ];

    /// <summary>As the form shows an issuer.</summary>
    public static IssuerInput Of(IssuerDefinition issuer)
    {
        ArgumentNullException.ThrowIfNull(issuer);
        return new IssuerInput
        {
            Issuer = issuer.Issuer,
            Keys = issuer.Jwks is not null ? Pasted : issuer.JwksUri is not null ? Address : Discovery,
            JwksUri = issuer.JwksUri,
            Jwks = FormKeys.Of(issuer.Jwks),
            AllowPrivateHosts = string.Join(' ', issuer.AllowPrivateHosts),
            Audiences = string.Join('\n', issuer.Audiences),
            Algorithms = [.. issuer.Algorithms],
            TokenTypes = [.. issuer.TokenTypes],
            AssertionTypes = string.Join(' ', issuer.AssertionTypes),
            MaxAssertionAge = DurationInput.Of(issuer.MaxAssertionAge),
            SingleUse = issuer.SingleUse,
            SessionClaim = issuer.Claims.Session,
            ScopeClaim = issuer.Claims.Scope,
            PresenterClaim = issuer.Claims.Presenter,
            SubjectPrefix = issuer.SubjectPrefix,
        };
    }

    /// <summary>The issuer with what was typed; what cannot be read goes to the problems. Its name stays, and whether it is enabled.</summary>
    /// <param name="problems">What is wrong.</param>
    /// <param name="isSecret">Whether a private key was pasted, which is not to be shown again.</param>
    public Func<IssuerDefinition, IssuerDefinition> Read(ICollection<MemberProblem> problems, out bool isSecret)
    {
        ArgumentNullException.ThrowIfNull(problems);
        isSecret = false;
        var jwks = Keys == Pasted ? FormKeys.Read(Jwks, out var problem, out isSecret) : FormKeys.None(out problem);
        if (problem is not null)
        {
            problems.Add(new MemberProblem("Input.Jwks", problem));
        }

        var address = Keys == Address ? FormText.Of(JwksUri) : null;
        if (Keys == Address && address is null)
        {
            problems.Add(new MemberProblem("Input.JwksUri", "write the address of its key set"));
        }

        if (Keys is not (Discovery or Address or Pasted))
        {
            problems.Add(new MemberProblem("Input.Keys", "choose where its keys come from"));
        }

        if (!MaxAssertionAge.TryRead(out var oldest) || oldest is null)
        {
            problems.Add(new MemberProblem("Input.MaxAssertionAge", "write a number, e.g. 10, and choose its unit"));
        }

        return issuer => issuer with
        {
            Jwks = jwks,
            JwksUri = address,
            AllowPrivateHosts = FormText.WordsOnce(AllowPrivateHosts),
            Audiences = FormText.LinesOnce(Audiences),
            Algorithms = Chosen(Algorithms, AllAlgorithms),
            TokenTypes = Chosen(TokenTypes, AllTokenTypes),
            AssertionTypes = FormText.WordsOnce(AssertionTypes),
            MaxAssertionAge = oldest ?? issuer.MaxAssertionAge,
            SingleUse = SingleUse,
            Claims = new IssuerClaims { Session = FormText.Of(SessionClaim) ?? new IssuerClaims().Session, Scope = FormText.Of(ScopeClaim), Presenter = FormText.Of(PresenterClaim) },
            SubjectPrefix = FormText.Of(SubjectPrefix),
        };
    }

    // In the order of the form, so that ticking the same boxes is no change.
    private static List<string> Chosen(IEnumerable<string> ticked, IEnumerable<CheckOption> options) => [.. options.Select(o => o.Value).Where(v => ticked.Contains(v, StringComparer.Ordinal))];
}
