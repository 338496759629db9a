using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using TokenExchange.Core.Protocol;
using TokenExchange.Core.Tokens;
using TokenExchange.ResourceServer.Authority;
using TokenExchange.ResourceServer.Enforcement;
using TokenExchange.ResourceServer.Responses;

namespace TokenExchange.ResourceServer.Validation;

/// <summary>
/// Sets up the stock handler. It runs after the app's own configuration and replaces whatever decides about a token, so that a setting for
/// another scheme, or a section <c>Authentication:Schemes:ActorToken</c>, cannot open a side door.
/// </summary>
internal sealed class ActorTokenHandlerSetup(
    IOptions<ActorTokenOptions> options, AuthorityMetadata metadata, IntrospectionClient introspection, TokenMemory memory, Enforcer enforcer,
    RefusalResponses responses, TimeProvider time, ILogger<ActorTokenHandlerSetup> logger) : IPostConfigureOptions<JwtBearerOptions>
{
    private readonly ActorTokenOptions _options = options.Value;
    private readonly ResourceIndicator _resource = ResourceIndicator.Parse(options.Value.Resource!);

    public void PostConfigure(string? name, JwtBearerOptions jwt)
    {
        if (!string.Equals(name, ActorTokenDefaults.AuthenticationScheme, StringComparison.Ordinal))
        {
            return;
        }

        jwt.ConfigurationManager = metadata;
        jwt.EventsType = null;
        jwt.Events = new ActorTokenEvents(_options, metadata, _options.Introspection is null ? null : introspection, memory, enforcer, responses, time, logger);
        jwt.MapInboundClaims = false;
        jwt.SaveToken = false;
        jwt.UseSecurityTokenValidators = false;
        jwt.TokenHandlers.Clear();
        jwt.TokenHandlers.Add(new JsonWebTokenHandler { MapInboundClaims = false, MaximumTokenSizeInBytes = CompactJwt.MaxLength });
        jwt.TokenValidationParameters = new TokenValidationParameters
        {
            AuthenticationType = ActorTokenDefaults.AuthenticationScheme,
            NameClaimType = ClaimNames.Subject,
            ValidTypes = ActorTokenReader.Types,
            ValidAlgorithms = _options.Algorithms,
            RequireSignedTokens = true,
            RequireExpirationTime = true,

            // The key the token names, or none: otherwise a wrong key id would still be tried against every key.
            TryAllIssuerSigningKeys = false,
            IssuerValidator = CheckIssuer,
            AudienceValidator = CheckAudience,
            LifetimeValidator = CheckLifetime,
        };
    }

    // The stock comparison would also accept whatever issuer the metadata names.
    private string CheckIssuer(string issuer, SecurityToken token, TokenValidationParameters parameters) =>
        string.Equals(issuer, _options.Authority, StringComparison.Ordinal) ? issuer : throw new TokenRefusedException(TokenRefusal.OtherIssuer);

    // The stock comparison is content when one of several audiences fits; then another resource could pass the token on to this one.
    private bool CheckAudience(IEnumerable<string> audiences, SecurityToken token, TokenValidationParameters parameters)
    {
        string[] named = [.. audiences];
        if (named.Length != 1)
        {
            throw new TokenRefusedException(TokenRefusal.NotOneResource);
        }

        if (!ResourceIndicator.TryParse(named[0], out var resource) || !resource.Equals(_resource))
        {
            throw new TokenRefusedException(TokenRefusal.OtherResource);
        }

        return true;
    }

    // Having a validator of our own turns the stock checks off, the one for a missing exp included.
    private bool CheckLifetime(DateTime? notBefore, DateTime? expires, SecurityToken token, TokenValidationParameters parameters)
    {
        var now = time.GetUtcNow().UtcDateTime;
        if (expires is null)
        {
            throw new TokenRefusedException(TokenRefusal.NoExpiry);
        }

        // exp is the first instant at which the token is no longer good (RFC 7519 §4.1.4).
        if (now - _options.ClockSkew >= expires)
        {
            throw new TokenRefusedException(TokenRefusal.Expired);
        }

        if (now + _options.ClockSkew < notBefore)
        {
            throw new TokenRefusedException(TokenRefusal.NotYetValid);
        }

        return true;
    }
}
