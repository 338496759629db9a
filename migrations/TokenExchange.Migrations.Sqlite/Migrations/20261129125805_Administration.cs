using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

#pragma warning disable CA1814 // Prefer jagged arrays over multidimensional

namespace TokenExchange.Migrations.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Administration : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_ActorTokens_DelegationId",
                table: "ActorTokens");

            migrationBuilder.DropIndex(
                name: "IX_ActorTokens_ExpiresAt",
                table: "ActorTokens");

            migrationBuilder.DropColumn(
                name: "Name",
                table: "Revocations");

            migrationBuilder.AddColumn<long>(
                name: "ActiveFrom",
                table: "SigningKeys",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "WithdrawnAt",
                table: "SigningKeys",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Id",
                table: "Revocations",
                type: "TEXT",
                maxLength: 512,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<int>(
                name: "Kind",
                table: "Revocations",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "Replay",
                table: "PolicyDrafts",
                type: "TEXT",
                maxLength: 1000,
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "EndedAt",
                table: "Delegations",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "EndedBy",
                table: "Delegations",
                type: "TEXT",
                maxLength: 255,
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "EndedRoot",
                table: "Delegations",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "PastResources",
                table: "Delegations",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "PreviousSecret",
                table: "Clients",
                type: "TEXT",
                maxLength: 64,
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "PreviousSecretExpires",
                table: "Clients",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Purpose",
                table: "ActorTokens",
                type: "TEXT",
                maxLength: 255,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "Scopes",
                table: "ActorTokens",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Subject",
                table: "ActorTokens",
                type: "TEXT",
                maxLength: 255,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "SubjectIssuer",
                table: "ActorTokens",
                type: "TEXT",
                maxLength: 255,
                nullable: false,
                defaultValue: "");

            migrationBuilder.CreateTable(
                name: "Administrators",
                columns: table => new
                {
                    Id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    DisplayName = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    Roles = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    Enabled = table.Column<bool>(type: "INTEGER", nullable: false),
                    Issuer = table.Column<string>(type: "TEXT", maxLength: 190, nullable: true),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    LastSignInAt = table.Column<long>(type: "INTEGER", nullable: true),
                    LastCodeStep = table.Column<long>(type: "INTEGER", nullable: true),
                    InvitationHash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    InvitationExpiresAt = table.Column<long>(type: "INTEGER", nullable: true),
                    UserName = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    NormalizedUserName = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    PasswordHash = table.Column<string>(type: "TEXT", maxLength: 200, nullable: true),
                    SecurityStamp = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    ConcurrencyStamp = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    TwoFactorEnabled = table.Column<bool>(type: "INTEGER", nullable: false),
                    LockoutEnd = table.Column<long>(type: "INTEGER", nullable: true),
                    AccessFailedCount = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Administrators", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "AdministratorStates",
                columns: table => new
                {
                    Id = table.Column<int>(type: "INTEGER", nullable: false),
                    Changes = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AdministratorStates", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "PartyRevocations",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Root = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    RevokedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    RevokedBy = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_PartyRevocations", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "AdministratorLogins",
                columns: table => new
                {
                    LoginProvider = table.Column<string>(type: "TEXT", maxLength: 190, nullable: false),
                    ProviderKey = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    UserId = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AdministratorLogins", x => new { x.LoginProvider, x.ProviderKey });
                    table.ForeignKey(
                        name: "FK_AdministratorLogins_Administrators_UserId",
                        column: x => x.UserId,
                        principalTable: "Administrators",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "AdministratorSessions",
                columns: table => new
                {
                    IdHash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    AccountId = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    SecurityStamp = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    SignedInAt = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AdministratorSessions", x => x.IdHash);
                    table.ForeignKey(
                        name: "FK_AdministratorSessions_Administrators_AccountId",
                        column: x => x.AccountId,
                        principalTable: "Administrators",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "AdministratorTokens",
                columns: table => new
                {
                    UserId = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    LoginProvider = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Name = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Value = table.Column<string>(type: "TEXT", maxLength: 4000, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AdministratorTokens", x => new { x.UserId, x.LoginProvider, x.Name });
                    table.ForeignKey(
                        name: "FK_AdministratorTokens_Administrators_UserId",
                        column: x => x.UserId,
                        principalTable: "Administrators",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.InsertData(
                table: "AdministratorStates",
                columns: new[] { "Id", "Changes" },
                values: new object[,]
                {
                    { 1, 0L },
                    { 2, 0L }
                });

            migrationBuilder.CreateIndex(
                name: "IX_Revocations_Id",
                table: "Revocations",
                column: "Id");

            migrationBuilder.CreateIndex(
                name: "IX_Revocations_RevokedAt_Kind",
                table: "Revocations",
                columns: new[] { "RevokedAt", "Kind" });

            migrationBuilder.CreateIndex(
                name: "IX_ExchangeRecords_At_Kind_Reason_ClientId",
                table: "ExchangeRecords",
                columns: new[] { "At", "Kind", "Reason", "ClientId" });

            migrationBuilder.CreateIndex(
                name: "IX_ExchangeRecords_ClientId",
                table: "ExchangeRecords",
                column: "ClientId");

            migrationBuilder.CreateIndex(
                name: "IX_ExchangeRecords_Kind",
                table: "ExchangeRecords",
                column: "Kind",
                filter: "Kind <> 1");

            migrationBuilder.CreateIndex(
                name: "IX_ExchangeRecords_Kind_Reason",
                table: "ExchangeRecords",
                columns: new[] { "Kind", "Reason" },
                filter: "Kind <> 1");

            migrationBuilder.CreateIndex(
                name: "IX_ExchangeRecords_ParentTokenId",
                table: "ExchangeRecords",
                column: "ParentTokenId",
                filter: "ParentTokenId IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_ExchangeRecords_Purpose",
                table: "ExchangeRecords",
                column: "Purpose");

            migrationBuilder.CreateIndex(
                name: "IX_ExchangeRecords_Session",
                table: "ExchangeRecords",
                column: "Session");

            migrationBuilder.CreateIndex(
                name: "IX_ExchangeRecords_Subject",
                table: "ExchangeRecords",
                column: "Subject");

            migrationBuilder.CreateIndex(
                name: "IX_ExchangeRecords_TokenId",
                table: "ExchangeRecords",
                column: "TokenId");

            migrationBuilder.CreateIndex(
                name: "IX_Delegations_Session",
                table: "Delegations",
                column: "Session");

            migrationBuilder.CreateIndex(
                name: "IX_Delegations_Subject_StartedAt",
                table: "Delegations",
                columns: new[] { "Subject", "StartedAt" });

            migrationBuilder.CreateIndex(
                name: "IX_ActorTokens_DelegationId_ExpiresAt",
                table: "ActorTokens",
                columns: new[] { "DelegationId", "ExpiresAt" });

            migrationBuilder.CreateIndex(
                name: "IX_ActorTokens_ExpiresAt_DelegationId_IssuedAt",
                table: "ActorTokens",
                columns: new[] { "ExpiresAt", "DelegationId", "IssuedAt" });

            migrationBuilder.CreateIndex(
                name: "IX_AdministratorLogins_UserId",
                table: "AdministratorLogins",
                column: "UserId");

            migrationBuilder.CreateIndex(
                name: "IX_Administrators_InvitationHash",
                table: "Administrators",
                column: "InvitationHash");

            migrationBuilder.CreateIndex(
                name: "IX_Administrators_NormalizedUserName",
                table: "Administrators",
                column: "NormalizedUserName",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_AdministratorSessions_AccountId",
                table: "AdministratorSessions",
                column: "AccountId");

            migrationBuilder.CreateIndex(
                name: "IX_PartyRevocations_RevokedAt",
                table: "PartyRevocations",
                column: "RevokedAt");

            migrationBuilder.CreateIndex(
                name: "IX_PartyRevocations_Root",
                table: "PartyRevocations",
                column: "Root");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "AdministratorLogins");

            migrationBuilder.DropTable(
                name: "AdministratorSessions");

            migrationBuilder.DropTable(
                name: "AdministratorStates");

            migrationBuilder.DropTable(
                name: "AdministratorTokens");

            migrationBuilder.DropTable(
                name: "PartyRevocations");

            migrationBuilder.DropTable(
                name: "Administrators");

            migrationBuilder.DropIndex(
                name: "IX_Revocations_Id",
                table: "Revocations");

            migrationBuilder.DropIndex(
                name: "IX_Revocations_RevokedAt_Kind",
                table: "Revocations");

            migrationBuilder.DropIndex(
                name: "IX_ExchangeRecords_At_Kind_Reason_ClientId",
                table: "ExchangeRecords");

            migrationBuilder.DropIndex(
                name: "IX_ExchangeRecords_ClientId",
                table: "ExchangeRecords");

            migrationBuilder.DropIndex(
                name: "IX_ExchangeRecords_Kind",
                table: "ExchangeRecords");

            migrationBuilder.DropIndex(
                name: "IX_ExchangeRecords_Kind_Reason",
                table: "ExchangeRecords");

            migrationBuilder.DropIndex(
                name: "IX_ExchangeRecords_ParentTokenId",
                table: "ExchangeRecords");

            migrationBuilder.DropIndex(
                name: "IX_ExchangeRecords_Purpose",
                table: "ExchangeRecords");

            migrationBuilder.DropIndex(
                name: "IX_ExchangeRecords_Session",
                table: "ExchangeRecords");

            migrationBuilder.DropIndex(
                name: "IX_ExchangeRecords_Subject",
                table: "ExchangeRecords");

            migrationBuilder.DropIndex(
                name: "IX_ExchangeRecords_TokenId",
                table: "ExchangeRecords");

            migrationBuilder.DropIndex(
                name: "IX_Delegations_Session",
                table: "Delegations");

            migrationBuilder.DropIndex(
                name: "IX_Delegations_Subject_StartedAt",
                table: "Delegations");

            migrationBuilder.DropIndex(
                name: "IX_ActorTokens_DelegationId_ExpiresAt",
                table: "ActorTokens");

            migrationBuilder.DropIndex(
                name: "IX_ActorTokens_ExpiresAt_DelegationId_IssuedAt",
                table: "ActorTokens");

            migrationBuilder.DropColumn(
                name: "ActiveFrom",
                table: "SigningKeys");

            migrationBuilder.DropColumn(
                name: "WithdrawnAt",
                table: "SigningKeys");

            migrationBuilder.DropColumn(
                name: "Id",
                table: "Revocations");

            migrationBuilder.DropColumn(
                name: "Kind",
                table: "Revocations");

            migrationBuilder.DropColumn(
                name: "Replay",
                table: "PolicyDrafts");

            migrationBuilder.DropColumn(
                name: "EndedAt",
                table: "Delegations");

            migrationBuilder.DropColumn(
                name: "EndedBy",
                table: "Delegations");

            migrationBuilder.DropColumn(
                name: "EndedRoot",
                table: "Delegations");

            migrationBuilder.DropColumn(
                name: "PastResources",
                table: "Delegations");

            migrationBuilder.DropColumn(
                name: "PreviousSecret",
                table: "Clients");

            migrationBuilder.DropColumn(
                name: "PreviousSecretExpires",
                table: "Clients");

            migrationBuilder.DropColumn(
                name: "Purpose",
                table: "ActorTokens");

            migrationBuilder.DropColumn(
                name: "Scopes",
                table: "ActorTokens");

            migrationBuilder.DropColumn(
                name: "Subject",
                table: "ActorTokens");

            migrationBuilder.DropColumn(
                name: "SubjectIssuer",
                table: "ActorTokens");

            migrationBuilder.AddColumn<string>(
                name: "Name",
                table: "Revocations",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

            migrationBuilder.CreateIndex(
                name: "IX_ActorTokens_DelegationId",
                table: "ActorTokens",
                column: "DelegationId");

            migrationBuilder.CreateIndex(
                name: "IX_ActorTokens_ExpiresAt",
                table: "ActorTokens",
                column: "ExpiresAt");
        }
    }
}
