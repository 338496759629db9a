using System.Text.Json;
using FluentValidation;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Tokens;
using TokenExchange.Server.Assertions;
using TokenExchange.Server.Clients;
using TokenExchange.Server.Signals;

namespace TokenExchange.Server.Configuration;

/// <summary>
/// Judges a whole configuration as people write it. Errors name the member that is wrong and say what to write. What passes can be parsed and looked up
/// without failing at request time.
/// </summary>
/// <param name="clock">By which it is judged how far ahead an instant is; null takes the system's.</param>
public sealed class ConfigurationValidator(TimeProvider? clock = null)
{
    /// <summary>So many problems are found, enough that each item can be told its own; then judging ends.</summary>
    public const int MostProblems = 1000;

    // As long as the column that keeps it.
    private const int MaxAddressLength = 500;

    // Who acts over a page is recorded under such a name. A client called so would be taken for a person, and a person for it.
    private static readonly string[] NamesOfPeople = ["admin:", "user:"];

    /// <summary>Problems: where each stands in the file, and what to write. After <see cref="MostProblems"/> the last one says that there are more.</summary>
    public IReadOnlyList<MemberProblem> Problems(ExchangeConfiguration configuration) => MemberProblem.UpTo(MostProblems, Judge(configuration));

    // Item by item, and no further than anybody reads on: a few bytes can hold an item with ten mistakes.
    private IEnumerable<MemberProblem> Judge(ExchangeConfiguration whole)
    {
        var names = new ConfiguredNames(whole);
        return Each("issuers", whole.Issuers!, new IssuerValidator())
            .Concat(Each("resources", whole.Resources!, new ResourceValidator(names)))
            .Concat(Each("clients", whole.Clients!, new ClientValidator(names, clock ?? TimeProvider.System)))
            .Concat(Each("purposes", whole.Purposes!, new PurposeValidator()))
            .Concat(Each("policies", whole.Policies!, new PolicyValidator(names)))
            .Concat(Together(whole));
    }

    private static IEnumerable<MemberProblem> Each<T>(string section, IEnumerable<T> items, AbstractValidator<T> validator) =>
        items.SelectMany((item, place) => validator.Validate(item).Errors.Select(e => new MemberProblem($"{section}[{place}].{PathOf(e.PropertyName)}", e.ErrorMessage)));

    // What is said of a section as a whole.
    private static IEnumerable<MemberProblem> Together(ExchangeConfiguration whole)
    {
        if (!Distinct(whole.Issuers!, x => x.Issuer))
        {
            yield return new MemberProblem("issuers", "two issuers are the same");
        }

        if (!Distinct(whole.Issuers!.Where(x => !x.TokenTypes.Contains(ActorTokens.Workload, StringComparer.Ordinal)), x => x.SubjectPrefix ?? string.Empty))
        {
            yield return new MemberProblem("issuers", "two issuers have the same subjectPrefix, or two have none; give each its own, e.g. \"corp|\", so that their users cannot meet");
        }

        if (!Distinct(whole.Resources!, x => ResourceIndicator.TryParse(x.Resource, out var p) ? p.Key : x.Resource))
        {
            yield return new MemberProblem("resources", "two resources are the same; with and without trailing slash is one");
        }

        if (!Distinct(whole.Clients!, x => x.ClientId))
        {
            yield return new MemberProblem("clients", "two clients have the same clientId");
        }

        if (!Distinct(whole.Purposes!, x => x.Purpose))
        {
            yield return new MemberProblem("purposes", "two purposes are the same");
        }

        if (!Distinct(whole.Policies!, x => x.Name))
        {
            yield return new MemberProblem("policies", "two policies have the same name");
        }
    }

    internal static bool IsIdentifier(string? text) => text is { Length: > 0 and <= JsonClaims.MaxIdentifierLength } && text.All(c => c is > ' ' and < '\x7F');

    // Not NotEmpty().MaximumLength(): a message belongs to the last rule only, and the other would speak of its own.
    internal static bool IsText(string? text, int longest) => !string.IsNullOrWhiteSpace(text) && text.Length <= longest;

    internal static bool IsHttps(string? address, IReadOnlyList<string> allowedHosts) => address?.Length <= MaxAddressLength && GuardedHttp.IsAcceptable(address, allowedHosts, out _);

    internal static bool IsNameOfAPerson(string? name) => name is not null && NamesOfPeople.Any(p => name.StartsWith(p, StringComparison.OrdinalIgnoreCase));

    // Policies[0].Limits.MaxLifetime -> policies[0].limits.maxLifetime, as it stands in the file.
    internal static string PathOf(string property) => string.Join('.', property.Split('.').Select(JsonNamingPolicy.CamelCase.ConvertName));

    private static bool Distinct<T>(IEnumerable<T> items, Func<T, string> key)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return items.All(item => seen.Add(key(item)));
    }
}

/// <summary>Judges one issuer.</summary>
internal sealed class IssuerValidator : AbstractValidator<IssuerDefinition>
{
    public IssuerValidator()
    {
        RuleFor(i => i.Issuer).Must(ConfigurationValidator.IsIdentifier).WithMessage("write the exact iss of its assertions, at most 255 printable ASCII characters");
        RuleFor(i => i.Issuer).Must(i => !ConfigurationValidator.IsNameOfAPerson(i)).WithMessage("write an issuer that does not begin with admin: or user:, by which people are recorded");
        RuleFor(i => i).Must(i => i.Jwks is null || i.JwksUri is null).OverridePropertyName("JwksUri").WithMessage("give jwks or jwksUri, not both; with neither the discovery document is read");
        RuleFor(i => i.Jwks).Custom((jwks, context) => KeyRules.Check(jwks, context));
        RuleFor(i => i).Must(i => i.JwksUri is null || ConfigurationValidator.IsHttps(i.JwksUri, i.AllowPrivateHosts)).OverridePropertyName("JwksUri")
            .WithMessage("write an https address of at most 500 characters; http only for a host named in allowPrivateHosts");
        RuleFor(i => i).Must(i => i.Jwks is not null || i.JwksUri is not null || ConfigurationValidator.IsHttps(i.Issuer, i.AllowPrivateHosts)).OverridePropertyName("Issuer")
            .WithMessage("without jwks and jwksUri the issuer must be an https address, whose discovery document is read; http only for a host named in allowPrivateHosts");
        RuleFor(i => i.Audiences).Must(a => a.Count > 0 && a.All(x => ConfigurationValidator.IsText(x, JsonClaims.MaxIdentifierLength))).WithMessage("name at least one audience; every aud of an assertion must be among them");
        RuleFor(i => i.Algorithms).Must(a => a.Count > 0 && a.All(x => JwtSignature.KnownAlgorithms.Contains(x, StringComparer.Ordinal)))
            .WithMessage($"write one or more of {string.Join(", ", JwtSignature.KnownAlgorithms)}");
        RuleFor(i => i.TokenTypes).Must(t => t.Count > 0 && (t.All(x => x is "jwt" or "id_token" or SecurityEvents.Use) || t.All(x => x is ActorTokens.Workload)))
            .WithMessage("write one or more of jwt, id_token and security_event, or workload alone: who vouches for users does not vouch for workloads under the same name");
        RuleFor(i => i.SingleUse).Must((i, single) => !(single && i.TokenTypes.Contains(ActorTokens.Workload, StringComparer.Ordinal)))
            .WithMessage("a workload shows its token again and again: write false or leave it out");
        RuleFor(i => i.AssertionTypes).Must(t => t.All(ConfigurationValidator.IsIdentifier)).WithMessage("write values of the typ header, e.g. JWT");
        RuleFor(i => i.MaxAssertionAge).InclusiveBetween(TimeSpan.FromSeconds(1), TimeSpan.FromHours(24)).WithMessage("write a duration from 00:00:01 to 1.00:00:00");
        RuleFor(i => i.Claims.Session).Must(ConfigurationValidator.IsIdentifier).WithMessage("write a claim name, e.g. sid");
        RuleFor(i => i.Claims.Scope).Must(s => s is null || ConfigurationValidator.IsIdentifier(s)).WithMessage("write a claim name, e.g. scope, or leave it out");
        RuleFor(i => i.Claims.Presenter).Must(s => s is null || ConfigurationValidator.IsIdentifier(s)).WithMessage("write a claim name, e.g. azp, or leave it out");
        RuleFor(i => i.SubjectPrefix).Must(p => p is null || (p.Length <= 64 && ConfigurationValidator.IsIdentifier(p))).WithMessage("write 1 to 64 printable ASCII characters, e.g. corp|, or leave it out");
        RuleFor(i => i.AllowPrivateHosts).Must(h => h.All(ConfigurationValidator.IsIdentifier)).WithMessage("write host names or addresses, e.g. 127.0.0.1");
    }
}

/// <summary>Judges one resource.</summary>
internal sealed class ResourceValidator : AbstractValidator<ResourceDefinition>
{
    public ResourceValidator(ConfiguredNames names)
    {
        RuleFor(r => r.Resource).Must(r => ResourceIndicator.TryParse(r, out _)).WithMessage("write an absolute URI without query and fragment, e.g. https://mail.example");
        RuleFor(r => r.Name).Must(n => ConfigurationValidator.IsText(n, 200)).WithMessage("write a name of 1 to 200 characters");
        RuleForEach(r => r.Clients).Must(names.IsResourceClient)
            .WithMessage("'{PropertyValue}' is not a client of kind resource");
        RuleFor(r => r.Scopes).NotEmpty().WithMessage("name at least one scope");
        RuleForEach(r => r.Scopes).ChildRules(scope =>
        {
            scope.RuleFor(s => s.Name).Must(ScopeSet.IsScopeToken).WithMessage("the name of a scope is printable ASCII without space, \" and \\");
            scope.RuleFor(s => s.Description).Must(d => ConfigurationValidator.IsText(d, 500)).WithMessage("a scope needs a description that a user understands, at most 500 characters");
        });
        RuleFor(r => r.Scopes).Must(s => s.Select(x => x.Name).Distinct(StringComparer.Ordinal).Count() == s.Count).WithMessage("two scopes have the same name");
        RuleFor(r => r.SenderConstraint).Equal("none").WithMessage("sender constraints are not available yet: write none or leave it out");
    }
}

/// <summary>Judges one client.</summary>
internal sealed class ClientValidator : AbstractValidator<ClientDefinition>
{
    private const string HashExpected = "write the base64url of the SHA-256 of a generated secret: 43 characters, not the secret itself";

    public ClientValidator(ConfiguredNames names, TimeProvider clock)
    {
        RuleFor(c => c.ClientId).Must(id => ConfigurationValidator.IsIdentifier(id) && id.Length <= 100).WithMessage("write 1 to 100 printable ASCII characters without space");
        RuleFor(c => c.ClientId).Must(id => !ConfigurationValidator.IsNameOfAPerson(id)).WithMessage("write an id that does not begin with admin: or user:, by which people are recorded");
        RuleFor(c => c.Name).Must(n => ConfigurationValidator.IsText(n, 200)).WithMessage("write a name of 1 to 200 characters");
        RuleFor(c => c.Owner).MaximumLength(200).WithMessage("write at most 200 characters");
        RuleFor(c => c.Kind).Must(k => ClientKind.All.Contains(k, StringComparer.Ordinal)).WithMessage($"write one of {string.Join(", ", ClientKind.All)}");
        RuleForEach(c => c.Tags).Must(ConfigurationValidator.IsIdentifier).WithMessage("a tag is printable ASCII without space");
        RuleFor(c => c).Must(c => new object?[] { c.SecretSha256, c.Jwks, c.JwksUri, c.TlsCertificate }.Count(x => x is not null) == 1).OverridePropertyName("SecretSha256")
            .WithMessage("give exactly one of secretSha256, jwks, jwksUri and tlsCertificate");
        RuleFor(c => c.SecretSha256).Must(s => s is null || IsSha256(s)).WithMessage(HashExpected);
        RuleFor(c => c.PreviousSecretSha256).Must((c, s) => s is null == c.PreviousSecretExpires is null).WithMessage("give previousSecretSha256 and previousSecretExpires, or neither");
        RuleFor(c => c.PreviousSecretSha256).Must(s => s is null || IsSha256(s)).WithMessage(HashExpected);
        RuleFor(c => c.PreviousSecretSha256).Must((c, s) => s is null || c.SecretSha256 is not null).WithMessage("only a client with secretSha256 has a previous one");
        RuleFor(c => c.PreviousSecretSha256).Must((c, s) => s is null || s != c.SecretSha256).WithMessage("write another hash than secretSha256");
        RuleFor(c => c.PreviousSecretExpires).Must(e => e is null || e <= clock.GetUtcNow() + ClientSecrets.LongestOverlap)
            .WithMessage($"write an instant at most {ClientSecrets.LongestOverlap.Days} days ahead");
        RuleFor(c => c.Jwks).Custom((jwks, context) => KeyRules.Check(jwks, context));
        RuleFor(c => c).Must(c => c.JwksUri is null || ConfigurationValidator.IsHttps(c.JwksUri, c.AllowPrivateHosts)).OverridePropertyName("JwksUri")
            .WithMessage("write an https address of at most 500 characters; http only for a host named in allowPrivateHosts");
        RuleFor(c => c.AllowPrivateHosts).Must(h => h.All(ConfigurationValidator.IsIdentifier)).WithMessage("write host names or addresses, e.g. 127.0.0.1");
        RuleFor(c => c.TlsCertificate).Must(t => t is null || new[] { t.SubjectDn, t.SanDns, t.SanUri }.Count(x => x is not null) == 1)
            .WithMessage("give exactly one of subjectDn, sanDns and sanUri");
        RuleFor(c => c.TlsCertificate).Must(t => t is null || ClientCertificates.IsReadable(t))
            .WithMessage("write a distinguished name, e.g. CN=inbox-agent,O=Corp, or a name of at most 255 printable ASCII characters");
        RuleFor(c => c.Workloads).Must((c, w) => w.Count == 0 || ClientKind.IsAgent(c.Kind)).WithMessage("only an agent, of kind ai_agent or service, has workloads");
        RuleForEach(c => c.Workloads).ChildRules(workload =>
        {
            workload.RuleFor(w => w.Issuer).Must(names.IsWorkloadIssuer)
                .WithMessage("its issuer must be an issuer whose tokenTypes are [\"workload\"]");
            workload.RuleFor(w => w.Subject).Must(s => ConfigurationValidator.IsIdentifier(s) && s != "*" && s.IndexOf('*', StringComparison.Ordinal) is var star && (star < 0 || star == s.Length - 1))
                .WithMessage("write the exact subject of its tokens, or a beginning and a * at the end, e.g. spiffe://corp.example/inbox/*");
        });
    }

    // Asked before decoding, which throws at what is not base64url: the ordinary base64 that some tools print, for one.
    private static bool IsSha256(string text) => text.Length == 43 && System.Buffers.Text.Base64Url.IsValid(text, out var length) && length == 32;
}

/// <summary>Judges one purpose.</summary>
internal sealed class PurposeValidator : AbstractValidator<PurposeDefinition>
{
    public PurposeValidator()
    {
        RuleFor(p => p.Purpose).Matches(@"^[a-z0-9][a-z0-9._-]{0,99}\z").WithMessage("write 1 to 100 of a-z 0-9 . _ -, beginning with a letter or digit");
        RuleFor(p => p.Title).Must(t => ConfigurationValidator.IsText(t, 200)).WithMessage("write a few words, at most 200 characters");
        RuleFor(p => p.Description).Must(d => ConfigurationValidator.IsText(d, 1000)).WithMessage("write a sentence, at most 1000 characters");
        RuleFor(p => p.State).Must(s => s is "active" or "retired").WithMessage("write active or retired");
    }
}

/// <summary>What key sets must be like.</summary>
internal static class KeyRules
{
    public static void Check<T>(JsonElement? jwks, ValidationContext<T> context)
    {
        if (jwks is not { } json)
        {
            return;
        }

        if (!KeySet.TryParse(json.GetRawText(), out var set, out var problem))
        {
            context.AddFailure($"write a JSON Web Key Set with public keys: {problem}");
        }
        else if (set.IsEmpty)
        {
            context.AddFailure("write at least one EC or RSA signature key");
        }
    }
}
