namespace TokenExchange.Server.Administrators;

/// <summary>Names and addresses of how administrators sign in.</summary>
public static class AdministratorSchemes
{
    /// <summary>Who has a session: the scheme that every policy of <see cref="Rights"/> asks.</summary>
    public const string Session = "Administrators";

    /// <summary>Who has given the right password and not the second factor yet; for nothing but giving it.</summary>
    public const string SecondFactor = "Administrators.SecondFactor";

    /// <summary>The identity provider of administrators; there is no such scheme where none is configured.</summary>
    public const string OpenIdConnect = "Administrators.OpenIdConnect";

    /// <summary>Where to sign in.</summary>
    public const string SignInPath = "/admin/sign-in";

    /// <summary>Where who lacks a right is told so.</summary>
    public const string ForbiddenPath = "/admin/forbidden";

    /// <summary>Where the identity provider sends people back to.</summary>
    public const string SignedInPath = "/admin/signed-in";

    /// <summary>Where the first administrator is made, with <c>code</c>.</summary>
    public const string SetupPath = "/admin/setup";

    /// <summary>Where a password is set, with <c>code</c>.</summary>
    public const string SetPasswordPath = "/admin/set-password";
}
