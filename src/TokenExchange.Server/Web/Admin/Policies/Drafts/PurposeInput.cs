using TokenExchange.Core.Configuration;

namespace TokenExchange.Server.Web.Admin.Policies.Drafts;

/// <summary>A purpose as its form has it.</summary>
public sealed class PurposeInput
{
    /// <summary>Its id.</summary>
    public string? Purpose { get; set; }

    /// <summary>A few words.</summary>
    public string? Title { get; set; }

    /// <summary>A sentence.</summary>
    public string? Description { get; set; }

    /// <summary><c>active</c> or <c>retired</c>.</summary>
    public string? State { get; set; } = "active";

    /// <summary>A purpose in its form.</summary>
    public static PurposeInput Of(PurposeDefinition purpose)
    {
        ArgumentNullException.ThrowIfNull(purpose);
        return new PurposeInput { Purpose = purpose.Purpose, Title = purpose.Title, Description = purpose.Description, State = purpose.State };
    }

    /// <summary>The purpose that is written. It is judged elsewhere.</summary>
    public PurposeDefinition Read() => new() { Purpose = FormText.Of(Purpose) ?? string.Empty, Title = FormText.Of(Title) ?? string.Empty, Description = FormText.Of(Description)?.ReplaceLineEndings("\n") ?? string.Empty, State = State ?? string.Empty };
}
