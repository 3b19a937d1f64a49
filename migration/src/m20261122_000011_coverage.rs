//! Lots and contracts: which of their fields are filled, to count them. Rows written before are
//! filled by `passerelle reassess`.

use sea_orm_migration::prelude::*;

use crate::{index, required};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["lot", "contract"] {
            let column = required("filled", ColumnType::Integer).default(0).to_owned();
            manager.alter_table(Table::alter().table(table).add_column(column).to_owned()).await?;
        }
        // Counting reads nothing but these.
        manager.create_index(index("lot", &["source", "stage", "outcome", "filled"])).await?;
        manager.create_index(index("contract", &["filled"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, name) in
            [("lot", "ix_lot_source_stage_outcome_filled"), ("contract", "ix_contract_filled")]
        {
            manager.drop_index(Index::drop().name(name).table(table).to_owned()).await?;
            let column = Table::alter().table(table).drop_column("filled").to_owned();
            manager.alter_table(column).await?;
        }
        Ok(())
    }
}
