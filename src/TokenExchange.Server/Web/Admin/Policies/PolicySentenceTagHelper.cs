using Microsoft.AspNetCore.Razor.TagHelpers;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Web.Parts;

namespace TokenExchange.Server.Web.Admin.Policies;

/// <summary><c>&lt;policy-sentence policy="policy" names="Model.Names" /&gt;</c>: a policy in words.</summary>
[HtmlTargetElement("policy-sentence", TagStructure = TagStructure.WithoutEndTag)]
public sealed class PolicySentenceTagHelper : TagHelper
{
    /// <summary>The policy.</summary>
    public PolicyDefinition Policy { get; set; } = null!;

    /// <summary>The parties it names.</summary>
    public PartyNames Names { get; set; } = null!;

    /// <inheritdoc />
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.TagName = "p";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "sentence");
        foreach (var phrase in PolicyWords.Sentence(Policy, Names))
        {
            if (phrase.Strong)
            {
                output.Content.AppendHtml("<strong>").Append(IdTextTagHelper.Visible(phrase.Text)).AppendHtml("</strong>");
            }
            else
            {
                output.Content.Append(IdTextTagHelper.Visible(phrase.Text));
            }
        }
    }
}
