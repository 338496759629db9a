using FluentValidation;
using TokenExchange.Core.Tokens;

namespace TokenExchange.Server.Settings;

/// <summary>The section <c>Me</c>: the page where users see which agents act for them.</summary>
public sealed class MeSettings
{
    /// <summary>Section name.</summary>
    public const string Section = "Me";

    /// <summary>Where users can sign in, in the order in which they are offered it.</summary>
    public IReadOnlyList<SignInSettings> SignIn { get; set; } = [];
}

/// <summary>One entry of the section <c>Me:SignIn</c>.</summary>
public sealed class SignInSettings
{
    /// <summary>The issuer.</summary>
    [Setting("Where users sign in to see which agents act for them (`/me`): a trusted issuer of the configuration, exactly as it stands there, with `jwt` or `id_token` among its `tokenTypes`. "
        + "It must speak OpenID Connect (authorization code with PKCE) and know `{Exchange:Issuer}/me/signed-in/0` as a redirect URI. Further issuers have the numbers 1, 2 and so on.",
        Default = "none: nobody can sign in")]
    public string Issuer { get; set; } = string.Empty;

    /// <summary>Our client id there.</summary>
    [Setting("This server's client id at that issuer. Make it a client of its own: it is not one of the issuer's `audiences`, or agents could exchange what users sign in with.", Default = "must be set with the issuer")]
    public string ClientId { get; set; } = string.Empty;

    /// <summary>Our secret there.</summary>
    [Setting("This server's client secret at that issuer; give it as a variable of the environment.", Default = "none: a public client, which proves by PKCE alone that a code is its own")]
    public string? ClientSecret { get; set; }

    /// <summary>What people call it.</summary>
    [Setting("What the button says after “Sign in with”, at most 60 characters.", Default = "the issuer's host")]
    public string? Name { get; set; }
}

/// <summary>Judges <see cref="MeSettings"/>.</summary>
public sealed class MeSettingsValidator : AbstractValidator<MeSettings>
{
    private readonly bool _development;

    /// <summary>Rules.</summary>
    public MeSettingsValidator(IHostEnvironment environment)
    {
        _development = environment.IsDevelopment();
        RuleFor(s => s.SignIn).Custom((entries, context) =>
        {
            foreach (var problem in entries.SelectMany((e, i) => Problems(e, $"{MeSettings.Section}:{nameof(MeSettings.SignIn)}:{i}", entries.Take(i))))
            {
                context.AddFailure(problem);
            }
        });
    }

    private IEnumerable<string> Problems(SignInSettings entry, string key, IEnumerable<SignInSettings> before)
    {
        if (entry.Issuer.Length == 0)
        {
            yield return $"{key}:Issuer is not set: write the issuer that users sign in at, exactly as it stands in the configuration.";
        }
        else if (!IsIssuer(entry.Issuer))
        {
            yield return $"{key}:Issuer is '{entry.Issuer}': write an https address without query and fragment; in Development http on this machine will do.";
        }
        else if (before.Any(b => string.Equals(b.Issuer, entry.Issuer, StringComparison.Ordinal)))
        {
            yield return $"{key}:Issuer is '{entry.Issuer}': it is there before; write each issuer once.";
        }

        if (entry.ClientId.Length == 0)
        {
            yield return $"{key}:ClientId is not set: write the client id that the issuer knows this server by.";
        }

        if (entry.Name is { } name && (name.Length > 60 || !JsonClaims.IsIdentifier(name)))
        {
            yield return $"{key}:Name is '{name}': write a few words that can be seen, at most 60 characters, or leave it out.";
        }
    }

    // The browser carries the code there and back, so plain http is for what never leaves this machine.
    private bool IsIssuer(string issuer) =>
        Uri.TryCreate(issuer, UriKind.Absolute, out var uri) && uri.Query.Length == 0 && uri.Fragment.Length == 0 && uri.UserInfo.Length == 0
        && (uri.Scheme == Uri.UriSchemeHttps || (_development && uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback));
}
