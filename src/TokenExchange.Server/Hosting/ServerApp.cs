using FluentValidation;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using TokenExchange.Migrations.Sqlite;
using TokenExchange.Migrations.SqlServer;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Api;
using TokenExchange.Server.Assertions;
using TokenExchange.Server.Bundles;
using TokenExchange.Server.Clients;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Evaluations;
using TokenExchange.Server.Events;
using TokenExchange.Server.Exchange;
using TokenExchange.Server.Introspection;
using TokenExchange.Server.Keys;
using TokenExchange.Server.Me;
using TokenExchange.Server.OpenIddict;
using TokenExchange.Server.Policies;
using TokenExchange.Server.Revocations;
using TokenExchange.Server.Settings;
using TokenExchange.Server.Signals;
using TokenExchange.Server.Simulation;
using TokenExchange.Server.Status;
using TokenExchange.Server.Web;
using TokenExchange.Storage;

namespace TokenExchange.Server.Hosting;

/// <summary>Builds the server: what it consists of, in one place. Samples and tests host it with the same lines as the executable.</summary>
public static class ServerApp
{
    /// <summary>Where it listens when nothing else is said.</summary>
    public const string DefaultUrl = "http://localhost:5080";

    /// <summary>Builds the app; nothing runs yet. <paramref name="customize"/> lets a host replace services, such as the clock.</summary>
    /// <exception cref="ConfigurationException">A setting is wrong; the message says which and what to write instead.</exception>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? customize = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        builder.AddHardening();
        if (string.IsNullOrEmpty(builder.Configuration[WebHostDefaults.ServerUrlsKey]))
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }

        AddSettings(builder);
        AddServices(builder);
        builder.AddPages();
        builder.Services.AddMe();
        customize?.Invoke(builder);
        var app = builder.Build();
        app.UseHardening();
        app.UseOutageAnswers();
        app.UseAddressLimit();
        app.UseStrictFraming();
        app.UsePageErrors();
        app.UsePageFiles();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapHealth();
        app.MapErrorPages();
        app.MapServerApi();
        app.MapSignals();
        app.MapMe();
        app.MapPages();
        return app;
    }

    private static void AddSettings(WebApplicationBuilder builder)
    {
        var development = builder.Environment.IsDevelopment();
        builder.Services.AddSingleton<IValidator<ExchangeSettings>, ExchangeSettingsValidator>();
        builder.Services.AddSingleton<IValidator<StorageSettings>, StorageSettingsValidator>();
        builder.Services.AddValidated<ExchangeSettings>(ExchangeSettings.Section)
            .PostConfigure(s => s.Issuer = s.Issuer.Length == 0 && development ? DefaultUrl : s.Issuer);
        builder.Services.AddValidated<StorageSettings>(StorageSettings.Section);
        builder.Services.AddSingleton<IValidator<LimitSettings>, LimitSettingsValidator>();
        builder.Services.AddSingleton<IValidator<ProxySettings>, ProxySettingsValidator>();
        builder.Services.AddValidated<LimitSettings>(LimitSettings.Section);
        builder.Services.AddValidated<ProxySettings>(ProxySettings.Section);
        builder.Services.AddSingleton<IValidator<TlsSettings>, TlsSettingsValidator>();
        builder.Services.AddValidated<TlsSettings>(TlsSettings.Section);
        builder.Services.AddSingleton<IValidator<EventSettings>, EventSettingsValidator>();
        builder.Services.AddValidated<EventSettings>(EventSettings.Section);
        builder.Services.AddSingleton<IValidator<MeSettings>, MeSettingsValidator>();
        builder.Services.AddValidated<MeSettings>(MeSettings.Section);
        builder.Services.AddSingleton<IValidator<AdminSettings>, AdminSettingsValidator>();
        builder.Services.AddValidated<AdminSettings>(AdminSettings.Section).Configure<IConfiguration>((admin, configuration) => admin.OpenIdConnect.ReadRoleMap(configuration));
        builder.Services.AddOptions<PolicySettings>().BindConfiguration(PolicySettings.Section);
        builder.Services.AddOptions<ConnectionSettings>().BindConfiguration(ConnectionSettings.Section);
        builder.Services.AddOptions<KeySettings>().BindConfiguration(KeySettings.Section);
    }

    private static void AddServices(WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddQuietLogs();
        services.TryAddSingleton(TimeProvider.System);
        static string? Connection(IServiceProvider provider) => provider.GetRequiredService<IOptions<ConnectionSettings>>().Value.Exchange;
        if (builder.Configuration["Storage:Provider"] == StorageSettings.SqlServerProvider)
        {
            services.AddSqlServerStorage(p => (Connection(p)!, p.GetRequiredService<IOptions<StorageSettings>>().Value.SqlServer.MaxBatchSize));
        }
        else
        {
            services.AddSqliteStorage(p => Connection(p) is { Length: > 0 } connection ? connection : ConnectionSettings.Embedded);
        }

        services.AddDataProtection().SetApplicationName("TokenExchange");
        services.AddOptions<KeyManagementOptions>().Configure<IOptions<KeySettings>, ILoggerFactory>((options, keys, logs) =>
            options.XmlRepository = new KeyRing(() => new FileSystemXmlRepository(RingDirectory(keys.Value), logs)));

        services.AddSingleton<CatalogSource>();
        services.AddSingleton<ConfigurationEditor>();
        services.AddSingleton<ItemEditor>();
        services.AddSingleton<PolicyDrafts>();
        services.AddSingleton<DraftParts>();
        services.AddServerApiDescription();
        services.AddSingleton<SigningKeys>();
        services.AddSingleton<JwtSigner>();
        services.AddSingleton<KeyRotation>();
        services.AddSingleton<GuardedHttp>();
        services.AddSingleton<PublishedKeys>();
        services.AddSingleton<TrustedJwts>();
        services.AddSingleton<SessionAssertions>();
        services.AddSingleton<ActorTokens>();
        services.AddSingleton<OwnTokens>();
        services.AddSingleton<SubjectTokens>();
        services.AddSingleton<AssertionTest>();
        services.AddSingleton<IssuerStatuses>();
        services.AddSingleton<ClientAssertions>();
        services.AddSingleton<ClientCertificates>();
        services.AddSingleton<ClientAuthenticator>();
        services.AddSingleton<ClientSecrets>();
        services.AddSingleton<TokenExchanger>();
        services.AddSingleton<ApiTokens>();
        services.AddSingleton<PolicyBundles>();
        services.AddSingleton<Introspector>();
        services.AddSingleton<IntrospectionJwt>();
        services.AddSingleton<Evaluator>();
        services.AddSingleton<TokenRevoker>();
        services.AddSingleton<Revoker>();
        services.AddSingleton<EventReach>();
        services.AddSingleton<EventFeed>();
        services.AddSingleton<EventTokens>();
        services.AddSingleton<EventWatch>();
        services.AddSingleton<EventPoller>();
        services.AddSingleton<StreamEditor>();
        services.AddSingleton<EventSender>();
        services.AddHostedService(s => s.GetRequiredService<EventSender>());
        services.AddSingleton<SecurityEvents>();
        services.AddSingleton<SignalReceiver>();
        services.AddSingleton<PolicyChoices>();
        services.AddSingleton<Simulator>();
        services.AddSingleton<Replayer>();
        services.AddSingleton<EffectiveSettings>();
        services.AddSingleton<Health>();
        services.AddSingleton<Maintenance>();
        services.AddHostedService(s => s.GetRequiredService<Maintenance>());
        services.AddProtocolFront();
        builder.AddAdministrators();
    }

    // The key ring is made ready by hand: it must sit outside the database whose keys it protects, readable by this service alone.
    private static DirectoryInfo RingDirectory(KeySettings keys)
    {
        var path = keys.RingPath;
        try
        {
            return OperatingSystem.IsWindows() ? Directory.CreateDirectory(path) : Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"Keys:RingDirectory is '{path}': this directory cannot be made or opened; write one that only this service can read and write.");
        }
    }

    private static OptionsBuilder<T> AddValidated<T>(this IServiceCollection services, string section)
        where T : class
    {
        var options = services.AddOptions<T>().BindConfiguration(section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<T>, SettingsValidation<T>>();
        return options;
    }

    private sealed class SettingsValidation<T>(IValidator<T> validator) : IValidateOptions<T>
        where T : class
    {
        public ValidateOptionsResult Validate(string? name, T options) =>
            validator.Validate(options) is { IsValid: false } judged ? ValidateOptionsResult.Fail(judged.Errors.Select(e => e.ErrorMessage)) : ValidateOptionsResult.Success;
    }
}
