//! The log of what changed, and its head.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::{index, required};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let event = Table::create()
            .table("event")
            .col(required("position", ColumnType::BigInteger).primary_key())
            .col(required("lot_id", ColumnType::Uuid))
            .col(required("notice_id", ColumnType::Uuid))
            .col(required("kind", ColumnType::Text))
            .col(required("changes", ColumnType::Text))
            .col(required("recorded_at", ColumnType::TimestampWithTimeZone))
            .to_owned();
        manager.create_table(event).await?;
        manager.create_index(index("event", &["lot_id", "position"])).await?;
        let head = Table::create()
            .table("event_head")
            .col(required("id", ColumnType::Integer).primary_key())
            .col(required("position", ColumnType::BigInteger))
            .col(required("epoch", ColumnType::Uuid))
            .to_owned();
        manager.create_table(head).await?;
        // The epoch tells this log from any other: cursors of a restored backup are refused.
        let epoch = match manager.get_database_backend() {
            DbBackend::Sqlite => "randomblob(16)",
            _ => "gen_random_uuid()",
        };
        let insert = format!("INSERT INTO event_head (id, position, epoch) VALUES (1, 0, {epoch})");
        manager.get_connection().execute_unprepared(&insert).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["event_head", "event"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}
