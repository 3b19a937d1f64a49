//! Links that no identifier makes: between notices, and from contracts to lots; and the buyers
//! whose documents must be compared again.

use sea_orm_migration::prelude::*;

use crate::{belongs_to, bytewise, index, optional, required};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let notices = Table::create()
            .table("notice_link")
            .col(required("from_id", ColumnType::Uuid))
            .col(required("to_id", ColumnType::Uuid))
            .col(required("kind", ColumnType::Text))
            .col(required("score", ColumnType::SmallInteger))
            .col(required("joins", ColumnType::Boolean))
            .col(required("signals", ColumnType::Text))
            .primary_key(Index::create().col("from_id").col("to_id"))
            .foreign_key(&mut belongs_to("notice_link", "from_id", "notice"))
            .foreign_key(&mut belongs_to("notice_link", "to_id", "notice"))
            .to_owned();
        manager.create_table(notices).await?;
        manager.create_index(index("notice_link", &["to_id"])).await?;
        manager.create_index(index("notice_link", &["score", "from_id"])).await?;
        let contracts = Table::create()
            .table("contract_link")
            .col(required("contract_id", ColumnType::Uuid).primary_key())
            .col(required("procedure_id", ColumnType::Uuid))
            .col(optional("lot_id", ColumnType::Uuid))
            .col(required("score", ColumnType::SmallInteger))
            .col(required("signals", ColumnType::Text))
            .foreign_key(&mut belongs_to("contract_link", "contract_id", "contract"))
            .foreign_key(&mut belongs_to("contract_link", "procedure_id", "procedure"))
            .foreign_key(&mut belongs_to("contract_link", "lot_id", "lot"))
            .to_owned();
        manager.create_table(contracts).await?;
        for columns in [&["procedure_id"][..], &["lot_id"], &["score", "contract_id"]] {
            manager.create_index(index("contract_link", columns)).await?;
        }
        let due = Table::create()
            .table("link_due")
            .col(bytewise(manager, required("buyer", ColumnType::Text)).primary_key())
            .to_owned();
        manager.create_table(due).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["link_due", "contract_link", "notice_link"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}
