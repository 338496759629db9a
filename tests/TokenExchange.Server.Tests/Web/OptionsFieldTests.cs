using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;
using TokenExchange.Server.Web.Parts;

namespace TokenExchange.Server.Tests.Web;

/// <summary>What is to be chosen from may be called by others: names that turn text around, or cannot be seen, are written as what they are.</summary>
public sealed class OptionsFieldTests
{
    private static readonly CheckOption[] s_options = [new("a", "on\u202ee", "hint\u200b"), new("b", "two", Mark: "sensitive")];

    [Fact]
    public async Task Radios_show_one_as_chosen_and_hidden_characters_as_numbers() => (await WrittenAsync(new RadiosFieldTagHelper(null!) { Options = s_options }, "b")).ShouldBe(
        """
        <legend>Label</legend><div class="options"><div class="option"><input class="form-check-input" id="Input_Kind_0" name="Input.Kind" type="radio" value="a" /><label for="Input_Kind_0">on[U&#x2B;202E]e<span class="hint">hint[U&#x2B;200B]</span></label></div>
        <div class="option"><input checked="checked" class="form-check-input" id="Input_Kind_1" name="Input.Kind" type="radio" value="b" /><label for="Input_Kind_1">two <span class="tag sensitive">sensitive</span></label></div></div>
        """.ReplaceLineEndings(string.Empty));

    [Fact]
    public async Task Boxes_show_all_that_are_ticked_and_hidden_characters_as_numbers() => (await WrittenAsync(new ChecksFieldTagHelper(null!) { Options = s_options }, new[] { "a", "b" })).ShouldBe(
        """
        <legend>Label</legend><div class="options"><div class="option"><input checked="checked" class="form-check-input" id="Input_Kind_0" name="Input.Kind" type="checkbox" value="a" /><label for="Input_Kind_0">on[U&#x2B;202E]e<span class="hint">hint[U&#x2B;200B]</span></label></div>
        <div class="option"><input checked="checked" class="form-check-input" id="Input_Kind_1" name="Input.Kind" type="checkbox" value="b" /><label for="Input_Kind_1">two <span class="tag sensitive">sensitive</span></label></div></div>
        """.ReplaceLineEndings(string.Empty));

    [Fact]
    public async Task Where_nothing_can_be_ticked_it_says_so() =>
        (await WrittenAsync(new ChecksFieldTagHelper(null!), Array.Empty<string>())).ShouldBe("<legend>Label</legend><p class=\"quiet small\">There is nothing to choose from.</p>");

    private static async Task<string> WrittenAsync<T>(FieldTagHelper field, T chosen)
    {
        (field.Label, field.ViewContext) = ("Label", new ViewContext());
        field.For = new ModelExpression("Input.Kind", new EmptyModelMetadataProvider().GetModelExplorerForType(typeof(T), chosen));
        var output = new TagHelperOutput("field", [], (_, _) => Task.FromResult<TagHelperContent>(new DefaultTagHelperContent()));
        await field.ProcessAsync(new TagHelperContext([], new Dictionary<object, object>(), "1"), output);
        return output.Content.GetContent();
    }
}
