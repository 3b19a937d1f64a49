//! People who use the program under their name, their keys, and what they say of findings.

use sea_orm_migration::prelude::*;

use crate::{belongs_to, index, optional, required};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let member = Table::create()
            .table("member")
            .col(required("id", ColumnType::Uuid).primary_key())
            .col(required("name", ColumnType::Text))
            .col(required("role", ColumnType::Text))
            .col(required("organisation", ColumnType::Text))
            .col(optional("siret", ColumnType::Text))
            .col(required("created_at", ColumnType::TimestampWithTimeZone))
            .to_owned();
        manager.create_table(member).await?;
        let key = Table::create()
            .table("api_key")
            .col(required("hash", ColumnType::Char(Some(64))).primary_key())
            .col(required("member_id", ColumnType::Uuid))
            .col(required("created_at", ColumnType::TimestampWithTimeZone))
            .col(optional("revoked_at", ColumnType::TimestampWithTimeZone))
            .foreign_key(&mut belongs_to("api_key", "member_id", "member"))
            .to_owned();
        manager.create_table(key).await?;
        manager.create_index(index("api_key", &["member_id"])).await?;
        // It names its lot without a reference: what a person said outlives a lot that is folded
        // away, and counts again when the lot comes back under the same id.
        let correction = Table::create()
            .table("correction")
            .col(required("id", ColumnType::Uuid).primary_key())
            .col(required("lot_id", ColumnType::Uuid))
            .col(required("kind", ColumnType::Text))
            .col(required("verdict", ColumnType::Text))
            .col(required("reason", ColumnType::Text))
            .col(optional("quote", ColumnType::Text))
            .col(optional("rule", ColumnType::Text))
            .col(required("rules_version", ColumnType::Text))
            .col(required("member_id", ColumnType::Uuid))
            .col(required("made_at", ColumnType::TimestampWithTimeZone))
            .col(optional("replaced_at", ColumnType::TimestampWithTimeZone))
            .foreign_key(&mut belongs_to("correction", "member_id", "member"))
            .to_owned();
        manager.create_table(correction).await?;
        for columns in [&["lot_id"][..], &["rule", "verdict"], &["made_at", "id"], &["member_id"]] {
            manager.create_index(index("correction", columns)).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["correction", "api_key", "member"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}
