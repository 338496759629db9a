using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Settings;

namespace TokenExchange.Server.Api;

/// <summary>What an endpoint of the API reads.</summary>
internal sealed record ApiBody(Type Type, bool Optional);

/// <summary>That an endpoint wants to be told what its caller has seen.</summary>
internal sealed record ApiIfMatch;

/// <summary>Describes the API for administrators' scripts in OpenAPI 3.1: every endpoint that is mapped, with the scope it asks for and what it answers.</summary>
internal static class ApiDescription
{
    private const string Document = "admin";
    private const string Prefix = "admin/api/";
    private const string Scheme = "clientCredentials";

    public static void AddServerApiDescription(this IServiceCollection services)
    {
        // A number is written as a number: the framework would take text for one as well, and say so everywhere.
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.Strict);
        services.AddOpenApi(Document, options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.ShouldInclude = endpoint => endpoint.RelativePath?.StartsWith(Prefix, StringComparison.Ordinal) == true;
            options.AddDocumentTransformer(DescribeWhole);
            options.AddOperationTransformer(DescribeAsync);
        });
    }

    public static void MapDescription(this IEndpointRouteBuilder api) =>
        api.MapGet("/openapi.json", async (HttpContext http, [FromKeyedServices(Document)] IOpenApiDocumentProvider documents) =>
            TypedResults.Text(await (await documents.GetOpenApiDocumentAsync(http.RequestAborted)).SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1, http.RequestAborted), "application/json"))
            .Needs(ApiScopes.AdminRead, "This description.").Produces(StatusCodes.Status200OK, contentType: "application/json");

    private static Task DescribeWhole(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        var issuer = context.ApplicationServices.GetRequiredService<IOptions<ExchangeSettings>>().Value.Issuer;
        document.Info = new OpenApiInfo
        {
            Title = "TokenExchange administration", Version = "1",
            Description = "What an administrator's script can ask of a running server. Refusals are problem details (RFC 9457).",
        };
        document.Tags = null;
        document.Servers = [new OpenApiServer { Url = issuer }];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
        {
            [Scheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.OAuth2,
                Description = "A token of a client of kind automation, good for five minutes.",
                Flows = new OpenApiOAuthFlows
                {
                    ClientCredentials = new OpenApiOAuthFlow
                    {
                        TokenUrl = new Uri($"{issuer}/token"),
                        Scopes = new Dictionary<string, string>(StringComparer.Ordinal)
                        {
                            [ApiScopes.AdminRead] = "See the configuration, drafts, and what a change or a revocation would do.",
                            [ApiScopes.AdminWrite] = "Write drafts of policies, and the rest of the configuration.",
                            [ApiScopes.AdminPublish] = "Publish a draft.",
                            [ApiScopes.AdminRevoke] = "End what agents were lent.",
                            [ApiScopes.AdminKeys] = "Rotate the signing key.",
                        },
                    },
                },
            },
        };
        return Task.CompletedTask;
    }

    private static async Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var scope = metadata.OfType<ApiScope>().Last().Scope;
        operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Scheme, context.Document)] = [scope] }];
        operation.Tags = null;
        operation.Responses ??= [];
        operation.Responses["401"] = Problem(context.Document, "The token is missing or not good.");
        operation.Responses["403"] = Problem(context.Document, $"The token lacks the scope {scope}, or the change is not for this caller.");
        operation.Responses["429"] = Problem(context.Document, "Too many requests; Retry-After says when to try again.");
        operation.Responses["503"] = Problem(context.Document, "The server cannot keep its records at the moment.");
        if (metadata.OfType<ApiBody>().LastOrDefault() is { } body)
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = !body.Optional,
                Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
                {
                    ["application/json"] = new() { Schema = await context.GetOrCreateSchemaAsync(body.Type, cancellationToken: cancellationToken) },
                },
            };
        }

        if (metadata.OfType<ApiIfMatch>().Any())
        {
            operation.Parameters ??= [];
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = "If-Match", In = ParameterLocation.Header, Required = true, Description = "The ETag of what was read.", Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            });
            operation.Responses["412"] = Problem(context.Document, "It has been changed since it was read.");
            operation.Responses["428"] = Problem(context.Document, "If-Match is missing.");
        }
    }

    private static OpenApiResponse Problem(OpenApiDocument? document, string description) => new()
    {
        Description = description,
        Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal) { ["application/problem+json"] = new() { Schema = new OpenApiSchemaReference(nameof(ProblemDetails), document) } },
    };
}
