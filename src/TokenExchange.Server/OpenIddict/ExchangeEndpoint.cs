using System.Security.Claims;
using System.Text.Json;
using System.Text.Json.Nodes;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using TokenExchange.Core.Protocol;
using TokenExchange.Core.Tokens;
using TokenExchange.Server.Api;
using TokenExchange.Server.Exchange;
using TokenExchange.Server.Keys;
using static OpenIddict.Server.OpenIddictServerEvents;
using static OpenIddict.Server.OpenIddictServerHandlers;

namespace TokenExchange.Server.OpenIddict;

/// <summary>How a token request reaches the story and how its outcome becomes the answer.</summary>
internal static class ExchangeEndpoint
{
    public static void Register(OpenIddictServerBuilder server)
    {
        server.RemoveEventHandler(OpenIddictServerHandlers.Exchange.ValidateGrantType.Descriptor);
        server.AddEventHandler<ValidateTokenRequestContext>(b => b.UseInlineHandler(RequireGrantType).SetOrder(OpenIddictServerHandlers.Exchange.ValidateGrantType.Descriptor.Order));
        server.AddEventHandler<HandleTokenRequestContext>(b => b.UseScopedHandler<RunExchange>().SetOrder(0));
        server.AddEventHandler<ApplyTokenResponseContext>(b => b.UseInlineHandler(Answer).SetOrder(int.MinValue + 50_000));
        server.AddEventHandler<GenerateTokenContext>(b => b.UseInlineHandler(WriteExactClaims).SetOrder(Protection.AttachTokenMetadata.Descriptor.Order + 1));
    }

    // OpenIddict's own check also has an opinion of scopes.
    private static ValueTask RequireGrantType(ValidateTokenRequestContext context)
    {
        switch (context.Request.ToForm().Values("grant_type"))
        {
            case [GrantTypes.TokenExchange or GrantTypes.ClientCredentials]:
                break;
            case [_]:
                context.Reject(ErrorCodes.UnsupportedGrantType);
                break;
            default:
                context.Refuse(new Refusal(RefusalReason.MalformedRequest, "grant_type is missing or appears more than once"));
                break;
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>OpenIddict event, adapter, story: the middle hop.</summary>
    internal sealed class RunExchange(TokenExchanger exchanger, ApiTokens apiTokens, SigningKeys keys) : IOpenIddictServerHandler<HandleTokenRequestContext>
    {
        public async ValueTask HandleAsync(HandleTokenRequestContext context)
        {
            // Taken first, and signed with in the end: should the keys be withdrawn meanwhile, what a token of theirs was exchanged for dies with it.
            context.Transaction.SetKeys(await keys.CurrentAsync(CancellationToken.None));

            // Not the request's token: who hangs up is judged and on record all the same. Each step is bounded by itself.
            var (form, caller) = (context.Request.ToForm(), context.Transaction.Caller());
            var outcome = context.Request.GrantType == GrantTypes.ClientCredentials
                ? await apiTokens.IssueAsync(form, caller, CancellationToken.None)
                : await exchanger.ExchangeAsync(form, caller, CancellationToken.None);
            context.Transaction.SetOutcome(outcome);
            context.Transaction.SetOnRecord();
            switch (outcome)
            {
                case ExchangeOutcome.Issued(var token):
                    context.Principal = Signable(token.Subject);
                    break;
                case ExchangeOutcome.IssuedForApi(var token):
                    context.Principal = Signable(token.ClientId);
                    break;
                case ExchangeOutcome.Refused(var refusal):
                    context.Reject(RefusalWire.For(refusal.Reason).Error);
                    break;
                default:
                    throw new InvalidOperationException("Unknown outcome.");
            }
        }

        // OpenIddict needs an identity to sign for; what is signed are the story's claims alone.
        private static ClaimsPrincipal Signable(string subject) => new(new ClaimsIdentity("TokenExchange").SetClaim(ClaimNames.Subject, subject));
    }

    // Exactly the claims of the story: no private claims of OpenIddict, the issuer as the exact string, nbf, our own jti.
    // Without an outcome the story has not run, and nothing may be signed.
    private static ValueTask WriteExactClaims(GenerateTokenContext context)
    {
        var (claims, issuer, issuedAt, expiresAt) = context.Transaction.Outcome() switch
        {
            _ when context.TokenType != TokenTypes.AccessToken => throw NotIssued(),
            ExchangeOutcome.Issued(var token) => (token.ToClaims(), token.Issuer, token.IssuedAt, token.ExpiresAt),
            ExchangeOutcome.IssuedForApi(var token) => (token.ToClaims(), token.Issuer, token.IssuedAt, token.ExpiresAt),
            _ => throw NotIssued(),
        };
        var descriptor = context.SecurityTokenDescriptor;
        descriptor.Subject = null;
        descriptor.TokenType = TokenTypes.AccessTokenHeader;
        descriptor.Issuer = issuer;
        descriptor.Audience = null;
        descriptor.IssuedAt = issuedAt.UtcDateTime;
        descriptor.NotBefore = issuedAt.UtcDateTime;
        descriptor.Expires = expiresAt.UtcDateTime;
        descriptor.Claims = claims.Where(c => !SetByDescriptor(c)).ToDictionary(c => c.Key, c => (object)JsonSerializer.SerializeToElement(c.Value), StringComparer.Ordinal);
        return ValueTask.CompletedTask;
    }

    private static ValueTask Answer(ApplyTokenResponseContext context)
    {
        switch (context.Transaction.Outcome())
        {
            case not null when !string.IsNullOrEmpty(context.Response.Error):
                break;
            case ExchangeOutcome.Issued(var token):
                context.Response.ExpiresIn = (long)(token.ExpiresAt - token.IssuedAt).TotalSeconds;
                context.Response.Scope = token.Scopes.ToString();
                context.Response[ClaimNames.Purpose] = token.Purpose;
                break;
            case ExchangeOutcome.IssuedForApi(var token):
                context.Response.ExpiresIn = (long)(token.ExpiresAt - token.IssuedAt).TotalSeconds;
                context.Response.Scope = token.Scopes.ToString();
                break;
        }

        return ValueTask.CompletedTask;
    }

    private static InvalidOperationException NotIssued() => new("A token was about to be signed that nobody has issued.");

    private static bool SetByDescriptor(KeyValuePair<string, JsonNode?> claim) =>
        claim.Key is ClaimNames.Issuer or ClaimNames.IssuedAt or ClaimNames.NotBefore or ClaimNames.ExpiresAt;
}
