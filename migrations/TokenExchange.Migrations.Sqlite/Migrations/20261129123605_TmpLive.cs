using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace TokenExchange.Migrations.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class TmpLive : Migration
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

            migrationBuilder.CreateIndex(
                name: "IX_Revocations_Id",
                table: "Revocations",
                column: "Id");

            migrationBuilder.CreateIndex(
                name: "IX_Revocations_RevokedAt_Kind",
                table: "Revocations",
                columns: new[] { "RevokedAt", "Kind" });

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
                name: "PartyRevocations");

            migrationBuilder.DropIndex(
                name: "IX_Revocations_Id",
                table: "Revocations");

            migrationBuilder.DropIndex(
                name: "IX_Revocations_RevokedAt_Kind",
                table: "Revocations");

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
                name: "Id",
                table: "Revocations");

            migrationBuilder.DropColumn(
                name: "Kind",
                table: "Revocations");

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
