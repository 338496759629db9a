namespace TokenExchange.Server.Settings;

/// <summary>Documents a setting: <c>docs/configuration.md</c> is generated from these.</summary>
/// <param name="meaning">What it does, with unit and range.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SettingAttribute(string meaning) : Attribute
{
    /// <summary>What it does, with unit and range.</summary>
    public string Meaning { get; } = meaning;

    /// <summary>What holds when it is not set.</summary>
    public string Default { get; init; } = "none";
}
