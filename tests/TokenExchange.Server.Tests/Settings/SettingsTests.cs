using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Server.Hosting;
using TokenExchange.Server.Settings;

namespace TokenExchange.Server.Tests.Settings;

/// <summary>Each mistake in a setting stops the start with exactly its sentence.</summary>
public sealed class SettingsTests
{
    private const string Production = "--environment=Production";
    private const string Issuer = "--Exchange:Issuer=https://exchange.example";
    private const string SqlServer = "--Storage:Provider=SqlServer";

    public static TheoryData<string> Names => [.. Rows.Keys];

    private static Dictionary<string, (string Sentence, string[] Settings)> Rows { get; } = new(StringComparer.Ordinal)
    {
        ["authorities that are nowhere"] = (
            "Tls:ClientAuthorities is '/no/such.pem': no certificate can be read from it; write the path of a PEM file with the authorities that issue client certificates, or leave it out.",
            [Issuer, "--Tls:ClientAuthorities=/no/such.pem"]),
        ["passwords of administrators switched off with nothing in their place"] = (
            "Admin:LocalSignIn is 'False': without Admin:OpenIdConnect:Authority nobody could sign in; write true or leave it out.", [Issuer, "--Admin:LocalSignIn=false"]),
        ["an identity provider of administrators over http in Production"] = (
            "Admin:OpenIdConnect:Authority is 'http://idp.example': write the https address that is the provider's issuer, at most 190 characters, e.g. https://idp.example, or leave it out.",
            [Issuer, "--Admin:OpenIdConnect:Authority=http://idp.example", "--Admin:OpenIdConnect:ClientId=x"]),
        ["an identity provider of administrators that does not know this server"] = (
            "Admin:OpenIdConnect:ClientId is not set: write the client id that this server has at the provider.", [Issuer, "--Admin:OpenIdConnect:Authority=https://idp.example"]),
        ["no claim for the roles of administrators"] = (
            "Admin:OpenIdConnect:RoleClaim is '': write the name of the claim that holds the roles, e.g. roles.",
            [Issuer, "--Admin:OpenIdConnect:Authority=https://idp.example", "--Admin:OpenIdConnect:ClientId=x", "--Admin:OpenIdConnect:RoleClaim="]),
        ["a group that stands for no role"] = (
            "Admin:OpenIdConnect:RoleMap:urn:corp:admins is 'administrator root': write one or more of administrator, policy_author, approver, auditor, separated by spaces.",
            [Issuer, "--Admin:OpenIdConnect:RoleMap:urn:corp:admins=administrator root"]),
        ["a map of roles without a group"] = (
            "Admin:OpenIdConnect:RoleMap is not a setting: write one of Admin:LocalSignIn, Admin:OpenIdConnect:Authority, Admin:OpenIdConnect:ClientId, Admin:OpenIdConnect:ClientSecret, Admin:OpenIdConnect:RoleClaim, Admin:OpenIdConnect:RoleMap:<value>.",
            [Issuer, "--Admin:OpenIdConnect:RoleMap=administrator"]),
        ["a negative limit"] = ("Limits:RequestsPerSecondPerAddress is '-1': write a number from 0 to 1000000; 0 means no limit.", [Issuer, "--Limits:RequestsPerSecondPerAddress=-1"]),
        ["events that are kept too shortly"] = ("Events:Retention is '01:00:00': write a duration from 02:00:00 to 30.00:00:00.", [Issuer, "--Events:Retention=01:00:00"]),
        ["streams that stay longer than events"] = ("Events:InactivityTimeout is '1.00:00:01': write a duration from 00:01:00 to that of Events:Retention.", [Issuer, "--Events:InactivityTimeout=1.00:00:01"]),
        ["a limit that is no number"] = ("Limits:RequestsPerSecondPerClient is 'many': write a whole number.", [Issuer, "--Limits:RequestsPerSecondPerClient=many"]),
        ["a proxy that is no address"] = (
            "Proxies:Trusted is '10.0.0.0/8, proxy.example': write addresses or networks separated by commas, e.g. 10.0.0.0/8, 192.168.7.4; a network must not hold every address.",
            [Issuer, "--Proxies:Trusted=10.0.0.0/8, proxy.example"]),
        ["a network of proxies with bits beyond its prefix"] = (
            "Proxies:Trusted is '10.0.0.1/8': write addresses or networks separated by commas, e.g. 10.0.0.0/8, 192.168.7.4; a network must not hold every address.", [Issuer, "--Proxies:Trusted=10.0.0.1/8"]),
        ["everybody a proxy"] = (
            "Proxies:Trusted is '0.0.0.0/0': write addresses or networks separated by commas, e.g. 10.0.0.0/8, 192.168.7.4; a network must not hold every address.", [Issuer, "--Proxies:Trusted=0.0.0.0/0"]),
        ["the framework's own switch for proxies"] = (
            "ForwardedHeaders_Enabled is 'true': leave it out and name the proxies in Proxies:Trusted, e.g. 10.0.0.0/8.", [Issuer, "--ForwardedHeaders_Enabled=true"]),
        ["no issuer in Production"] = ("Exchange:Issuer is not set: write the https address under which this server is reached, e.g. https://exchange.example.", []),
        ["an http issuer in Production"] = ("Exchange:Issuer is 'http://exchange.example': outside Development it must be an https address.", ["--Exchange:Issuer=http://exchange.example"]),
        ["an issuer with a path"] = NotOrigin("https://exchange.example/tenant"),
        ["an issuer with a trailing slash"] = NotOrigin("https://exchange.example/"),
        ["an issuer with a default port"] = NotOrigin("https://exchange.example:443"),
        ["an issuer in upper case"] = NotOrigin("https://Exchange.example"),
        ["an issuer that is no address"] = NotOrigin("exchange"),
        ["an issuer of another scheme"] = NotOrigin("ftp://exchange.example"),
        ["a clock skew below zero"] = ("Exchange:ClockSkew is '-00:00:01': write a duration from 00:00:00 to 00:01:00.", [Issuer, "--Exchange:ClockSkew=-00:00:01"]),
        ["a clock skew beyond a minute"] = ("Exchange:ClockSkew is '00:01:01': write a duration from 00:00:00 to 00:01:00.", [Issuer, "--Exchange:ClockSkew=00:01:01"]),
        ["a clock skew that is no duration"] = ("Exchange:ClockSkew is '5s': write a duration, hh:mm:ss.", [Issuer, "--Exchange:ClockSkew=5s"]),
        ["a file to apply that is not there"] = ("Exchange:Apply is 'missing.json': there is no such file; write the path of a configuration file or leave it out.", [Issuer, "--Exchange:Apply=missing.json"]),
        ["a key that is no setting"] = ("Exchange:Isuer is not a setting: write one of Exchange:Issuer, Exchange:Apply, Exchange:ClockSkew.", [Issuer, "--Exchange:Isuer=x"]),
        ["a nested key that is no setting"] = ("Storage:SqlServer:Batch is not a setting: write one of Storage:Provider, Storage:MigrateOnStart, Storage:SqlServer:MaxBatchSize.", [Issuer, "--Storage:SqlServer:Batch=1"]),
        ["a value where a section stands"] = ("Storage:SqlServer is not a setting: write one of Storage:Provider, Storage:MigrateOnStart, Storage:SqlServer:MaxBatchSize.", [Issuer, "--Storage:SqlServer=1"]),
        ["a misspelt key ring"] = ("Keys:Ring is not a setting: write one of Keys:RingDirectory.", [Issuer, "--Keys:Ring=keys"]),
        ["a way to sign in without an issuer"] = ("Me:SignIn:0:Issuer is not set: write the issuer that users sign in at, exactly as it stands in the configuration.", [Issuer, "--Me:SignIn:0:ClientId=exchange"]),
        ["a way to sign in without a client id"] = ("Me:SignIn:0:ClientId is not set: write the client id that the issuer knows this server by.", [Issuer, "--Me:SignIn:0:Issuer=https://idp.example"]),
        ["a way to sign in over http"] = NotIssuer("http://127.0.0.1:5091"),
        ["a way to sign in with a query"] = NotIssuer("https://idp.example/?tenant=1"),
        ["a way to sign in that is no address"] = NotIssuer("idp.example"),
        ["a way to sign in twice"] = (
            "Me:SignIn:1:Issuer is 'https://idp.example': it is there before; write each issuer once.",
            [Issuer, "--Me:SignIn:0:Issuer=https://idp.example", "--Me:SignIn:0:ClientId=a", "--Me:SignIn:1:Issuer=https://idp.example", "--Me:SignIn:1:ClientId=b"]),
        ["a way to sign in with a long name"] = (
            $"Me:SignIn:0:Name is '{new string('x', 61)}': write a few words that can be seen, at most 60 characters, or leave it out.",
            [Issuer, "--Me:SignIn:0:Issuer=https://idp.example", "--Me:SignIn:0:ClientId=a", $"--Me:SignIn:0:Name={new string('x', 61)}"]),
        ["a number left out in a list"] = (
            "Me:SignIn:2 is written, but not Me:SignIn:1: count from 0 and leave no number out.",
            [Issuer, "--Me:SignIn:0:Issuer=https://idp.example", "--Me:SignIn:0:ClientId=a", "--Me:SignIn:2:Issuer=https://corp.example", "--Me:SignIn:2:ClientId=b"]),
        ["a key in a list that is no setting"] = (
            "Me:SignIn:0:Secret is not a setting: write one of Me:SignIn:0:Issuer, Me:SignIn:0:ClientId, Me:SignIn:0:ClientSecret, Me:SignIn:0:Name.",
            [Issuer, "--Me:SignIn:0:Issuer=https://idp.example", "--Me:SignIn:0:ClientId=a", "--Me:SignIn:0:Secret=x"]),
        ["a list without numbers"] = (
            "Me:SignIn:Issuer is not a setting: write one of Me:SignIn:0:Issuer, Me:SignIn:0:ClientId, Me:SignIn:0:ClientSecret, Me:SignIn:0:Name.", [Issuer, "--Me:SignIn:Issuer=https://idp.example"]),
        ["an unknown database"] = ("Storage:Provider is 'Postgres': write Sqlite or SqlServer.", [Issuer, "--Storage:Provider=Postgres"]),
        ["MigrateOnStart that is neither true nor false"] = ("Storage:MigrateOnStart is 'maybe': write true or false.", [Issuer, "--Storage:MigrateOnStart=maybe"]),
        ["no statements per batch"] = ("Storage:SqlServer:MaxBatchSize is '0': write a number from 1 to 1000, or leave it out.", [Issuer, "--Storage:SqlServer:MaxBatchSize=0"]),
        ["too many statements per batch"] = ("Storage:SqlServer:MaxBatchSize is '1001': write a number from 1 to 1000, or leave it out.", [Issuer, "--Storage:SqlServer:MaxBatchSize=1001"]),
        ["statements per batch in words"] = ("Storage:SqlServer:MaxBatchSize is 'ten': write a whole number.", [Issuer, "--Storage:SqlServer:MaxBatchSize=ten"]),
        ["SQL Server without a connection string"] = (
            "ConnectionStrings:Exchange is not set: with Storage:Provider=SqlServer write the connection string of the database.", [Issuer, SqlServer, "--Keys:RingDirectory=keys"]),
        ["SQL Server without a key ring"] = (
            "Keys:RingDirectory is not set: with Storage:Provider=SqlServer write a directory that every node can read and only this service can write.", [Issuer, SqlServer, "--ConnectionStrings:Exchange=Server=db"]),
    };

    [Requirement("RFC 8414", "2", "The issuer is an https address, and nothing beyond scheme, host and port")]
    [Requirement("RFC 9700", "2.6", "Traffic is over TLS from end to end")]
    [Theory]
    [MemberData(nameof(Names))]
    public void A_wrong_setting_stops_the_start_with_its_sentence(string name) => Problems(Rows[name].Settings).ShouldBe([Rows[name].Sentence]);

    [Fact]
    public void All_mistakes_are_said_at_once() => Problems(SqlServer, "--Exchange:ClockSkew=01:00:00").Length.ShouldBe(4);

    [Fact]
    public void What_is_left_out_has_its_default()
    {
        using var app = ServerApp.Build(["--environment=Development"]);

        var (exchange, storage) = ServerStart.ReadSettings(app.Services);

        (exchange.Issuer, exchange.ClockSkew, exchange.Apply).ShouldBe(("http://localhost:5080", TimeSpan.FromSeconds(5), null));
        (storage.Provider, storage.MigratesOnStart, storage.SqlServer.MaxBatchSize).ShouldBe(("Sqlite", true, null));
    }

    [Fact]
    public void The_entries_of_a_list_have_the_numbers_they_were_written_with()
    {
        using var app = ServerApp.Build(
        [
            "--environment=Development", "--Me:SignIn:1:Issuer=https://corp.example/tenant", "--Me:SignIn:1:ClientId=b", "--Me:SignIn:1:ClientSecret=s", "--Me:SignIn:1:Name=The company",
            "--me:signin:0:issuer=http://127.0.0.1:5091", "--Me:SignIn:0:ClientId=a",
        ]);

        ServerStart.ReadSettings(app.Services);

        app.Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<MeSettings>>().Value.SignIn.Select(s => (s.Issuer, s.ClientId, s.ClientSecret, s.Name))
            .ShouldBe([("http://127.0.0.1:5091", "a", null, null), ("https://corp.example/tenant", "b", "s", "The company")]);
    }

    [Fact]
    public void Sql_server_is_not_migrated_at_start_unless_that_is_said()
    {
        new StorageSettings { Provider = StorageSettings.SqlServerProvider }.MigratesOnStart.ShouldBeFalse();
        new StorageSettings { Provider = StorageSettings.SqlServerProvider, MigrateOnStart = true }.MigratesOnStart.ShouldBeTrue();
        new StorageSettings { MigrateOnStart = false }.MigratesOnStart.ShouldBeFalse();
    }

    [Fact]
    public async Task A_key_ring_that_cannot_be_a_directory_is_named()
    {
        var file = Path.GetTempFileName();
        await using var app = ServerApp.Build([Production, Issuer, $"--Keys:RingDirectory={file}"]);

        (await Should.ThrowAsync<ConfigurationException>(() => app.Services.GetRequiredService<Server.Keys.SigningKeys>().LoadAsync(default))).Message
            .ShouldBe($"Keys:RingDirectory is '{file}': this directory cannot be made or opened; write one that only this service can read and write.");
        File.Delete(file);
    }

    private static string[] Problems(params string[] settings)
    {
        using var app = ServerApp.Build([Production, .. settings]);
        return Should.Throw<ConfigurationException>(() => ServerStart.ReadSettings(app.Services)).Message.Split(Environment.NewLine);
    }

    private static (string, string[]) NotIssuer(string issuer) =>
        ($"Me:SignIn:0:Issuer is '{issuer}': write an https address without query and fragment; in Development http on this machine will do.", [Issuer, "--Me:SignIn:0:ClientId=a", $"--Me:SignIn:0:Issuer={issuer}"]);

    private static (string, string[]) NotOrigin(string issuer) =>
        ($"Exchange:Issuer is '{issuer}': write scheme, host and port only, e.g. https://exchange.example, in lower case, without path and trailing slash.", [$"--Exchange:Issuer={issuer}"]);
}
