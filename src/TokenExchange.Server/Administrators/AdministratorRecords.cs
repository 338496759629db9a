using System.Net;
using TokenExchange.Server.Exchange;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Server.Administrators;

/// <summary>What is on record of administrators: who they are as <c>admin:</c> and the user name; never a password, a code or a name that nobody has, which may be a password in the wrong field.</summary>
internal static class AdministratorRecords
{
    public const string CallerPrefix = "admin:";

    public static string CallerId(string userName) => CallerPrefix + userName;

    public static ExchangeRecord SignIn(DateTimeOffset now, string reason, string? userName, IPAddress? source, string? detail = null) => new()
    {
        At = now, Kind = RecordKind.SignIn, Reason = reason, ClientId = userName is null ? null : CallerId(userName), Source = source?.ToString(), Detail = detail,
    };

    /// <summary>Something was asked for that whoever is signed in may not do.</summary>
    public static ExchangeRecord Refusal(DateTimeOffset now, string? clientId, IPAddress? source, string detail) => new()
    {
        At = now, Kind = RecordKind.Refusal, Reason = AdministratorReasons.RightMissing, ClientId = clientId, Source = source?.ToString(), Detail = detail,
    };

    public static ExchangeRecord Change(DateTimeOffset now, string reason, Caller caller, string detail) => new()
    {
        At = now, Kind = RecordKind.Configuration, Reason = reason, ClientId = caller.ClientId, Source = caller.Source?.ToString(), Detail = detail,
    };
}

/// <summary>Reasons on record.</summary>
internal static class AdministratorReasons
{
    public const string SignedIn = "signed_in";
    public const string PasswordRight = "password_right";
    public const string SignedOut = "signed_out";
    public const string PasswordWrong = "password_wrong";
    public const string LockedOut = "locked_out";
    public const string SecondFactorWrong = "second_factor_wrong";
    public const string Refused = "sign_in_refused";
    public const string Busy = "sign_in_busy";

    public const string RightMissing = "right_missing";
    public const string FourEyes = "four_eyes_refused";

    public const string Created = "administrator_created";
    public const string Changed = "administrator_changed";
    public const string Deleted = "administrator_deleted";
    public const string SignedOutEverywhere = "administrator_signed_out";

    /// <summary>Why a password was refused.</summary>
    public static string Of(PasswordVerdict verdict) => verdict == PasswordVerdict.Closed ? LockedOut : PasswordWrong;
}
