//! Feeds: the first day each one owes, and whether a run was cut off.

use sea_orm_migration::prelude::*;

use crate::required;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let start = Table::create()
            .table("feed_start")
            .col(required("feed", ColumnType::Text).primary_key())
            .col(required("since", ColumnType::Date))
            .to_owned();
        manager.create_table(start).await?;
        let interrupted = required("interrupted", ColumnType::Boolean).default(false).to_owned();
        manager
            .alter_table(Table::alter().table("feed_run").add_column(interrupted).to_owned())
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(Table::alter().table("feed_run").drop_column("interrupted").to_owned())
            .await?;
        manager.drop_table(Table::drop().table("feed_start").to_owned()).await
    }
}
