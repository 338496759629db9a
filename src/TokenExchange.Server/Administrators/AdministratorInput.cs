using FluentValidation;
using TokenExchange.Server.Configuration;
using TokenExchange.Storage.Administrators;

namespace TokenExchange.Server.Administrators;

/// <summary>An administrator to be appointed.</summary>
/// <param name="UserName">1 to 64 of letters, digits and <c>. _ - @ +</c>.</param>
/// <param name="DisplayName">How people call this administrator, at most 200 characters; the user name when empty.</param>
/// <param name="Roles">At least one of <see cref="Administrators.Roles"/>.</param>
public sealed record NewAdministrator(string? UserName, string? DisplayName, IReadOnlyList<string>? Roles);

/// <summary>Judges <see cref="NewAdministrator"/>.</summary>
public sealed class NewAdministratorValidator : AbstractValidator<NewAdministrator>
{
    /// <summary>Rules.</summary>
    public NewAdministratorValidator()
    {
        RuleFor(a => a.UserName).Must(UserNames.IsWellFormed).WithMessage($"write 1 to {AdministratorAccount.MaxUserName} letters, digits and . _ - @ +");
        RuleFor(a => a.DisplayName).Must(n => n is null || n.Length <= AdministratorAccount.MaxDisplayName).WithMessage($"write at most {AdministratorAccount.MaxDisplayName} characters");
        RuleFor(a => a.Roles).Must(AreRoles).WithMessage(RolesMessage);
    }

    internal static string RolesMessage { get; } = $"choose one or more of {string.Join(", ", Roles.All)}";

    internal static bool AreRoles(IReadOnlyList<string>? roles) => roles is { Count: > 0 } && roles.All(r => Roles.All.Contains(r, StringComparer.Ordinal));

    internal IReadOnlyList<MemberProblem> Problems(NewAdministrator input) => [.. Validate(input).Errors.Select(e => new MemberProblem(ConfigurationValidator.PathOf(e.PropertyName), e.ErrorMessage))];
}
