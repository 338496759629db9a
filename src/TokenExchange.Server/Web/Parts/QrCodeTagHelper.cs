using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Razor.TagHelpers;
using QRCoder;

namespace TokenExchange.Server.Web.Parts;

/// <summary><c>&lt;qr-code value="otpauth:…" /&gt;</c>: a picture that an authenticator app reads. Black on white in every theme: cameras expect it.</summary>
[HtmlTargetElement("qr-code", TagStructure = TagStructure.WithoutEndTag)]
public sealed class QrCodeTagHelper : TagHelper
{
    /// <summary>What it says.</summary>
    public string Value { get; set; } = string.Empty;

    /// <inheritdoc />
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        using var generator = new QRCodeGenerator();
        using var code = generator.CreateQrCode(Value, QRCodeGenerator.ECCLevel.M);
        var rows = code.ModuleMatrix;
        output.TagName = "svg";
        output.TagMode = TagMode.StartTagAndEndTag;
        foreach (var (name, value) in new[] { ("class", "qr"), ("viewBox", $"0 0 {rows.Count} {rows.Count}"), ("width", "220"), ("height", "220"), ("role", "img"), ("aria-label", "The key as a picture; it stands below in letters") })
        {
            output.Attributes.SetAttribute(name, value);
        }

        output.Content.AppendHtml(Element("rect", ("width", $"{rows.Count}"), ("height", $"{rows.Count}"), ("fill", "#fff")));
        var path = string.Concat(from y in Enumerable.Range(0, rows.Count) from x in Enumerable.Range(0, rows.Count) where rows[y][x] select $"M{x} {y}h1v1h-1z");
        output.Content.AppendHtml(Element("path", ("d", path), ("fill", "#000"), ("shape-rendering", "crispEdges")));
    }

    private static TagBuilder Element(string name, params (string Name, string Value)[] attributes)
    {
        var element = new TagBuilder(name);
        foreach (var (attribute, value) in attributes)
        {
            element.Attributes[attribute] = value;
        }

        return element;
    }
}
