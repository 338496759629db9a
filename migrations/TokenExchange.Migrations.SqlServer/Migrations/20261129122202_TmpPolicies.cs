using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace TokenExchange.Migrations.SqlServer.Migrations
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
                type: "nvarchar(1000)",
                maxLength: 1000,
                nullable: true,
                collation: "Latin1_General_100_BIN2");

            migrationBuilder.AddColumn<string>(
                name: "PreviousSecret",
                table: "Clients",
                type: "nvarchar(64)",
                maxLength: 64,
                nullable: true,
                collation: "Latin1_General_100_BIN2");

            migrationBuilder.AddColumn<long>(
                name: "PreviousSecretExpires",
                table: "Clients",
                type: "bigint",
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
