using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Server.Hosting;
using TokenExchange.Server.Settings;

namespace TokenExchange.Server.Tests.Settings;

/// <summary>An administrator sees every setting as it holds and where it came from, and no secret.</summary>
public sealed class EffectiveSettingsTests
{
    private const string Password = "Sup3r-Secret;'\"x";

    [Fact]
    public void Every_known_setting_is_listed_once_in_the_order_of_the_page()
    {
        var list = List();

        list.Select(s => s.Key).ShouldBe([.. KnownSettings.All.Select(s => s.Key), "Urls"]);
        list.ShouldAllBe(s => s.Meaning.Length > 0 && s.Default.Length > 0);
    }

    [Fact]
    public void What_nobody_has_set_is_its_default()
    {
        var list = List();

        list.ShouldAllBe(s => s.Source == SettingSource.Default && s.File == null);
        list.ToDictionary(s => s.Key, s => s.Value, StringComparer.Ordinal).ShouldBeEquivalentTo(
            new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["Exchange:Issuer"] = "http://localhost:5080", ["Exchange:Apply"] = null, ["Exchange:ClockSkew"] = "00:00:05", ["Storage:Provider"] = "Sqlite", ["Storage:MigrateOnStart"] = "true",
                ["Storage:SqlServer:MaxBatchSize"] = null, ["ConnectionStrings:Exchange"] = "Data Source=exchange.db", ["Keys:RingDirectory"] = Path.GetFullPath("exchange-keys"),
                ["Limits:RequestsPerSecondPerAddress"] = "200", ["Limits:RequestsPerSecondPerClient"] = "200", ["Proxies:Trusted"] = null, ["Tls:ClientAuthorities"] = null,
                ["Events:Retention"] = "1.00:00:00", ["Events:InactivityTimeout"] = "01:00:00", ["Policies:FourEyes"] = "false",
                ["Admin:LocalSignIn"] = "true", ["Admin:OpenIdConnect:Authority"] = null, ["Admin:OpenIdConnect:ClientId"] = null, ["Admin:OpenIdConnect:ClientSecret"] = null,
                ["Admin:OpenIdConnect:RoleClaim"] = "roles", ["Admin:OpenIdConnect:RoleMap:<value>"] = null,
                ["Me:SignIn:0:Issuer"] = null, ["Me:SignIn:0:ClientId"] = null, ["Me:SignIn:0:ClientSecret"] = null, ["Me:SignIn:0:Name"] = null, ["Urls"] = "http://localhost:5080",
            });
    }

    [Fact]
    public void Each_says_where_it_came_from_and_the_last_source_wins()
    {
        var folder = Directory.CreateTempSubdirectory("tokenexchange-test-").FullName;
        var (first, second) = (Path.Combine(folder, "site.json"), Path.Combine(folder, "more.json"));
        File.WriteAllText(first, """{"Limits":{"RequestsPerSecondPerAddress":"7","RequestsPerSecondPerClient":"8"},"Events":{"Retention":"2.00:00:00"},"Policies":{"FourEyes":true}}""");
        File.WriteAllText(second, """{"Events":{"Retention":"3.00:00:00"}}""");
        Environment.SetEnvironmentVariable("SETTINGS_TEST_Limits__RequestsPerSecondPerClient", "9");
        Environment.SetEnvironmentVariable("SETTINGS_TEST_Policies__FourEyes", "false");
        try
        {
            var list = List(builder => builder.Configuration.AddJsonFile(first).AddJsonFile(second).AddEnvironmentVariables("SETTINGS_TEST_")
                .AddCommandLine(["--Policies:FourEyes=true", "--Exchange:ClockSkew=00:00:07"]).AddInMemoryCollection([new("Events:InactivityTimeout", "00:30:00")]));

            Of(list, "Limits:RequestsPerSecondPerAddress").ShouldBe(("7", SettingSource.File, "site.json"));
            Of(list, "Limits:RequestsPerSecondPerClient").ShouldBe(("9", SettingSource.Environment, null));
            Of(list, "Events:Retention").ShouldBe(("3.00:00:00", SettingSource.File, "more.json"));
            Of(list, "Policies:FourEyes").ShouldBe(("true", SettingSource.CommandLine, null));
            Of(list, "Exchange:ClockSkew").ShouldBe(("00:00:07", SettingSource.CommandLine, null));
            Of(list, "Events:InactivityTimeout").ShouldBe(("00:30:00", SettingSource.Host, null));
            Of(list, "Storage:Provider").ShouldBe(("Sqlite", SettingSource.Default, null));
        }
        finally
        {
            Environment.SetEnvironmentVariable("SETTINGS_TEST_Limits__RequestsPerSecondPerClient", null);
            Environment.SetEnvironmentVariable("SETTINGS_TEST_Policies__FourEyes", null);
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void The_addresses_it_was_told_to_listen_on_are_those_it_was_told() =>
        Of(List(settings: ["--urls=http://127.0.0.1:7;http://127.0.0.1:8"]), "Urls").ShouldBe(("http://127.0.0.1:7;http://127.0.0.1:8", SettingSource.CommandLine, null));

    [Theory]
    [InlineData("Server=db.internal,1433;Database=Exchange;User ID=exchange;Password=@;Encrypt=True", "Server=db.internal,1433;Database=Exchange;user id=(hidden);password=(hidden);Encrypt=True")]
    [InlineData("Data Source=exchange.db;Password=@", "Data Source=exchange.db;password=(hidden)")]
    [InlineData("Data Source=exchange.db;PWD=@;Mode=ReadWrite", "Data Source=exchange.db;pwd=(hidden);Mode=ReadWrite")]
    [InlineData("Data Source='file:exchange.db?hexkey=@'", "Data Source=file:exchange.db?(hidden)")]
    [InlineData("Server=db;Access Token=@;Something New=@", "Server=db;access token=(hidden);something new=(hidden)")]
    [InlineData("@", "(hidden)")]
    [InlineData("Server=db;@", "(hidden)")]
    public void Of_a_connection_string_only_what_is_known_to_be_harmless_is_shown(string connection, string shown) =>
        SettingSecrets.Hide("ConnectionStrings:Exchange", connection.Replace("@", "Sup3r-Secret", StringComparison.Ordinal)).ShouldBe(shown);

    [Theory]
    [InlineData("SignIn:ClientSecret")]
    [InlineData("SignIn:Password")]
    [InlineData("Kestrel:Certificate:PfxPassphrase")]
    [InlineData("Metrics:ApiKey")]
    [InlineData("Metrics:BearerToken")]
    [InlineData("Some:Key")]
    [InlineData("some:client_secret")]
    [InlineData("Secret")]
    public void A_setting_whose_name_says_secret_is_hidden_as_a_whole(string key)
    {
        SettingSecrets.IsSecret(key).ShouldBeTrue();
        SettingSecrets.Hide(key, Password).ShouldBe("(hidden)");
        SettingSecrets.Hide(key, null).ShouldBeNull();
    }

    [Theory]
    [InlineData("Proxies:Trusted", "10.0.0.0/8", "10.0.0.0/8")]
    [InlineData("Keys:RingDirectory", "/var/keys", "/var/keys")]
    [InlineData("Metrics:Endpoint", "https://exporter:Sup3r-Secret@metrics.internal:4317/v1", "https://(hidden)@metrics.internal:4317/v1")]
    [InlineData("Urls", "http://[::]:80;https://*:443", "http://[::]:80;https://*:443")]
    public void Everything_else_is_shown_but_for_credentials_in_an_address(string key, string value, string shown) => SettingSecrets.Hide(key, value).ShouldBe(shown);

    // Whatever setting is added one day: put a secret where it is one, and it must not come out again.
    [Fact]
    public void No_secret_comes_out_wherever_it_was_put()
    {
        var secrets = KnownSettings.All.Where(s => SettingSecrets.IsSecret(s.Key)).Select(s => new KeyValuePair<string, string?>(s.Key, Password))
            .Append(new("ConnectionStrings:Exchange", $"Data Source=x.db;Password=\"{Password.Replace("\"", "\"\"", StringComparison.Ordinal)}\""));

        var json = JsonSerializer.Serialize(List(builder => builder.Configuration.AddInMemoryCollection(secrets)));

        json.ShouldContain("(hidden)");
        json.ShouldContain("x.db");
        json.ShouldNotContain("Sup3r");
        json.ShouldNotContain("Secret;");
    }

    private static (string? Value, SettingSource Source, string? File) Of(IReadOnlyList<EffectiveSetting> list, string key) => list.Single(s => s.Key == key) is var s ? (s.Value, s.Source, s.File) : default;

    private static IReadOnlyList<EffectiveSetting> List(Action<Microsoft.AspNetCore.Builder.WebApplicationBuilder>? customize = null, params string[] settings)
    {
        using var app = ServerApp.Build(["--environment=Development", .. settings], customize);
        return app.Services.GetRequiredService<EffectiveSettings>().List();
    }
}
