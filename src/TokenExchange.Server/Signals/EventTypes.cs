namespace TokenExchange.Server.Signals;

/// <summary>Types of events that identity providers tell of, as far as they mean something here. Others are taken and change nothing.</summary>
internal static class EventTypes
{
    /// <summary>CAEP 1.0 §3.3: a password, key or other credential was made, changed or withdrawn.</summary>
    public const string CredentialChange = Caep + "credential-change";

    /// <summary>CAEP 1.0 §3.8: the risk of going on rose or fell.</summary>
    public const string RiskLevelChange = Caep + "risk-level-change";

    /// <summary>RISC 1.0 §2.1: the user must change a credential.</summary>
    public const string CredentialChangeRequired = Risc + "account-credential-change-required";

    /// <summary>RISC 1.0 §2.2: the account is gone for good.</summary>
    public const string AccountPurged = Risc + "account-purged";

    /// <summary>RISC 1.0 §2.3: the account is closed, perhaps for a while.</summary>
    public const string AccountDisabled = Risc + "account-disabled";

    /// <summary>RISC 1.0 §2.7: a credential is in the wrong hands.</summary>
    public const string CredentialCompromise = Risc + "credential-compromise";

    /// <summary>RISC 1.0: all sessions of the user are over; the older word for it.</summary>
    public const string SessionsRevoked = Risc + "sessions-revoked";

    private const string Caep = "https://schemas.openid.net/secevent/caep/event-type/";
    private const string Risc = "https://schemas.openid.net/secevent/risc/event-type/";
}
