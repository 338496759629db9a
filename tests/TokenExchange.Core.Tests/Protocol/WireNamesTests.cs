using System.Reflection;
using TokenExchange.Core.Protocol;

namespace TokenExchange.Core.Tests.Protocol;

/// <summary>Names on the wire, typed a second time from the RFCs: a name that changes here breaks every client.</summary>
public class WireNamesTests
{
    [Requirement("RFC 8693", "3", "Token types have the registered names")]
    [Theory]
    [InlineData(
        typeof(ClaimNames),
        "acr act amr aud auth_time client_id cnf exp iat iss jti may_act nbf purpose scope sid sub sub_profile subject_claims subject_issuer txn")]
    [InlineData(
        typeof(ErrorCodes),
        "access_denied insufficient_scope insufficient_user_authentication invalid_audience invalid_client invalid_issuer invalid_key invalid_request invalid_scope invalid_target invalid_token server_error temporarily_unavailable "
        + "unauthorized_client unsupported_grant_type")]
    [InlineData(
        typeof(GrantTypes),
        "client_credentials urn:ietf:params:oauth:grant-type:token-exchange")]
    [InlineData(
        typeof(TokenTypes),
        "at+jwt urn:ietf:params:oauth:client-assertion-type:jwt-bearer urn:ietf:params:oauth:token-type:access_token urn:ietf:params:oauth:token-type:id_token "
        + "urn:ietf:params:oauth:token-type:jwt")]
    public void Names_are_those_of_the_standards(Type names, string expected) =>
        string.Join(' ', names.GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (string)f.GetRawConstantValue()!).Order(StringComparer.Ordinal)).ShouldBe(expected);
}
