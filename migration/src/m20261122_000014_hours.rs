//! Findings of lots: the hours of insertion that the words give, to compare lots by.

use sea_orm_migration::prelude::*;

use crate::optional;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = optional("hours", ColumnType::BigInteger);
        manager
            .alter_table(Table::alter().table("lot_finding").add_column(column).to_owned())
            .await?;
        // Few findings give hours: the index holds no others.
        let index =
            "CREATE INDEX ix_lot_finding_hours ON lot_finding (lot_id) WHERE hours IS NOT NULL";
        manager.get_connection().execute_unprepared(index).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let index = Index::drop().name("ix_lot_finding_hours").table("lot_finding").to_owned();
        manager.drop_index(index).await?;
        manager
            .alter_table(Table::alter().table("lot_finding").drop_column("hours").to_owned())
            .await
    }
}
