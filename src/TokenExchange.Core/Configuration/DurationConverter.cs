using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace TokenExchange.Core.Configuration;

/// <summary>Durations as <c>hh:mm:ss</c>, with days in front from one day on. The shorter forms .NET would take mean other than people think: "5" five days, "5:00" five hours.</summary>
internal sealed class DurationConverter : JsonConverter<TimeSpan>
{
    // Fractions are never needed, but what was written must be readable again.
    private static readonly string[] Formats = [@"hh\:mm\:ss", @"d\.hh\:mm\:ss", @"hh\:mm\:ss\.fffffff", @"d\.hh\:mm\:ss\.fffffff"];

    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType != JsonTokenType.String ? throw new JsonException("A duration is a string.")
        : reader.GetString() is var text && TimeSpan.TryParseExact(text, Formats, CultureInfo.InvariantCulture, out var duration) ? duration
        : throw new JsonException($"'{text}' is not a duration: write hh:mm:ss, or d.hh:mm:ss from one day on.");

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString("c", CultureInfo.InvariantCulture));
}
