using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace TokenExchange.Migrations.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class TmpAudit : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
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
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
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
        }
    }
}
