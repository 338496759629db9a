using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace TokenExchange.Migrations.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class TmpPolicies : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "Replay",
                table: "PolicyDrafts",
                type: "TEXT",
                maxLength: 1000,
                nullable: true);

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
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "Replay",
                table: "PolicyDrafts");

            migrationBuilder.DropColumn(
                name: "PreviousSecret",
                table: "Clients");

            migrationBuilder.DropColumn(
                name: "PreviousSecretExpires",
                table: "Clients");
        }
    }
}
