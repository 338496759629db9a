namespace TokenExchange.Architecture.Tests;

/// <summary><c>docker-compose.yml</c> cannot be run where these tests run; this is what can be said about it all the same.</summary>
public sealed class ComposeFileTests
{
    private static readonly ComposeFile Shipped = ComposeFile.Parse(File.ReadAllText(Repository.PathOf("docker-compose.yml")));

    [Fact]
    public void What_the_services_refer_to_is_there()
    {
        Shipped.Services.Keys.ShouldBe(["sqlserver", "migrate", "exchange"], ignoreOrder: true);

        Shipped.Inconsistencies(Repository.Root).ShouldBeEmpty();
    }

    [Fact]
    public void The_node_starts_on_a_migrated_database()
    {
        ComposeFile.DependsOn(Shipped.Services["migrate"])["sqlserver"].ShouldBe("service_healthy");
        ComposeFile.DependsOn(Shipped.Services["exchange"])["migrate"].ShouldBe("service_completed_successfully");
        Shipped.Services["migrate"]["command"].ToString().ShouldContain("migrate");
    }

    [Theory]
    [InlineData("migrate")]
    [InlineData("exchange")]
    public void Both_uses_of_the_server_are_configured_alike(string service)
    {
        var environment = ComposeFile.Environment(Shipped.Services[service]);

        environment["Storage__Provider"].ShouldBe("SqlServer");
        environment["Exchange__Issuer"].ShouldStartWith("${EXCHANGE_ISSUER:?");
        environment["ConnectionStrings__Exchange"].ShouldContain("${MSSQL_SA_PASSWORD:?");
        environment["Keys__RingDirectory"].ShouldBe("/keys");
    }

    [Fact]
    public void Every_inconsistency_is_seen()
    {
        const string Yaml = """
            services:
              database:
                image: example/database:latest
                environment:
                  DATABASE_PASSWORD: letmein
              job:
                image: example/job:1.0
                restart: always
                volumes: ["nowhere:/data", "./here:/here"]
              node:
                build:
                  context: .
                  dockerfile: missing/Dockerfile
                depends_on:
                  database: { condition: service_healthy }
                  job: { condition: service_completed_successfully }
              second:
                image: example/node:1.0
                depends_on: [ghost, node]
            volumes:
              unused:
            """;

        ComposeFile.Parse(Yaml).Inconsistencies(Repository.Root).ShouldBe(
            [
                "database neither builds nor pins an image",
                "database has the value of DATABASE_PASSWORD written into the file",
                "job mounts the volume nowhere, which does not exist",
                "node builds from missing/Dockerfile, which does not exist",
                "node waits for the health of database, which never tells",
                "node waits for the end of job, which restarts",
                "second waits for ghost, which does not exist",
                "nobody mounts the volume unused",
            ],
            ignoreOrder: true);
    }
}
