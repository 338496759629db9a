using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Core.Protocol;

namespace TokenExchange.Client.Tests;

/// <summary>The code of docs/agents.md, so that the compiler reads it too. <see cref="AgentsPageTests"/> holds the page to it.</summary>
internal static class AgentsPage
{
    public interface ISessions
    {
        public ValueTask<SubjectToken> CurrentAssertionAsync(CancellationToken cancellationToken);

        public Task<string?> AskForSignInAsync(IReadOnlyList<string> acrValues, TimeSpan? maxAge, CancellationToken cancellationToken);
    }

    public static void ThreeLines(IServiceCollection services, IConfiguration configuration, ISessions sessions)
    {
        services.AddHttpClient("mail", http => http.BaseAddress = new Uri("https://mail.example")).AddActorToken(o =>
        {
            (o.Authority, o.ClientId, o.ClientSecret) = ("https://exchange.example", "inbox-agent", configuration["Agent:ClientSecret"]);
            (o.Resource, o.Purpose, o.Scopes) = ("https://mail.example", "inbox.triage", ["mail.read"]);
            o.SubjectToken = (request, cancellationToken) => sessions.CurrentAssertionAsync(cancellationToken);
        });
    }

    public static async Task OneRequestAsync(HttpClient mail, string assertion, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/messages");
        request.SetSubjectToken(SubjectToken.Jwt(assertion));
        using var response = await mail.SendAsync(request, cancellationToken);
    }

    public static void BareClient(IServiceCollection services, IConfiguration configuration)
    {
        services.AddTokenExchangeClient(o => (o.Authority, o.ClientId, o.ClientKey) = ("https://exchange.example", "inbox-agent", configuration["Agent:ClientKey"]));
    }

    public static async Task<string> BareAsync(TokenExchangeClient exchange, string assertion, CancellationToken cancellationToken)
    {
        var asked = new ExchangeParameters(SubjectToken.Jwt(assertion), "https://mail.example") { Purpose = "inbox.triage", Scopes = ["mail.read"] };
        var text = await exchange.ExchangeAsync(asked, cancellationToken) switch
        {
            ExchangeResult.Succeeded { Token: var token } => $"{token.Scopes} until {token.ExpiresAt:t}",
            ExchangeResult.Refused refused => $"{refused.Error}: {refused.ErrorDescription}",
            _ => throw new InvalidOperationException("There is no third result."),
        };
        return text;
    }

    public static void HandingOn(IServiceCollection services, IConfiguration configuration, string received)
    {
        services.AddHttpClient("mail", http => http.BaseAddress = new Uri("https://mail.example")).AddActorToken(o =>
        {
            (o.Authority, o.ClientId, o.ClientSecret) = ("https://exchange.example", "summary-agent", configuration["Agent:ClientSecret"]);
            (o.Resource, o.Purpose) = ("https://mail.example", "inbox.triage");
            o.SubjectToken = (request, cancellationToken) => ValueTask.FromResult(SubjectToken.ActorToken(received));
        });
    }

    public static async Task<ExchangeResult> NarrowingAsync(TokenExchangeClient exchange, string mine, CancellationToken cancellationToken)
    {
        var less = new ExchangeParameters(SubjectToken.ActorToken(mine), "https://mail.example") { Purpose = "inbox.triage", Scopes = ["mail.read"] };
        var narrowed = await exchange.ExchangeAsync(less, cancellationToken);
        return narrowed;
    }

    public static void StepUp(IServiceCollection services, IConfiguration configuration, ISessions sessions)
    {
        services.AddHttpClient("mail", http => http.BaseAddress = new Uri("https://mail.example")).AddActorToken(o =>
        {
            (o.Authority, o.ClientId, o.ClientSecret) = ("https://exchange.example", "inbox-agent", configuration["Agent:ClientSecret"]);
            (o.Resource, o.Purpose, o.Scopes) = ("https://mail.example", "inbox.triage", ["mail.read", "mail.send"]);
            o.SubjectToken = (request, cancellationToken) => sessions.CurrentAssertionAsync(cancellationToken);
            o.StepUp = async (wanted, cancellationToken) =>
                await sessions.AskForSignInAsync(wanted.AcrValues, wanted.MaxAge, cancellationToken) is { } assertion ? SubjectToken.Jwt(assertion) : null;
        });
    }

    public static async Task StepUpAsync(HttpClient mail, ISessions sessions, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await mail.PostAsync("/messages/1/send", content: null, cancellationToken);
        }
        catch (TokenExchangeRefusedException e) when (e.Refusal.Error is ErrorCodes.InsufficientUserAuthentication)
        {
            await sessions.AskForSignInAsync(e.Refusal.AcrValues, e.Refusal.MaxAge, cancellationToken);
        }
    }
}
