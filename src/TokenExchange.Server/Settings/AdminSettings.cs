using FluentValidation;
using TokenExchange.Server.Administrators;

namespace TokenExchange.Server.Settings;

/// <summary>The section <c>Admin</c>.</summary>
public sealed class AdminSettings
{
    /// <summary>Section name.</summary>
    public const string Section = "Admin";

    /// <summary>Whether accounts of this server's own are good.</summary>
    [Setting("Whether administrators can sign in with a password kept here. `true` or `false`; `false` only together with `Admin:OpenIdConnect:Authority`.", Default = "`true`")]
    public bool LocalSignIn { get; set; } = true;

    /// <summary>The identity provider of administrators.</summary>
    public AdminOpenIdConnectSettings OpenIdConnect { get; set; } = new();
}

/// <summary>The section <c>Admin:OpenIdConnect</c>.</summary>
public sealed class AdminOpenIdConnectSettings
{
    /// <summary>Section name.</summary>
    public const string Section = "Admin:OpenIdConnect";

    /// <summary>Who says who administrators are.</summary>
    [Setting("Issuer of the OpenID provider at which administrators sign in, whose discovery document is read from there. https only, except in Development. Register `/admin/signed-in` at this server's issuer as redirect URI there.",
        Default = "none: administrators sign in with a password kept here")]
    public string? Authority { get; set; }

    /// <summary>What this server is called there.</summary>
    [Setting("The client id that this server has there.")]
    public string? ClientId { get; set; }

    /// <summary>What it proves that with.</summary>
    [Setting("The client's secret there. Better in a variable of the environment than in a file.", Default = "none: a public client, with PKCE as for all")]
    public string? ClientSecret { get; set; }

    /// <summary>Where roles stand.</summary>
    [Setting("The claim of the ID token whose values say which roles somebody has. Who has none is refused.", Default = "`roles`")]
    public string RoleClaim { get; set; } = "roles";

    /// <summary>What its values mean.</summary>
    [Setting("The role that a value of that claim stands for: `administrator`, `policy_author`, `approver` or `auditor`. Several roles are separated by spaces. Once one value is named, others stand for nothing.",
        Default = "none: the values are names of roles")]
    public IDictionary<string, string> RoleMap { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Whether administrators sign in there.</summary>
    public bool IsConfigured => !string.IsNullOrEmpty(Authority);

    /// <summary>The roles that a value of the claim stands for; none for a value that stands for nothing.</summary>
    public IEnumerable<string> RolesOf(string value) =>
        RoleMap.Count == 0 ? Roles.All.Where(r => r == value) : RoleMap.TryGetValue(value, out var roles) ? Names(roles) : [];

    /// <summary>Takes the map as it is written: names of groups may hold a colon, which the binder takes for a section.</summary>
    internal void ReadRoleMap(IConfiguration configuration)
    {
        RoleMap.Clear();
        foreach (var (value, roles) in configuration.GetSection($"{Section}:{nameof(RoleMap)}").AsEnumerable(makePathsRelative: true).Where(e => e.Value is not null))
        {
            RoleMap[value] = roles!;
        }
    }

    internal static string[] Names(string roles) => roles.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>Judges <see cref="AdminSettings"/>.</summary>
public sealed class AdminSettingsValidator : AbstractValidator<AdminSettings>
{
    /// <summary>Rules.</summary>
    public AdminSettingsValidator(IHostEnvironment environment)
    {
        RuleFor(s => s.OpenIdConnect.Authority).Must(a => string.IsNullOrEmpty(a) || IsAddress(a, environment.IsDevelopment()))
            .WithMessage("Admin:OpenIdConnect:Authority is '{PropertyValue}': write the https address that is the provider's issuer, at most 190 characters, e.g. https://idp.example, or leave it out.");
        RuleFor(s => s.LocalSignIn).Must((s, local) => local || s.OpenIdConnect.IsConfigured)
            .WithMessage("Admin:LocalSignIn is 'False': without Admin:OpenIdConnect:Authority nobody could sign in; write true or leave it out.");
        When(s => s.OpenIdConnect.IsConfigured, () =>
        {
            RuleFor(s => s.OpenIdConnect.ClientId).Must(id => !string.IsNullOrWhiteSpace(id))
                .WithMessage("Admin:OpenIdConnect:ClientId is not set: write the client id that this server has at the provider.");
            RuleFor(s => s.OpenIdConnect.RoleClaim).Must(claim => !string.IsNullOrWhiteSpace(claim))
                .WithMessage("Admin:OpenIdConnect:RoleClaim is '{PropertyValue}': write the name of the claim that holds the roles, e.g. roles.");
        });
        RuleForEach(s => s.OpenIdConnect.RoleMap).Must(e => AdminOpenIdConnectSettings.Names(e.Value) is { Length: > 0 } names && names.All(n => Roles.All.Contains(n, StringComparer.Ordinal)))
            .WithMessage((_, e) => $"Admin:OpenIdConnect:RoleMap:{e.Key} is '{e.Value}': write one or more of {string.Join(", ", Roles.All)}, separated by spaces.");
    }

    private static bool IsAddress(string authority, bool development) =>
        authority.Length <= Storage.Administrators.AdministratorAccount.MaxIssuer && Uri.TryCreate(authority, UriKind.Absolute, out var uri) && uri is { UserInfo.Length: 0, Query.Length: 0, Fragment.Length: 0 }
        && (uri.Scheme == Uri.UriSchemeHttps || (development && uri.Scheme == Uri.UriSchemeHttp));
}
