namespace TokenExchange.Server.Settings;

/// <summary>A mistake in settings or in a file: the message is for the person who made it.</summary>
public sealed class ConfigurationException(string message) : Exception(message);
